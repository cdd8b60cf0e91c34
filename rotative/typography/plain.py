"""Plain text: a headline, a summary, a value of structured data."""

from rotative.typography.languages import primary_language, typeset_run
from rotative.typography.rules import Rules

DEFAULT_RULES = Rules()


def typeset(text: str, rules: Rules = DEFAULT_RULES, language: str = "fr") -> str:
    """Return plain text with the typography of its language; each line is a run of its own."""
    language = primary_language(language)
    lines = [line and typeset_run(line, rules, language, [])[0] for line in text.split("\n")]
    return "\n".join(lines)
