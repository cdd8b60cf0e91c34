"""The scripts of the comment form, on a page of an invented paper: no word is lost, whatever the network does."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import altcha
from playwright.sync_api import Browser, BrowserContext, Page, expect

import rotative.frontend
from tests.browser.chromium import PHONE

SCRIPTS = Path(rotative.frontend.__file__).parent / "static"
SECRET = "a secret of the newsroom"
LIFETIME_SECONDS = 600
POLICY = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; form-action 'self'; worker-src 'self'; "
    "img-src 'self'; require-trusted-types-for 'script'; trusted-types rotative"
)
DRAFT = "brouillon:/commentaires/envoyer/42/"
OTHER = "/autre-article/"
LOADED = "() => import('/static/rotative/comments.js')"
NO_STORAGE = (
    """Object.defineProperty(window, "localStorage", {get() { throw new DOMException("no", "SecurityError"); }});"""
)
FULL_STORAGE = """Storage.prototype.setItem = () => { throw new DOMException("full", "QuotaExceededError"); };"""
ARTICLE = """<!doctype html><html lang="fr"><meta charset="utf-8"><title>Un article</title>
<script type="module" src="/static/rotative/reader.js"></script>
<section class="below talk" id="commentaires">
<ol class="thread">
<li class="comment" id="commentaire-7"><div class="said"><p>Bien dit.</p></div>
<p class="meta"><a href="/commentaires/repondre/7/" data-reply="7" data-name="Awa $&amp;">Répondre</a></p>
<ol><li class="comment" id="commentaire-8"><div class="said"><p>Merci.</p></div>
<p class="meta"><a href="/commentaires/repondre/8/" data-reply="8" data-name="Koffi">Répondre</a></p></li></ol>
</li></ol>
<form id="commenter" class="comment-form" method="post" action="/commentaires/envoyer/42/"
data-script="/static/rotative/comments.js" data-worker="/static/rotative/proof.js"
data-challenge="/commentaires/defi/42/"
data-limit="5000" data-left="%s caractères restants" data-over="%s caractères de trop" data-sending="Envoi…"
data-picture="/static/rotative/favicon-32.png" data-offline="Pas de réseau." data-later="Plus tard."
data-kept="Il est gardé." data-open="Laissez la page ouverte." data-delivered="Il est parti." data-refused="Refusé : %s"
data-restored="Votre brouillon a été retrouvé."
data-replying="Réponse à %s" data-stop="Ne plus répondre">
<p class="replying" hidden></p>
<p class="field"><label for="c-text">Votre commentaire</label>
<textarea id="c-text" name="text" rows="6" required aria-describedby="c-count"></textarea>
<span id="c-count" class="count meta"></span></p>
<p class="field"><label for="c-name">Votre nom</label><input id="c-name" name="name" autocomplete="name"></p>
<p class="field"><label for="c-email">Courriel</label>
<input id="c-email" name="email" type="email" autocomplete="email"></p>
<p class="field"><label><input type="checkbox" name="wants_replies" value="1"> Me prévenir</label></p>
<p hidden><label>Site <input name="website" tabindex="-1" autocomplete="off"></label></p>
<input type="hidden" name="in_reply_to" value=""><input type="hidden" name="proof" value="">
<button>Envoyer</button>
<p class="answer" role="status"></p>
</form></section>"""


@dataclass
class Answer:
    """What the server says, once `seconds` have passed or `held` is set."""

    status: int
    body: Any = None
    held: threading.Event | None = None
    headers: dict[str, str] = field(default_factory=dict)

    def content(self) -> bytes:
        if isinstance(self.body, bytes):
            return self.body
        return (self.body if isinstance(self.body, str) else json.dumps(self.body)).encode()


PUBLISHED = Answer(200, {"state": "published", "message": "Votre commentaire est publié."})
LATER = Answer(503, {"state": "later", "message": "Un instant.", "retry_after": 5})


def a_challenge(counter: int = 3000, cost: int = 1, **more: Any) -> Answer:
    """Return a challenge as altcha makes it, solved by `counter` alone."""
    expires_at = int(time.time()) + LIFETIME_SECONDS
    made = altcha.create_challenge(
        "SHA-256", cost, counter=counter, expires_at=expires_at, hmac_secret=SECRET, data={"article": 42}, **more
    )
    return Answer(200, made.to_dict())


@dataclass
class Paper:
    """A newspaper of one article. What it will answer is in its fields, and so is what it was sent."""

    address: str = ""
    policy: str = POLICY
    challenge: Callable[[], Answer] = a_challenge
    answers: list[Answer] = field(default_factory=list)
    special: dict[str, Answer] = field(default_factory=dict)
    sent: list[dict[str, str]] = field(default_factory=list)
    sent_to: list[str] = field(default_factory=list)
    accepted: list[str] = field(default_factory=list)
    opened: list[str] = field(default_factory=list)
    challenges: int = 0
    is_reached: bool = True

    def get(self, path: str) -> tuple[str, Answer]:
        self.opened.append(path)
        if path in self.special:
            return "text/javascript", self.special[path]
        if path.startswith("/static/rotative/favicon-32.png"):
            return "image/png", Answer(200, (SCRIPTS / "rotative/favicon-32.png").read_bytes())
        if path.startswith("/static/"):
            return "text/javascript", Answer(200, (SCRIPTS / path.removeprefix("/static/")).read_text())
        if path.startswith("/commentaires/defi/"):
            self.challenges += 1
            return "application/json", self.challenge()
        return "text/html; charset=utf-8", Answer(200, ARTICLE.replace("/42/", "/43/") if path == OTHER else ARTICLE)

    def post(self, path: str, fields: dict[str, str], accept: str) -> tuple[str, Answer]:
        self.sent_to.append(path)
        self.sent.append(fields)
        self.accepted.append(accept)
        answer = self.answers.pop(0) if self.answers else PUBLISHED
        return "application/json" if not isinstance(answer.body, str) else "text/html; charset=utf-8", answer


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __init__(self, paper: Paper, *rest: Any) -> None:
        self.paper = paper
        super().__init__(*rest)

    def parse_request(self) -> bool:
        """Without a network, the connection ends without a word."""
        if self.paper.is_reached:
            return super().parse_request()
        self.close_connection = True
        return False

    def do_GET(self) -> None:
        self.answer(*self.paper.get(self.path))

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        fields = {name: values[0] for name, values in parse_qs(body, keep_blank_values=True).items()}
        self.answer(*self.paper.post(self.path, fields, self.headers["Accept"]))

    def answer(self, kind: str, answer: Answer) -> None:
        if answer.held:
            answer.held.wait(10)
        content = answer.content()
        self.send_response(answer.status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("Content-Security-Policy", self.paper.policy)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def a_phone(browser: Browser) -> Iterator[BrowserContext]:
    """Yield a telephone whose pages run without an exception."""
    context = browser.new_context(locale="fr-FR", viewport=PHONE)
    context.set_default_timeout(10_000)
    failures: list[str] = []
    context.on("weberror", lambda failure: failures.append(str(failure.error)))
    yield context
    context.close()
    assert not failures


def open_another(phone: BrowserContext, paper: Paper, script: str = "") -> Page:
    """Open the article in a new tab, where `script` runs first."""
    opened = phone.new_page()
    if script:
        opened.add_init_script(script)
    opened.goto(paper.address)
    return opened


def write(page: Page, text: str, name: str = "") -> None:
    """Write a comment as a reader does, once the script is there."""
    page.locator("#c-text").focus()
    page.evaluate(LOADED)
    page.locator("#c-text").fill(text)
    if name:
        page.locator("#c-name").fill(name)


def send(page: Page) -> None:
    page.get_by_role("button", name="Envoyer").click()


def expect_answer(page: Page, text: str) -> None:
    expect(page.locator(".answer")).to_have_text(text)


def expect_draft(page: Page, *texts: str) -> None:
    """Wait until these are the texts kept on the telephone."""
    page.wait_for_function(
        "([key, texts]) => JSON.stringify((JSON.parse(localStorage[key] || '[]')).map(([text]) => text)) === texts",
        arg=[DRAFT, json.dumps(texts, ensure_ascii=False, separators=(",", ":"))],
        polling=20,
    )


def wait_until(claim: Callable[[], bool], page: Page) -> None:
    """Let the browser go on until the claim is true."""
    for _ in range(250):
        if claim():
            return
        page.wait_for_timeout(20)
    raise AssertionError("It did not become true.")
