"""The gate: what a flood of comments may take of a process."""

import threading
import time
from collections.abc import Iterable
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

import pytest
from selectolax.lexbor import LexborHTMLParser

from rotative.comments import captcha
from rotative.comments.captcha import Solution
from rotative.comments.models import Proof
from rotative.frontend import gate
from rotative.frontend.gate import admit

TEXT = "Nos mots\n\n& <b>nos</b> signes"


def a_request(path: str = "/commentaires/envoyer/42/", accept: str = "text/html", **more: Any) -> dict[str, Any]:
    body = urlencode({"name": "Awa", "text": TEXT}).encode()
    return {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": path,
        "HTTP_ACCEPT": accept,
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": BytesIO(body),
        **more,
    }


class Slow:
    """An application that answers when it is told to."""

    def __init__(self) -> None:
        self.asked = threading.Semaphore(0)
        self.go = threading.Event()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        self.asked.release()
        assert self.go.wait(10)
        start_response("200 OK", [])
        return [b"taken"]


@pytest.fixture
def full(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Yield an application behind the gate, all of whose places are taken."""
    monkeypatch.setattr(gate, "QUEUE_SECONDS", 0.01)
    slow = Slow()
    application = admit(slow)
    threads = [
        threading.Thread(target=lambda: list(application(a_request(), lambda *answer: None)))
        for _place in range(gate.LIMIT)
    ]
    for thread in threads:
        thread.start()
        assert slow.asked.acquire(timeout=10)
    yield application
    slow.go.set()
    for thread in threads:
        thread.join(10)


def ask(application: Any, environ: dict[str, Any]) -> tuple[str, dict[str, str], bytes]:
    answers: list[Any] = []
    body = b"".join(application(environ, lambda status, fields: answers.append((status, dict(fields)))))
    return answers[0][0], answers[0][1], body


def test_whoever_finds_no_place_has_the_text_back_at_once(full: Any) -> None:
    status, headers, body = ask(full, a_request())
    assert status.startswith("503") and headers["Retry-After"] and headers["Cache-Control"] == "no-store"
    html = LexborHTMLParser(body)
    assert html.css_first("textarea").text() == TEXT
    assert html.css_first("form").attributes["action"] == "/commentaires/envoyer/42/"


def test_all_who_are_turned_away_at_once_have_the_text_back(full: Any) -> None:
    """What was sent is there already: nobody has to read before the others."""
    together = threading.Barrier(2, timeout=2)

    class Meeting(BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            together.wait()
            return super().read(size)

    def turned_away(bodies: list[bytes]) -> None:
        request = a_request()
        bodies.append(ask(full, request | {"wsgi.input": Meeting(request["wsgi.input"].read())})[2])

    bodies: list[bytes] = []
    threads = [threading.Thread(target=turned_away, args=[bodies]) for _reader in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert [LexborHTMLParser(body).css_first("textarea").text() for body in bodies] == [TEXT, TEXT]


def test_the_script_is_told_when_to_send_it_again(full: Any) -> None:
    status, _headers, body = ask(full, a_request(accept="application/json"))
    assert status.startswith("503") and b'"state": "later"' in body and b'"retry_after": 5' in body


def test_what_is_no_comment_is_turned_away_with_the_page_for_bad_days(full: Any) -> None:
    status, _headers, body = ask(full, a_request("/commentaires/les-miens/", REQUEST_METHOD="GET"))
    assert status.startswith("503") and b"<h1>" in body


@pytest.mark.parametrize("length", ["", "x", "-5", "99999999999"])
def test_a_length_that_lies_breaks_nothing(length: str, full: Any) -> None:
    assert ask(full, a_request(CONTENT_LENGTH=length))[0].startswith("503")


def test_everything_else_passes(full: Any) -> None:
    passed = admit(lambda environ, start_response: [b"page"])
    assert passed(a_request("/politique/"), None) == [b"page"]


def test_places_are_given_back(monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        raise RuntimeError

    application = admit(breaks)
    for _turn in range(gate.LIMIT + 1):
        with pytest.raises(RuntimeError):
            application(a_request(), None)


def test_a_flood_without_proofs_leaves_the_time_of_those_who_worked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "SHARES", {"proved": 0.0, "unproved": 0.0, "asked": 0.0})
    monkeypatch.setattr(gate, "SAVED_SECONDS", 0.001)
    proved = Solution(Proof.SOLVED, "n1")
    monkeypatch.setattr(
        captcha, "check", lambda payload, article: proved if payload == "work" else Solution(Proof.WRONG)
    )

    def works(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        end = time.thread_time() + 0.01
        while time.thread_time() < end:
            pass
        start_response("202 Accepted", [])
        return [environ["wsgi.input"].read()]

    application = admit(works)

    def status(proof: str) -> str:
        body = urlencode({"text": TEXT, "proof": proof}).encode()
        return ask(application, a_request(**{"CONTENT_LENGTH": str(len(body)), "wsgi.input": BytesIO(body)}))[0][:3]

    assert [status("none"), status("none")] == ["202", "503"]
    assert [status("work"), status("work")] == ["202", "503"], "to send the same proof again is no work"


def test_a_proof_that_is_sent_again_is_no_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those who worked have all the time there is, the others none: whoever passes was taken for one who worked."""
    monkeypatch.setattr(gate, "SHARES", {"proved": 1e9, "unproved": 0.0, "asked": 0.0})
    monkeypatch.setattr(gate, "SAVED_SECONDS", 1e-9)
    monkeypatch.setattr(gate, "MOST_NONCES", 2)
    monkeypatch.setattr(captcha, "check", lambda payload, article: Solution(Proof.SOLVED, payload))

    def takes(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        start_response("202 Accepted", [])
        return [b"taken"]

    application = admit(takes)

    def status(proof: str) -> str:
        body = urlencode({"text": TEXT, "proof": proof}).encode()
        return ask(application, a_request(**{"CONTENT_LENGTH": str(len(body)), "wsgi.input": BytesIO(body)}))[0][:3]

    assert ask(application, a_request())[0][:3] == "202", "what was saved"
    assert ask(application, a_request())[0][:3] == "503"
    assert [status(proof) for proof in ("n1", "n1", "n2", "n1", "n2")] == ["202", "503", "202", "503", "503"]
    assert [status(proof) for proof in ("n3", "n3", "n2", "n1")] == ["202", "503", "503", "202"], (
        "the oldest is forgotten"
    )


def test_what_was_read_at_the_gate_can_be_read_behind_it() -> None:
    read = admit(lambda environ, start_response: [environ["wsgi.input"].read()])
    body = b"".join(read(a_request(), None))
    assert b"name=Awa" in body and b"text=Nos+mots" in body


def test_an_allowance_grows_with_time_up_to_what_can_be_saved(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr(gate.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(gate, "SAVED_SECONDS", 0.5)
    bucket = gate.TokenBucket(0.1)
    bucket._saved = -1.0
    now[0] = 9.0
    assert not bucket._is_left()
    now[0] = 11.0
    assert bucket._is_left()
    now[0] = 1000.0
    assert bucket._is_left() and bucket._saved == 0.5
