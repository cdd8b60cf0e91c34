"""French typography, as a stage of rendering: see docs/explanation/typography.md."""

from rotative.typography.capitals import Suggestion, suggest_capitals
from rotative.typography.markup import typeset_html
from rotative.typography.plain import typeset
from rotative.typography.rules import Rules

__all__ = ["Rules", "Suggestion", "suggest_capitals", "typeset", "typeset_html"]
