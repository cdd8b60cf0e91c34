"""Capitals: accents that are missing on a first letter. They are only suggested, for they change a letter."""

import re
from dataclasses import dataclass

from rotative.typography.protected import find_protected, hide

STEMS = {
    "Ca": "Ça", "Eboueur": "Éboueur", "Eclairage": "Éclairage", "Ecole": "École", "Ecologie": "Écologie",
    "Economie": "Économie", "Ecrivain": "Écrivain", "Edition": "Édition", "Editorial": "Éditorial",
    "Education": "Éducation", "Egalité": "Égalité", "Eglise": "Église", "Egypte": "Égypte", "Election": "Élection",
    "Electricité": "Électricité", "Elevage": "Élevage", "Eleveur": "Éleveur", "Elu": "Élu", "Elue": "Élue",
    "Elysée": "Élysée", "Elève": "Élève", "Emission": "Émission", "Energie": "Énergie", "Epidémie": "Épidémie",
    "Epoque": "Époque", "Epoux": "Époux", "Equipe": "Équipe", "Etablissement": "Établissement", "Etat": "État",
    "Ethiopie": "Éthiopie", "Etranger": "Étranger", "Etre": "Être", "Etude": "Étude", "Etudiant": "Étudiant",
    "Etudiante": "Étudiante", "Evenement": "Événement", "Evénement": "Événement", "Evolution": "Évolution",
    "Evêque": "Évêque", "Ile": "Île",
}  # fmt: skip

WORD = re.compile(r"\b[CEI]\w++")
# "A Cotonou", "A l'heure": the preposition. "A t-il" and "A." are something else.
LONE_A = re.compile(r"(?:^|[.!?…]\s+|[«“\"]\s*)(A)(?=\s+(?!t-)[\w«“\"])", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A word that may lack an accent: `text[start:end]` is `found`, and `proposed` would take its place."""

    start: int
    end: int
    found: str
    proposed: str


def suggest_capitals(text: str) -> list[Suggestion]:
    """Return the words of a plain French text whose first letter probably lacks its accent, in order."""
    masked, _ = hide(text, find_protected(text))
    suggestions = [Suggestion(*match.span(1), "A", "À") for match in LONE_A.finditer(masked)]
    for match in WORD.finditer(masked):
        proposed = _accented(match[0])
        if proposed:
            suggestions.append(Suggestion(*match.span(), match[0], proposed))
    return sorted(suggestions, key=lambda suggestion: suggestion.start)


def _accented(word: str) -> str | None:
    for ending in ("", "s", "S"):
        stem = word.removesuffix(ending) if word.endswith(ending) else ""
        proposed = STEMS.get(stem) or STEMS.get(stem.capitalize() if stem.isupper() and len(stem) > 2 else "")
        if proposed:
            return (proposed.upper() if stem.isupper() else proposed) + ending
    return None
