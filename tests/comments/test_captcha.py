import base64
import json
import time
from datetime import timedelta
from typing import Any

import altcha
import pytest
import time_machine
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from rotative.comments import captcha
from rotative.comments.captcha import check, make_challenge, steps_for
from rotative.comments.models import Proof


@pytest.fixture(autouse=True)
def little_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(captcha, "NUMBERS", 50)


def solved(challenge: dict[str, Any]) -> str:
    """Solve a challenge as a browser does; return what it sends."""
    parsed = altcha.Challenge.from_dict(challenge)
    solution = altcha.solve_challenge(parsed)
    assert solution is not None
    return altcha.Payload(parsed, solution).to_base64()


def test_work_that_was_done_is_accepted_and_names_what_it_spends() -> None:
    challenge = make_challenge(42)
    solution = check(solved(challenge), 42)
    assert solution.proof == Proof.SOLVED
    assert solution.nonce == challenge["parameters"]["nonce"]
    assert solution.expires_at is not None
    assert timedelta(minutes=19) < solution.expires_at - timezone.now() <= timedelta(minutes=20)


def test_work_for_another_article_is_worth_nothing_here() -> None:
    assert check(solved(make_challenge(42)), 43).proof == Proof.WRONG


def test_work_is_good_for_twenty_minutes() -> None:
    with time_machine.travel(time.time(), tick=False) as clock:
        payload = solved(make_challenge(42))
        clock.shift(19 * 60)
        assert check(payload, 42).proof == Proof.SOLVED
        clock.shift(2 * 60)
        assert check(payload, 42).proof == Proof.EXPIRED


def test_a_challenge_that_somebody_made_easier_is_worth_nothing() -> None:
    challenge = make_challenge(42)
    challenge["parameters"]["keyPrefix"] = "00"
    assert check(solved(challenge), 42).proof == Proof.WRONG


def test_a_challenge_of_another_newspaper_is_worth_nothing(settings: Any) -> None:
    payload = solved(make_challenge(42))
    settings.PROOF_KEY = "another"
    assert check(payload, 42).proof == Proof.WRONG


def test_no_proof_is_missing() -> None:
    assert check("", 42).proof == Proof.MISSING


def test_a_proof_that_is_far_too_long_is_not_even_read(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    monkeypatch.setattr(altcha, "verify_solution", lambda payload, *_key: read.append(payload))
    assert check("A" * (captcha.LONGEST_PROOF + 1), 42).proof == Proof.WRONG
    assert read == []
    check("A" * captcha.LONGEST_PROOF, 42)
    assert len(read) == 1


HOSTILE = [
    "x",
    "[]",
    "null",
    "1e999",
    '{"challenge":null}',
    '{"challenge":{"parameters":[]},"solution":{}}',
    "[" * 2000,
]


@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_is_sent_as_proof_costs_nobody_a_word(text: str) -> None:
    assert check(base64.b64encode(text.encode()).decode(), 42).proof == Proof.WRONG


@given(st.text(min_size=1, max_size=100))
def test_any_text_is_a_proof_that_is_not_right(text: str) -> None:
    assert check(text, 42).proof == Proof.WRONG


@given(
    st.dictionaries(
        st.sampled_from(["nonce", "salt", "cost", "keyPrefix", "keyLength", "data", "expiresAt", "algorithm"]),
        st.one_of(st.none(), st.integers(), st.text(max_size=5), st.lists(st.integers(), max_size=2), st.floats()),
    )
)
def test_a_signed_challenge_with_anything_changed_is_not_right(changes: dict[str, Any]) -> None:
    challenge = make_challenge(42)
    changed = {**challenge, "parameters": {**challenge["parameters"], **changes}}
    payload = {"challenge": changed, "solution": {"counter": 1, "derivedKey": "00", "time": 1}}
    sent = base64.b64encode(json.dumps(payload).encode()).decode()
    assert check(sent, 42).proof in {Proof.WRONG, Proof.EXPIRED}


def test_the_work_is_bounded_and_doubles_with_each_step(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []

    def note(_algorithm: str, *, counter: int, **options: Any) -> Any:
        seen.append(counter)
        return real(_algorithm, counter=counter, **options)

    real = altcha.create_challenge
    monkeypatch.setattr(altcha, "create_challenge", note)
    for steps in (0, 3, 99):
        seen.clear()
        for _turn in range(20):
            make_challenge(1, steps)
        work = 50 << min(steps, captcha.MOST_STEPS)
        assert all(work <= counter < 2 * work for counter in seen)


def test_work_rises_step_by_step_for_a_network_and_for_all() -> None:
    assert steps_for(0, 0) == 0
    assert steps_for(19, 59) == 0, "a family, a classroom: nothing changes"
    rising = [steps_for(count, 0) for count in (20, 40, 80, 160, 10_000)]
    assert rising == [1, 2, 3, 4, 4]
    assert [steps_for(0, count) for count in (60, 120, 240, 30_000)] == [1, 2, 3, 4]
    assert steps_for(10_000, 30_000) == captcha.MOST_STEPS
