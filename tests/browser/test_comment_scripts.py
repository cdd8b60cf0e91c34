"""The scripts of the comment form: whoever wrote in good faith loses no word, whatever the network does."""

import gzip
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import altcha
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

import rotative.frontend
from tests.browser.chromium import PHONE

pytestmark = pytest.mark.browser

SCRIPTS = Path(rotative.frontend.__file__).parent / "static"
SECRET = "a secret of the newsroom"
LIFETIME_SECONDS = 600
KB = 1024
POLICY = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; form-action 'self'; worker-src 'self'; "
    "img-src 'self'; require-trusted-types-for 'script'; trusted-types rotative"
)
DRAFT = "brouillon:/commentaires/envoyer/42/"
OTHER = "/autre-article/"
LOADED = "() => import('/static/rotative/comments.js')"
# A tab that the system kills tells its page nothing.
KILLED = """for (const name of ["pagehide", "visibilitychange"])
    addEventListener(name, event => event.stopImmediatePropagation(), true);"""
NO_STORAGE = (
    """Object.defineProperty(window, "localStorage", {get() { throw new DOMException("no", "SecurityError"); }});"""
)
BLOCKED = """window.fetch = () => Promise.reject(new TypeError("blocked"));"""
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


@pytest.fixture
def paper() -> Iterator[Paper]:
    made = Paper()
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, made))
    server.daemon_threads = True
    made.address = f"http://127.0.0.1:{server.server_port}/article/"
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield made
    server.shutdown()
    server.server_close()


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


@pytest.fixture(scope="module")
def shared_phone(browser: Browser) -> Iterator[BrowserContext]:
    with a_phone(browser) as shared:
        yield shared


@pytest.fixture
def phone(shared_phone: BrowserContext) -> Iterator[BrowserContext]:
    """A telephone without a tab. It remembers nothing: each paper has another address."""
    yield shared_phone
    shared_phone.set_offline(False)
    for page in shared_phone.pages:
        page.close()


@pytest.fixture
def page(phone: BrowserContext, paper: Paper) -> Page:
    return open_another(phone, paper)


@pytest.fixture
def timeless(browser: Browser, paper: Paper) -> Iterator[Page]:
    """A page whose clock runs when a test says so."""
    with a_phone(browser) as phone:
        phone.clock.install()
        opened = open_another(phone, paper)
        opened.clock.pause_at(time.time() + 1)
        yield opened


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


# Drafts


def test_a_draft_survives_a_reload(page: Page) -> None:
    page.locator("[data-reply='7']").click()
    write(page, "Je pense que…\n\nEt puis ?", "Adjoa")
    page.locator("#c-email").fill("adjoa@example.org")
    page.locator("[name=wants_replies]").check()

    page.reload()

    expect_answer(page, "Votre brouillon a été retrouvé.")
    expect(page.locator("#c-text")).to_have_value("Je pense que…\n\nEt puis ?")
    expect(page.locator("#c-name")).to_have_value("Adjoa")
    expect(page.locator("#c-email")).to_have_value("adjoa@example.org")
    expect(page.locator("[name=wants_replies]")).to_be_checked()
    expect(page.locator("[name=in_reply_to]")).to_have_value("7")
    expect(page.locator("#commentaire-7 > form .replying")).to_contain_text("Réponse à Awa $&")


def test_a_draft_survives_a_killed_tab(phone: BrowserContext, paper: Paper) -> None:
    first = open_another(phone, paper, KILLED)
    write(first, "Des mots")
    expect_draft(first, "Des mots")
    first.close()

    expect(open_another(phone, paper).locator("#c-text")).to_have_value("Des mots")


def test_a_draft_is_kept_while_its_writer_makes_no_pause(timeless: Page) -> None:
    write(timeless, "")
    for letter in "Sans pause":
        timeless.keyboard.type(letter)
        timeless.clock.run_for(100)

    assert DRAFT in timeless.evaluate("Object.keys(localStorage)")


def test_a_draft_is_kept_at_once_when_its_tab_goes_to_the_back(timeless: Page) -> None:
    write(timeless, "Un instant")
    expect_draft(timeless)
    timeless.evaluate("document.dispatchEvent(new Event('visibilitychange', {bubbles: true}))")

    expect_draft(timeless, "Un instant")


def test_words_written_while_the_script_loads_are_kept(paper: Paper, page: Page) -> None:
    script = Answer(200, (SCRIPTS / "rotative/comments.js").read_text(), held=threading.Event())
    paper.special["/static/rotative/comments.js"] = script
    page.reload()
    page.locator("#c-text").press_sequentially("Avant le script")
    assert page.evaluate("localStorage.length") == 0

    assert script.held
    script.held.set()

    expect_draft(page, "Avant le script")
    expect(page.locator("#c-text")).to_have_value("Avant le script")


def test_a_draft_and_words_written_before_it_came_back_are_both_kept(paper: Paper, page: Page) -> None:
    write(page, "Hier.")
    script = Answer(200, (SCRIPTS / "rotative/comments.js").read_text(), held=threading.Event())
    paper.special["/static/rotative/comments.js"] = script
    page.reload(wait_until="commit")
    page.locator("#c-text").fill("Aujourd’hui.")

    assert script.held
    script.held.set()

    expect_draft(page, "Hier.", "Aujourd’hui.")
    expect(page.locator("#c-text")).to_have_value("Aujourd’hui.")
    write(page, "")
    page.reload()
    expect(page.locator("#c-text")).to_have_value("Hier.")


def test_a_tab_that_sends_leaves_alone_what_another_one_writes(phone: BrowserContext, paper: Paper) -> None:
    first, second = open_another(phone, paper), open_another(phone, paper)
    write(first, "")
    write(second, "Le deuxième")
    expect_draft(second, "Le deuxième")
    write(first, "Le premier")
    expect_draft(first, "Le deuxième", "Le premier")

    send(first)

    expect_answer(first, "Votre commentaire est publié.")
    expect_draft(first, "Le deuxième")
    expect(second.locator("#c-text")).to_have_value("Le deuxième")
    second.close()
    expect(open_another(phone, paper).locator("#c-text")).to_have_value("Le deuxième")


def test_a_draft_that_another_tab_sent_does_not_come_back(phone: BrowserContext, paper: Paper) -> None:
    first = open_another(phone, paper)
    write(first, "Une fois")
    expect_draft(first, "Une fois")
    second = open_another(phone, paper)
    expect(second.locator("#c-text")).to_have_value("Une fois")
    send(second)
    expect_answer(second, "Votre commentaire est publié.")

    first.close()

    expect_draft(second)


def test_an_emptied_form_leaves_no_draft(page: Page) -> None:
    write(page, "Non, rien.")
    expect_draft(page, "Non, rien.")
    page.locator("#c-text").fill("")

    expect_draft(page)


@pytest.mark.parametrize("storage", [NO_STORAGE, FULL_STORAGE])
def test_a_telephone_without_storage_sends_comments(storage: str, phone: BrowserContext, paper: Paper) -> None:
    page = open_another(phone, paper, storage)
    page.locator("[data-reply='8']").click()
    write(page, "Sans mémoire")
    page.wait_for_timeout(300)
    send(page)

    expect_answer(page, "Votre commentaire est publié.")
    assert paper.sent[0]["in_reply_to"] == "8"


# The counter


def test_the_counter_speaks_near_the_limit_and_cuts_nothing(page: Page) -> None:
    counter = page.locator("#c-count")
    write(page, "a" * 4499)
    expect(counter).to_have_text("")
    page.locator("#c-text").fill("e\u0301" * 4989 + "🌍")
    expect(counter).to_have_text("10 caractères restants")
    page.locator("#c-text").fill("é" * 5020)
    expect(counter).to_have_text("20 caractères de trop")
    expect(page.locator("#c-text")).to_have_value("é" * 5020)


# Replies


def test_a_reply_is_written_below_what_it_answers(paper: Paper, page: Page) -> None:
    page.locator("[data-reply='8']").click()

    expect(page.locator("#commentaire-8 > form #c-text")).to_be_focused()
    expect(page.locator(".replying")).to_have_text("Réponse à Koffi Ne plus répondre")
    page.keyboard.type("Tout à fait.")
    send(page)

    sent = page.locator("#commentaire-8 > .sent")
    expect(sent).to_have_text("Votre commentaire est publié.Tout à fait.")
    expect(sent).to_be_focused()
    expect(page.locator("#commentaires > form [name=in_reply_to]")).to_have_value("")
    expect(page.locator(".replying")).to_be_hidden()
    assert (paper.sent[0]["in_reply_to"], paper.sent[0]["text"]) == ("8", "Tout à fait.")
    assert page.url == paper.address


def test_a_reply_can_be_given_up_by_keyboard(page: Page) -> None:
    write(page, "Des mots")
    page.locator("[data-reply='7']").press("Enter")
    expect(page.locator("#commentaire-7 > form #c-text")).to_be_focused()
    page.locator("[data-reply='8']").press("Enter")
    expect(page.locator("#commentaire-8 > form [name=in_reply_to]")).to_have_value("8")

    page.keyboard.press("Shift+Tab")
    expect(page.get_by_role("button", name="Ne plus répondre")).to_be_focused()
    page.keyboard.press("Enter")

    expect(page.locator("#commentaires > form #c-text")).to_be_focused()
    expect(page.locator("[name=in_reply_to]")).to_have_value("")
    expect(page.locator("#c-text")).to_have_value("Des mots")


def test_a_reply_link_leads_to_its_page_when_the_script_is_lost(paper: Paper, page: Page) -> None:
    paper.special["/static/rotative/comments.js"] = Answer(503, "")
    page.locator("[data-reply='7']").click()

    page.wait_for_url("**/commentaires/repondre/7/")


def test_a_reply_link_opens_in_a_new_tab_as_any_other(phone: BrowserContext, page: Page) -> None:
    with phone.expect_page() as opened:
        page.locator("[data-reply='7']").click(modifiers=["Control"])
    opened.value.wait_for_url("**/commentaires/repondre/7/")


# The proof of work


@pytest.mark.parametrize(("counter", "cost"), [(0, 1), (20_000, 1), (500, 7)])
def test_a_comment_carries_a_proof_that_altcha_accepts(counter: int, cost: int, paper: Paper, page: Page) -> None:
    paper.challenge = partial(a_challenge, counter, cost, hmac_key_secret="another secret")
    write(page, "Avec preuve")
    send(page)

    expect_answer(page, "Votre commentaire est publié.")
    proof = paper.sent[0]["proof"]
    assert altcha.verify_solution(proof, SECRET).verified
    assert altcha.verify_solution(proof, SECRET, hmac_key_secret="another secret").verified
    assert paper.challenges == 1


def test_the_proof_is_found_while_the_reader_writes(paper: Paper, page: Page) -> None:
    assert paper.challenges == 0
    page.locator("#c-text").focus()

    wait_until(lambda: paper.challenges == 1, page)


def test_an_expired_challenge_is_fetched_anew(paper: Paper, timeless: Page) -> None:
    page = timeless
    write(page, "Longtemps réfléchi")
    wait_until(lambda: bool(page.locator("[name=proof]").input_value()), page)
    page.clock.run_for(LIFETIME_SECONDS * 1000)
    send(page)

    expect_answer(page, "Votre commentaire est publié.")
    assert altcha.verify_solution(paper.sent[0]["proof"], SECRET).verified
    assert paper.challenges == 2


def test_a_telephone_with_a_wrong_clock_solves_a_challenge_once(paper: Paper, timeless: Page) -> None:
    page = timeless
    page.clock.pause_at("2041-01-01")
    write(page, "En avance", "Adjoa")
    send(page)

    expect_answer(page, "Votre commentaire est publié.")
    assert altcha.verify_solution(paper.sent[0]["proof"], SECRET).verified
    assert paper.challenges == 1


def test_a_second_comment_has_a_proof_of_its_own(paper: Paper, page: Page) -> None:
    write(page, "Un")
    send(page)
    expect_answer(page, "Votre commentaire est publié.")
    write(page, "Deux")
    send(page)

    wait_until(lambda: len(paper.sent) == 2, page)
    assert all(altcha.verify_solution(sent["proof"], SECRET).verified for sent in paper.sent)
    assert paper.sent[0]["proof"] != paper.sent[1]["proof"]


UNKNOWN_ALGORITHM = {**a_challenge().body, "parameters": {**a_challenge().body["parameters"], "algorithm": "ARGON2ID"}}


@pytest.mark.parametrize(
    "trouble",
    [
        {"special": {"/static/rotative/proof.js": Answer(404, "")}},
        {"policy": POLICY.replace("worker-src 'self'", "worker-src 'none'")},
        {"policy": POLICY.replace("trusted-types rotative", "trusted-types 'none'")},
        {"challenge": lambda: LATER},
        {"challenge": lambda: Answer(200, "<p>Oups")},
        {"challenge": lambda: Answer(200, {"detail": "?"})},
        {"challenge": lambda: Answer(200, UNKNOWN_ALGORITHM)},
    ],
    ids=["no worker", "worker refused", "policy refused", "503", "no JSON", "no challenge", "unknown algorithm"],
)
def test_a_comment_is_sent_without_proof_when_there_can_be_none(
    trouble: dict[str, Any], paper: Paper, page: Page
) -> None:
    for name, value in trouble.items():
        setattr(paper, name, value)
    page.reload()
    write(page, "Sans preuve")
    send(page)

    expect_answer(page, "Votre commentaire est publié.")
    assert paper.sent[0]["proof"] == ""


def test_a_proof_is_found_after_a_failed_one(paper: Paper, page: Page) -> None:
    paper.challenge = lambda: LATER
    # Until the page has the refusal, not only until it was sent: who sends before it goes without a proof.
    with page.expect_event("requestfinished", lambda request: "/defi/" in request.url):
        write(page, "Au second essai")
    page.wait_for_timeout(200)
    paper.challenge = a_challenge
    send(page)

    expect_answer(page, "Votre commentaire est publié.")
    assert altcha.verify_solution(paper.sent[0]["proof"], SECRET).verified


def test_a_proof_that_takes_too_long_is_not_waited_for(paper: Paper, timeless: Page) -> None:
    page = timeless
    unsolvable = a_challenge()
    unsolvable.body["parameters"]["keyPrefix"] = "00" * 16
    paper.challenge = lambda: unsolvable
    write(page, "Téléphone lent")
    send(page)
    page.clock.run_for(7900)
    page.wait_for_timeout(100)
    assert not paper.sent
    expect_answer(page, "Envoi…")
    page.clock.run_for(200)

    expect_answer(page, "Votre commentaire est publié.")
    assert paper.sent[0]["proof"] == ""


# Sending


def test_a_received_comment_is_shown_and_its_draft_forgotten(paper: Paper, page: Page) -> None:
    paper.answers = [Answer(202, {"state": "waiting", "message": "La rédaction le lira."})]
    write(page, "Un <b>mot</b>\n\nDeux", "Adjoa")
    expect_draft(page, "Un <b>mot</b>\n\nDeux")
    send(page)

    expect_answer(page, "La rédaction le lira.")
    assert page.locator(".sent p").all_text_contents() == ["Adjoa", "Un <b>mot</b>", "Deux"]
    expect(page.locator("#c-text")).to_have_value("")
    expect(page.locator("#c-name")).to_have_value("Adjoa")
    expect(page.get_by_role("button", name="Envoyer")).to_be_focused()
    expect_draft(page)
    assert (paper.sent[0]["text"].splitlines(), paper.sent[0]["name"]) == (["Un <b>mot</b>", "", "Deux"], "Adjoa")
    assert paper.accepted == ["application/json"]


def test_what_is_added_while_a_comment_is_sent_stays(paper: Paper, page: Page) -> None:
    held = threading.Event()
    paper.answers = [Answer(200, PUBLISHED.body, held=held)]
    write(page, "Envoyé")
    send(page)
    wait_until(lambda: len(paper.sent) == 1, page)
    page.locator("#c-text").fill("Envoyé, et encore")
    held.set()

    expect_answer(page, "Votre commentaire est publié.")
    expect(page.locator(".sent")).to_have_text("Envoyé")
    expect(page.locator("#c-text")).to_have_value("Envoyé, et encore")
    expect_draft(page, "Envoyé, et encore")


def test_a_double_tap_sends_one_comment(paper: Paper, page: Page) -> None:
    held = threading.Event()
    paper.answers = [Answer(200, PUBLISHED.body, held=held)]
    write(page, "Deux fois")
    button = page.get_by_role("button", name="Envoyer")
    button.dblclick()
    page.locator("#c-name").press("Enter")
    button.focus()
    expect_answer(page, "Envoi…")
    expect(button).to_have_attribute("aria-disabled", "true")
    expect(button).to_be_focused()
    held.set()

    expect_answer(page, "Votre commentaire est publié.")
    expect(button).not_to_have_attribute("aria-disabled", "true")
    expect(button).to_be_focused()
    assert len(paper.sent) == 1


def test_mistakes_stand_beside_their_fields_and_nothing_is_lost(paper: Paper, page: Page) -> None:
    errors = {"name": "Trop long.", "text": "Trop court.", "in_reply_to": "Disparu."}
    paper.answers = [Answer(422, {"state": "invalid", "message": "À corriger.", "errors": errors})]
    write(page, "Hum", "A" * 90)
    send(page)

    expect_answer(page, "À corriger.")
    text = page.locator("#c-text")
    expect(page.locator("#c-text + .error")).to_have_text("Trop court.")
    expect(page.locator("#c-name + .error")).to_have_text("Trop long.")
    expect(text).to_be_focused()
    expect(text).to_have_attribute("aria-invalid", "true")
    expect(text).to_have_accessible_description("Trop court.")
    assert text.get_attribute("aria-describedby").split() == ["c-text-error", "c-count"]
    expect(page.locator("#c-email")).not_to_have_attribute("aria-invalid", "true")
    expect(text).to_have_value("Hum")
    expect_draft(page, "Hum")

    text.fill("Humanité")
    send(page)

    expect_answer(page, "Votre commentaire est publié.")
    expect(page.locator(".error")).to_have_count(0)
    assert text.get_attribute("aria-describedby").split() == ["c-count"]
    expect(text).not_to_have_attribute("aria-invalid", "true")


@pytest.mark.parametrize(("status", "state"), [(403, "closed"), (409, "elsewhere")])
def test_a_refused_comment_is_kept(status: int, state: str, paper: Paper, page: Page) -> None:
    paper.answers = [Answer(status, {"state": state, "message": "C’est fermé."})]
    write(page, "Trop tard")
    send(page)

    expect_answer(page, "C’est fermé.")
    expect(page.locator("#c-text")).to_have_value("Trop tard")
    expect_draft(page, "Trop tard")
    expect(page.get_by_role("button", name="Envoyer")).to_be_focused()


def test_a_comment_that_must_wait_is_sent_again_by_itself(paper: Paper, timeless: Page) -> None:
    page = timeless
    paper.answers = [LATER, Answer(500, "<h1>Oups</h1>"), LATER]
    write(page, "Patience")
    send(page)
    expect_answer(page, "Plus tard. Il est gardé.")
    for tries, seconds in enumerate((5, 10, 20), 1):
        page.clock.run_for(seconds * 1000 - 50)
        page.wait_for_timeout(50)
        assert len(paper.sent) == tries
        expect_draft(page, "Patience")
        expect_answer(page, "Plus tard. Il est gardé.")
        page.clock.run_for(seconds * 250 + 100)
        wait_until(lambda tries=tries: len(paper.sent) > tries, page)
        expect(page.get_by_role("button", name="Envoyer")).not_to_have_attribute("aria-disabled", "true")

    expect_answer(page, "Votre commentaire est publié.")
    assert [sent["text"] for sent in paper.sent] == ["Patience"] * 4
    assert altcha.verify_solution(paper.sent[3]["proof"], SECRET).verified
    expect(page.locator("#c-text")).to_have_value("")


def test_a_comment_that_waits_can_be_sent_at_once(paper: Paper, page: Page) -> None:
    paper.answers = [LATER]
    write(page, "Tout de suite")
    send(page)
    expect_answer(page, "Plus tard. Il est gardé.")
    send(page)

    expect_answer(page, "Votre commentaire est publié.")


def test_a_comment_written_without_network_leaves_when_it_is_back(
    phone: BrowserContext, paper: Paper, page: Page
) -> None:
    write(page, "Hors ligne")
    phone.set_offline(True)
    send(page)
    expect_answer(page, "Pas de réseau. Il est gardé.")
    expect(page.locator("#c-text")).to_have_value("Hors ligne")
    expect_draft(page, "Hors ligne")
    phone.set_offline(False)

    expect_answer(page, "Votre commentaire est publié.")
    assert [sent["text"] for sent in paper.sent] == ["Hors ligne"]
    expect_draft(page)


def leave_unsent(paper: Paper, page: Page, text: str) -> None:
    """Send a comment without a network, and close its tab.

    The paper is away, not the browser set offline: Chromium is back for a moment while a tab leaves its page.
    """
    write(page, text, "Adjoa")
    paper.is_reached = False
    send(page)
    expect_answer(page, "Pas de réseau. Il est gardé.")
    page.close()
    paper.is_reached = True


def test_a_comment_whose_tab_was_closed_leaves_at_the_next_visit(
    phone: BrowserContext, paper: Paper, page: Page
) -> None:
    leave_unsent(paper, page, "Onglet fermé")

    again = open_another(phone, paper)

    expect_answer(again, "Votre commentaire est publié.")
    assert [(sent["text"], sent["name"]) for sent in paper.sent] == [("Onglet fermé", "Adjoa")]
    assert altcha.verify_solution(paper.sent[0]["proof"], SECRET).verified
    expect_draft(again)
    again.reload()
    again.evaluate(LOADED)
    assert len(paper.sent) == 1


@pytest.mark.parametrize("not_yet", [LATER, Answer(502, "<h1>Bad Gateway</h1>")], ids=["later", "no answer of ours"])
def test_it_leaves_from_whichever_page_of_the_paper_has_a_form(
    not_yet: Answer, phone: BrowserContext, paper: Paper, page: Page
) -> None:
    page.locator("[data-reply='8']").click()
    page.locator("#c-email").fill("adjoa@example.org")
    page.locator("[name=wants_replies]").check()
    leave_unsent(paper, page, "D’une autre\n\npage")
    paper.answers = [not_yet]

    elsewhere = phone.new_page()
    elsewhere.goto(paper.address.replace("/article/", OTHER))
    wait_until(lambda: len(paper.sent) == 1, elsewhere)
    expect_draft(elsewhere, "D’une autre\n\npage")
    elsewhere.reload()

    expect(elsewhere.locator(".sent")).to_have_text("Il est parti.AdjoaD’une autrepage")
    expect_draft(elsewhere)
    expect(elsewhere.locator("#c-text")).to_have_value("")
    assert paper.sent_to == ["/commentaires/envoyer/42/"] * 2
    sent = paper.sent[1]
    assert (sent["in_reply_to"], sent["email"], sent["wants_replies"]) == ("8", "adjoa@example.org", "1")
    assert altcha.verify_solution(sent["proof"], SECRET).verified


def test_what_is_not_taken_any_more_is_shown_and_stays_a_draft(phone: BrowserContext, paper: Paper, page: Page) -> None:
    leave_unsent(paper, page, "Trop tard")
    paper.answers = [Answer(403, {"state": "closed", "message": "C’est fermé."})]

    elsewhere = phone.new_page()
    elsewhere.goto(paper.address.replace("/article/", OTHER))

    expect(elsewhere.locator(".sent")).to_have_text("Refusé : C’est fermé.AdjoaTrop tard")
    expect_draft(elsewhere, "Trop tard")
    elsewhere.reload()
    elsewhere.evaluate(LOADED)
    again = open_another(phone, paper)
    expect_answer(again, "Votre brouillon a été retrouvé.")
    assert len(paper.sent) == 1


def test_a_draft_that_nobody_sent_does_not_leave_by_itself(phone: BrowserContext, paper: Paper, page: Page) -> None:
    write(page, "Pas encore [1,1]")
    expect_draft(page, "Pas encore [1,1]")
    page.close()

    for address in (paper.address, paper.address.replace("/article/", OTHER)):
        again = phone.new_page()
        again.goto(address)
        again.evaluate(LOADED)
        again.wait_for_load_state("networkidle")
    assert not paper.sent


def test_a_browser_in_which_scripts_may_not_send_sends_the_plain_form(phone: BrowserContext, paper: Paper) -> None:
    page = open_another(phone, paper, BLOCKED)
    paper.answers = [Answer(200, "<h1>Page du serveur</h1>")]
    write(page, "Bloqué")
    send(page)

    expect(page.locator("h1")).to_have_text("Page du serveur")
    assert [sent["text"] for sent in paper.sent] == ["Bloqué"]
    expect_answer(open_another(phone, paper), "Votre brouillon a été retrouvé.")


@pytest.mark.parametrize("storage", [NO_STORAGE, FULL_STORAGE])
def test_a_telephone_without_storage_does_not_promise_to_keep_it(
    storage: str, phone: BrowserContext, paper: Paper
) -> None:
    page = open_another(phone, paper, storage)
    paper.answers = [LATER]
    write(page, "Sans mémoire")
    send(page)

    expect_answer(page, "Plus tard. Laissez la page ouverte.")


def test_whoever_changes_a_comment_that_waits_takes_it_back(phone: BrowserContext, paper: Paper, page: Page) -> None:
    write(page, "À moitié")
    phone.set_offline(True)
    send(page)
    expect_answer(page, "Pas de réseau. Il est gardé.")
    page.locator("#c-text").press("End")
    page.keyboard.type(" dit")
    expect_answer(page, "")
    phone.set_offline(False)
    page.wait_for_timeout(200)

    assert not paper.sent
    expect_draft(page, "À moitié dit")


@pytest.mark.parametrize(
    "answer",
    [
        Answer(403, "<h1>Accès refusé</h1>"),
        Answer(200, "<h1>Accès refusé</h1>"),
        Answer(404, {"detail": "?"}),
        Answer(200, {"state": "confirm", "message": "Est-ce vous ?", "errors": {}}),
        Answer(303, "", headers={"Location": "/ailleurs/"}),
    ],
    ids=["4xx", "HTML", "unknown JSON", "unknown state", "redirect"],
)
def test_an_answer_that_the_script_does_not_understand_is_left_to_the_browser(
    answer: Answer, paper: Paper, page: Page
) -> None:
    paper.answers = [answer, Answer(200, "<h1>Page du serveur</h1>")]
    write(page, "Entier")
    send(page)

    expect(page.locator("h1")).to_have_text("Page du serveur")
    assert [sent["text"] for sent in paper.sent] == ["Entier", "Entier"]
    assert "/ailleurs/" not in paper.opened
    expect_draft(page, "Entier")


def test_the_form_sends_without_its_script(paper: Paper, page: Page) -> None:
    paper.special["/static/rotative/comments.js"] = Answer(503, "")
    paper.answers = [Answer(200, "<h1>Merci</h1>")]
    page.locator("#c-text").fill("Comme autrefois")
    send(page)

    expect(page.locator("h1")).to_have_text("Merci")
    assert paper.sent[0]["text"] == "Comme autrefois"


# Weight


def test_the_scripts_of_an_article_are_light() -> None:
    scripts = [(SCRIPTS / "rotative" / name).read_bytes() for name in ("reader.js", "comments.js", "proof.js")]

    sizes = [len(gzip.compress(script, 9)) for script in scripts]
    assert sizes[0] <= 2 * KB, "what everybody loads"
    assert sum(sizes) <= 6.25 * KB, "what somebody loads who comments"


def test_a_visit_loads_no_more_than_the_reader_asks_for(paper: Paper, page: Page) -> None:
    page.wait_for_load_state("networkidle")
    loaded = page.evaluate("performance.getEntriesByType('resource').map(entry => new URL(entry.name).pathname)")

    # Browsers ask for an icon by themselves where a page names none.
    assert [path for path in loaded if path != "/favicon.ico"] == ["/static/rotative/reader.js"]
    assert page.evaluate("localStorage.length") == 0
