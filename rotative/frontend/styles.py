"""The style sheet of a page: assembled from css/, minified, inlined, and named by its hash in the page's policy."""

import base64
import hashlib
from functools import lru_cache
from pathlib import Path

import rcssmin

from rotative.content.colours import lighten_until_readable

FOLDER = Path(__file__).parent / "css"
DARK_PAPER = "#161512"


@lru_cache(maxsize=64)
def style_sheet(parts: tuple[str, ...], accent: str) -> str:
    """Return the style sheet made of css/base.css and `parts`, with the paper's accent colour in it."""
    source = "".join((FOLDER / f"{part}.css").read_text() for part in ("base", *parts))
    dark = lighten_until_readable(accent, DARK_PAPER)
    return str(rcssmin.cssmin(source.replace("ACCENT_DARK", dark).replace("ACCENT", accent)))


@lru_cache(maxsize=64)
def policy_for(style: str) -> str:
    """Return the content security policy of a page whose one style element holds `style`."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return (
        "default-src 'none'; script-src 'self'; img-src 'self'; media-src 'self'; connect-src 'self'; "
        f"form-action 'self'; manifest-src 'self'; worker-src 'self'; style-src 'sha256-{digest}'; "
        "base-uri 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
    )
