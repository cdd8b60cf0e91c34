from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from rotative.comments import moderation
from rotative.comments.models import CommentSettings, Proof, Status
from rotative.comments.moderation import Submission, judge

NOON = datetime(2026, 11, 27, 11, tzinfo=UTC)  # noon in Porto-Novo


def a_submission(**fields: Any) -> Submission:
    """Make what a trusted person sends: nothing to say against it."""
    options = {name: fields.pop(name) for name in list(fields) if hasattr(CommentSettings, name)}
    known = {"name": "Awa", "text": "Je suis d’accord.", "approvals": 1, "sent_at": NOON}
    return Submission(settings=CommentSettings(**options), **{**known, **fields})


def rules_against(submission: Submission) -> list[str]:
    return [reason.rule for reason in judge(submission).reasons]


def test_who_is_known_appears_at_once() -> None:
    assert judge(a_submission()) == moderation.Verdict(Status.APPROVED, ())


@pytest.mark.parametrize("proof", [Proof.MISSING, Proof.WRONG, Proof.EXPIRED, Proof.REPLAYED])
def test_a_proof_that_fails_waits_and_is_never_refused(proof: Proof) -> None:
    verdict = judge(a_submission(proof=proof))
    assert verdict.status == Status.WAITING
    assert [(reason.rule, reason.detail) for reason in verdict.reasons] == [("proof", proof)]


def test_trust_comes_after_as_many_approvals_as_the_paper_says() -> None:
    assert rules_against(a_submission(approvals=0)) == ["newcomer"]
    assert rules_against(a_submission(approvals=2, trusted_after=3)) == ["newcomer"]
    assert rules_against(a_submission(approvals=3, trusted_after=3)) == []
    assert rules_against(a_submission(approvals=0, trusted_after=0)) == []


@pytest.mark.parametrize("text", ["Quel VOLEUR !", "voleur", "le «vóleur»", "voleur,menteur"])
def test_words_are_found_whatever_their_accents_and_capitals(text: str) -> None:
    assert rules_against(a_submission(text=text, suspect_words="voleur\n")) == ["suspect"]


@pytest.mark.parametrize("text", ["les voleurs", "survoleur", "vol eur", "voleur_2"])
def test_only_whole_words_are_found(text: str) -> None:
    assert rules_against(a_submission(text=text, suspect_words="voleur")) == []


@pytest.mark.parametrize(
    ("listed", "text"),
    [
        ("coup d'oeil", "Un coup d’œil"),
        ("coup d’œil", "COUP D'OEIL"),
        ("porte-monnaie", "porte‑monnaie"),
        ("ex æquo", "ex aequo"),
    ],
)
def test_words_are_found_whichever_keyboard_wrote_them(listed: str, text: str) -> None:
    assert rules_against(a_submission(text=text, suspect_words=listed)) == ["suspect"]


def test_banned_words_put_aside_and_name_themselves() -> None:
    verdict = judge(a_submission(text="Retour  AFFECTIF garanti", banned_words="retour affectif\ncasino"))
    assert verdict.status == Status.SPAM
    assert verdict.reasons[0].detail == "retour affectif"


def test_a_banned_word_in_the_name_counts_too() -> None:
    assert judge(a_submission(name="Casino 2000", banned_words="casino")).status == Status.SPAM


def test_signs_in_a_list_of_words_are_no_pattern() -> None:
    assert rules_against(a_submission(text="abc", suspect_words="a.c\n(\n[\n*\n\n")) == []
    assert rules_against(a_submission(text="c++ !", suspect_words="c++")) == ["suspect"]


def test_more_links_than_the_paper_takes_wait() -> None:
    two = "https://a.example et www.b.example"
    assert rules_against(a_submission(text=two)) == []
    assert rules_against(a_submission(text=f"{two} et gagner.top")) == ["links"]
    assert rules_against(a_submission(text="https://www.a.example.com/b.net https://www.c.example.com")) == []


def test_one_person_does_not_say_two_things_in_ten_seconds() -> None:
    assert rules_against(a_submission(last_sent_at=NOON - timedelta(seconds=10))) == ["fast"]
    assert rules_against(a_submission(last_sent_at=NOON - timedelta(seconds=19.9))) == ["fast"]
    assert rules_against(a_submission(last_sent_at=NOON - timedelta(seconds=20))) == []


def test_the_same_words_again_wait_and_after_a_spam_are_spam() -> None:
    assert judge(a_submission(twins=[Status.APPROVED])).status == Status.WAITING
    assert judge(a_submission(twins=[Status.APPROVED, Status.SPAM])).status == Status.SPAM


def test_the_hidden_field_is_filled_in_by_programs() -> None:
    assert judge(a_submission(trap="http://x.example")).status == Status.SPAM


@pytest.mark.parametrize(("hour", "waits"), [(22, False), (23, True), (2, True), (5, True), (6, False), (12, False)])
def test_at_night_everything_waits_for_the_morning(hour: int, waits: bool) -> None:
    sent_at = NOON.replace(hour=(hour - 1) % 24)  # Porto-Novo is an hour ahead of UTC
    night = {"pause_from": time(23), "pause_until": time(6)}
    assert (rules_against(a_submission(sent_at=sent_at, **night)) == ["night"]) is waits


def test_a_pause_by_day_does_not_go_round_midnight() -> None:
    pause = {"pause_from": time(11), "pause_until": time(13)}
    assert rules_against(a_submission(**pause)) == ["night"]
    assert rules_against(a_submission(sent_at=NOON + timedelta(minutes=59), **pause)) == ["night"]
    assert rules_against(a_submission(sent_at=NOON + timedelta(hours=1), **pause)) == []
    assert rules_against(a_submission(sent_at=NOON - timedelta(hours=1), **pause)) == ["night"]


def test_a_paper_may_read_everything_first() -> None:
    assert rules_against(a_submission(reads_all_first=True)) == ["all"]


def test_what_was_learned_holds_back_and_never_decides() -> None:
    verdict = judge(a_submission(scores=[("spam", 99, "casino, gain"), ("abuse", 81, "")]))
    assert verdict.status == Status.WAITING
    assert verdict.reasons[0].as_dict() == {"rule": "looks-like-spam", "detail": "99 % · casino, gain"}
    surer = judge(a_submission(scores=[("spam", 81, ""), ("abuse", 99, "")]))
    assert [reason.rule for reason in surer.reasons] == ["looks-like-abuse"], "the surer one speaks"


def test_each_rule_has_words_for_moderators() -> None:
    found = judge(
        a_submission(
            trap="x",
            text="casino vol " + "http://a.example " * 3,
            banned_words="casino",
            suspect_words="vol",
            twins=[Status.WAITING],
            scores=[("spam", 90, "")],
            last_sent_at=NOON,
            proof=Proof.EXPIRED,
            approvals=0,
            pause_from=time(0),
            pause_until=time(23, 59),
            reads_all_first=True,
        )
    ).reasons
    assert len(found) == len(moderation.RULES)
    for reason in found:
        words = moderation.explain(reason.as_dict())
        assert words != reason.rule and "%s" not in words
    assert "périmée" in moderation.explain({"rule": "proof", "detail": Proof.EXPIRED})
    assert "autre" in moderation.explain({"rule": "proof", "detail": "autre"})
    assert moderation.explain({"rule": "gone", "detail": ""}) == "gone"
