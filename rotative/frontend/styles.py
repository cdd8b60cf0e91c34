"""The style sheet of a page: assembled from css/, minified, inlined, and named by its hash in the page's policy."""

import base64
import hashlib
from functools import lru_cache
from pathlib import Path

import rcssmin
from wagtail.blocks import StreamValue

from rotative.content.colours import lighten_until_readable

# Parts of css/ that a block of a story needs, by its kind.
BLOCKS = {
    "audio": ("player", "fact_box"),
    "embed": ("aside",),
    "fact_box": ("fact_box",),
    "gallery": ("gallery",),
    "quotation": ("quotation",),
    "related": ("aside",),
    "table": ("table",),
    "video": ("player", "fact_box"),
}
FOLDER = Path(__file__).parent / "css"
DARK_PAPER = "#161512"


def parts_for(story: StreamValue) -> tuple[str, ...]:
    """Return the parts of css/ that the blocks of a story need, each once."""
    # The raw data has the kinds of blocks; to go through the blocks themselves would read what they show.
    kinds = {block["type"] for block in story.raw_data}
    return tuple(sorted({part for kind in kinds for part in BLOCKS.get(kind, ())}))


@lru_cache(maxsize=256)
def style_sheet(parts: tuple[str, ...], accent: str) -> str:
    """Return the style sheet made of css/base.css and `parts`, with the paper's accent colour in it."""
    source = "".join((FOLDER / f"{part}.css").read_text() for part in ("base", *parts))
    dark = lighten_until_readable(accent, DARK_PAPER)
    return str(rcssmin.cssmin(source.replace("ACCENT_DARK", dark).replace("ACCENT", accent)))


@lru_cache(maxsize=256)
def policy_for(style: str, trusted_types: str = "'none'") -> str:
    """Return the content security policy of a page whose one style element holds `style`.

    `trusted_types` names the one script policy that the page may make: to start a worker, a page has to have one.
    """
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return (
        "default-src 'none'; script-src 'self'; img-src 'self'; media-src 'self'; connect-src 'self'; "
        f"form-action 'self'; manifest-src 'self'; worker-src 'self'; style-src 'sha256-{digest}'; "
        f"base-uri 'none'; require-trusted-types-for 'script'; trusted-types {trusted_types}"
    )
