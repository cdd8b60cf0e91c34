"""The gate before the comment form: under a flood most of it is turned away here, for next to nothing.

Whoever is turned away has the text back, and is told when to send it again; the script on the page does so by itself.
"""

import json
import logging
import re
from collections.abc import Iterable
from functools import cache
from typing import Final

from rotative.publishing import headers
from rotative.publishing.places import NoPlaceError, Places
from rotative.publishing.ready_page import Application, Environ, StartResponse

logger = logging.getLogger(__name__)

BEFORE: Final = "/commentaires/"
SEND: Final = re.compile(r"/commentaires/envoyer/([0-9]{1,18})/")
# So many threads of a process take comments at once, of the eight that `rotative serve` has.
PLACES: Final = 2
PLACE_SECONDS: Final = 0.25
RETRY_SECONDS: Final = 5


def admit(application: Application) -> Application:
    """Wrap an application: what readers do with comments takes only so many threads of a process."""
    places = Places(PLACES, PLACE_SECONDS)

    def answer(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if not environ.get("PATH_INFO", "").startswith(BEFORE):
            return application(environ, start_response)
        try:
            with places.take():
                # To its end, here: what is answered later would be answered without a place.
                return [b"".join(application(environ, start_response))]
        except NoPlaceError:
            return turn_away(environ, start_response)

    return answer


def turn_away(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    """Answer 503 with what was typed."""
    if "application/json" in environ.get("HTTP_ACCEPT", ""):
        body, content_type = turned_away_json(), "application/json"
    else:
        body, content_type = turned_away_page(environ), "text/html; charset=utf-8"
    fields = [
        ("Content-Type", content_type),
        ("Content-Length", str(len(body))),
        ("Cache-Control", headers.NO_STORE),
        ("Retry-After", str(RETRY_SECONDS)),
        *headers.SECURITY.items(),
    ]
    start_response("503 Service Unavailable", fields)
    return [body]


@cache
def turned_away_json() -> bytes:
    from rotative.frontend.commenting import too_many

    return json.dumps({"state": "later", "message": too_many(), "retry_after": RETRY_SECONDS}).encode()


def turned_away_page(environ: Environ) -> bytes:
    # Looked up late: the gate is there before Django is.
    from rotative.frontend import commenting
    from rotative.frontend.pages import errors

    found = SEND.fullmatch(environ.get("PATH_INFO", ""))
    if environ["REQUEST_METHOD"] != "POST" or found is None:
        return errors.unavailable().body
    try:
        length = min(int(environ.get("CONTENT_LENGTH") or 0), commenting.MOST_BYTES)
    except ValueError:
        length = 0
    form = commenting.parse_form(environ["wsgi.input"].read(length))
    return commenting.kept(form, int(found[1]), commenting.too_many()).body
