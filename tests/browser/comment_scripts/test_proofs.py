"""The proof of work is found while the reader writes, and never costs the comment."""

from functools import partial
from typing import Any

import altcha
import pytest
from playwright.sync_api import Page

from tests.browser.comment_scripts.paper import (
    LATER,
    LIFETIME_SECONDS,
    POLICY,
    SECRET,
    Answer,
    Paper,
    a_challenge,
    expect_answer,
    send,
    wait_until,
    write,
)

pytestmark = pytest.mark.browser


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
