"""Rate limit of comments, for all readers together (load shedding): a flood is turned away for next to nothing.

The body is there, whole, before anybody comes here (`publishing/serving/admission.py`). Whoever is turned away has
the text back, and is told when to send it again; the script on the page does so by itself.
`python -m bench.flood` measures what stored pages notice of it.
"""

import json
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from io import BytesIO
from typing import Final
from urllib.parse import unquote_plus

from rotative.addresses import COMMENTS
from rotative.publishing.serving import headers
from rotative.publishing.serving.limit import ConcurrencyLimit, LimitReachedError
from rotative.publishing.serving.wsgi import Application, Environ, StartResponse

SEND: Final = re.compile(rf"{COMMENTS}envoyer/([0-9]{{1,18}})/")
PROOF: Final = re.compile(rb"(?:\A|&)proof=([^&]+)")
# So many threads of a process take comments at once. The others wait a moment for a place, and while it is in vain not
# even that: whoever waits in a thread keeps it from readers.
LIMIT: Final = 2
QUEUE_SECONDS: Final = 0.25
RETRY_SECONDS: Final = 5
# Who works on a comment holds the interpreter's lock, which those who send stored pages wait for. While requests come
# without a pause, each kind of them has this share of a process's time; what nobody used is saved, up to some point, so
# that a few dozen readers may write in the same second.
SHARES: Final = {"proved": 0.15, "unproved": 0.04, "asked": 0.08}
SAVED_SECONDS: Final = 0.3
MOST_NONCES: Final = 10_000

BODY: Final = "rotative.body"  # what was sent, in the environment of a request
TYPED: Final = ("text", "name", "email", "in_reply_to")
MARK: Final = re.compile("\ue000([a-z_]+)\ue000")
ARTICLE: Final = 987_654_321_987_654_321  # stands for the number of any article


def admit(application: Application) -> Application:
    """Wrap an application: what readers do with comments takes only so much of a process."""
    gate = Gate()

    def answer(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if not environ.get("PATH_INFO", "").startswith(COMMENTS):
            return application(environ, start_response)
        try:
            with gate.enter(environ):
                # To its end, here: what is answered later would be answered without a place.
                return [b"".join(application(environ, start_response))]
        except LimitReachedError:
            return gate.turn_away(environ, start_response)

    return answer


class Gate:
    """The throttle: what comments may take of a process, some threads and a share of its time for each kind."""

    def __init__(self) -> None:
        self._limit = ConcurrencyLimit(LIMIT, QUEUE_SECONDS)
        self._buckets = {kind: TokenBucket(share) for kind, share in SHARES.items()}
        self._nonces: OrderedDict[str, None] = OrderedDict()  # of proofs that have let somebody in

    @contextmanager
    def enter(self, environ: Environ) -> Iterator[None]:
        """Hold a place, and count the work done inside. Raises LimitReachedError."""
        with self._limit.hold(), self._buckets[self._kind_of(environ)].spend():
            yield

    def _kind_of(self, environ: Environ) -> str:
        article = article_of(environ)
        if article is None:
            return "asked"
        read_body(environ)
        proof = PROOF.search(environ[BODY])
        return "proved" if proof and self._is_proof(proof[1], article) else "unproved"

    def _is_proof(self, proof: bytes, article: int) -> bool:
        """Tell whether work was done for this request; to replay it is no work."""
        from rotative.comments import captcha  # knows models, hence looked up late
        from rotative.comments.models import Proof

        solution = captcha.check(unquote_plus(proof.decode("ascii", "replace")), article)
        if solution.proof != Proof.SOLVED or solution.nonce in self._nonces:
            return False
        self._nonces[solution.nonce] = None
        if len(self._nonces) > MOST_NONCES:
            self._nonces.popitem(last=False)
        return True

    def turn_away(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer 503 with what was typed."""
        if "application/json" in environ.get("HTTP_ACCEPT", ""):
            body, content_type = turned_away_json(), "application/json"
        else:
            body, content_type = self._turned_away_page(environ), "text/html; charset=utf-8"
        fields = [
            ("Content-Type", content_type),
            ("Content-Length", str(len(body))),
            ("Cache-Control", headers.NO_STORE),
            ("Retry-After", str(RETRY_SECONDS)),
            *headers.SECURITY.items(),
        ]
        start_response("503 Service Unavailable", fields)
        return [body]

    def _turned_away_page(self, environ: Environ) -> bytes:
        from rotative.frontend.pages import errors  # looked up late: the gate is there before Django is

        article = article_of(environ)
        if article is None:
            return errors.unavailable().body
        if BODY not in environ:
            read_body(environ)
        return given_back(environ[BODY], article)


class TokenBucket:
    """A token bucket of seconds of work, into which a share of each second is given."""

    def __init__(self, share: float) -> None:
        self._share = share
        self._saved = SAVED_SECONDS
        self._counted_at = time.monotonic()
        self._lock = threading.Lock()

    @contextmanager
    def spend(self) -> Iterator[None]:
        """Count the work that this thread does inside. Raises LimitReachedError when nothing is left."""
        if not self._is_left():
            raise LimitReachedError
        began = time.thread_time()
        try:
            yield
        finally:
            with self._lock:
                self._saved -= time.thread_time() - began

    def _is_left(self) -> bool:
        with self._lock:
            now = time.monotonic()
            self._saved = min(SAVED_SECONDS, self._saved + (now - self._counted_at) * self._share)
            self._counted_at = now
            return self._saved > 0


def article_of(environ: Environ) -> int | None:
    """Return the number of the article on which a comment is sent, or None for another request."""
    found = SEND.fullmatch(environ["PATH_INFO"]) if environ["REQUEST_METHOD"] == "POST" else None
    return int(found[1]) if found else None


def read_body(environ: Environ) -> None:
    """Read what was sent, as much of it as we take; the application can read it again."""
    from rotative.frontend.commenting.forms import MOST_BYTES

    try:
        length = min(max(int(environ.get("CONTENT_LENGTH") or 0), 0), MOST_BYTES)
    except ValueError:
        length = 0
    environ[BODY] = environ["wsgi.input"].read(length)
    environ["wsgi.input"] = BytesIO(environ[BODY])


@cache
def turned_away_json() -> bytes:
    from rotative.frontend.commenting.answers import too_many

    return json.dumps({"state": "later", "message": too_many(), "retry_after": RETRY_SECONDS}).encode()


def given_back(body: bytes, article: int) -> bytes:
    """Return what `answers.kept` makes of a form, without rendering it: that would cost fifty times as much."""
    from rotative.frontend.commenting.forms import parse_form
    from rotative.frontend.templatetags.rotative import typed

    form = parse_form(body)
    page = marked_page(bool(form.get("wants_replies"))).replace(str(ARTICLE), str(article))
    return MARK.sub(lambda mark: typed(form.get(mark[1])), page).encode()


@cache
def marked_page(wants_replies: bool) -> str:
    """Render the page that gives a text back, with marks where it will stand."""
    from rotative.frontend.commenting.answers import kept, too_many
    from rotative.frontend.commenting.forms import Form

    values = {name: f"\ue000{name}\ue000" for name in TYPED} | {"wants_replies": "1" if wants_replies else ""}
    return kept(Form(values), ARTICLE, too_many()).body.decode()
