"""Capitals: missing accents are suggested, never written."""

import pytest

from rotative.typography import Suggestion, suggest_capitals


@pytest.mark.parametrize(
    ("text", "found", "proposed"),
    [
        ("L'Etat paie", "Etat", "État"),
        ("Les Etats", "Etats", "États"),
        ("L'ETAT", "ETAT", "ÉTAT"),
        ("ECOLES", "ECOLES", "ÉCOLES"),
        ("Evenement", "Evenement", "Événement"),
        ("Evénement", "Evénement", "Événement"),
        ("Ca va", "Ca", "Ça"),
        ("l'Ile", "Ile", "Île"),
        ("A Cotonou", "A", "À"),
        ("Oui. A l'aube", "A", "À"),
        ("« A Cotonou »", "A", "À"),
    ],
)
def test_a_missing_accent_is_suggested(text: str, found: str, proposed: str) -> None:
    suggestions = suggest_capitals(text)
    assert [(suggestion.found, suggestion.proposed) for suggestion in suggestions] == [(found, proposed)]
    assert text[suggestions[0].start : suggestions[0].end] == found


@pytest.mark.parametrize(
    "text",
    ["État", "À Cotonou", "le plan A est", "A.", "A t-il", "Estate", "https://exemple.bj/Etat", "@Etat", "CA", "etat"],
)
def test_nothing_is_suggested_where_nothing_lacks(text: str) -> None:
    assert suggest_capitals(text) == []


def test_suggestions_come_in_the_order_of_the_text() -> None:
    assert suggest_capitals("L'Ecole. A l'Etat") == [
        Suggestion(2, 7, "Ecole", "École"),
        Suggestion(9, 10, "A", "À"),
        Suggestion(13, 17, "Etat", "État"),
    ]
