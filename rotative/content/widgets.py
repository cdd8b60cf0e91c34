"""Form controls of the newsroom."""

from django.forms import CheckboxSelectMultiple


class CheckboxList(CheckboxSelectMultiple):
    """Many boxes to tick, in columns where there is room."""
