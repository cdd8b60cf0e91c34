"""Form controls of the newsroom."""

from typing import Any

from django.forms import CheckboxSelectMultiple
from wagtail.admin import widgets

from rotative.content.alphabet import unaccented
from rotative.content.slugs import RULES

LONG = 12


class CheckboxList(CheckboxSelectMultiple):
    """Many boxes to tick, in columns; a long list can be filtered by typing. Works without JavaScript."""

    template_name = "content/widgets/checkbox_list.html"

    def __init__(self, *args: Any, is_sorted: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_sorted = is_sorted

    class Media:
        css = {"all": ["content/checkbox-list.css"]}
        js = ["content/checkbox-list.js"]

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        options = [option for _group, options, _index in context["widget"]["optgroups"] for option in options]
        if self.is_sorted:
            options.sort(key=lambda option: unaccented(str(option["label"])))
        # What is chosen stands first, so that a long list shows it without scrolling.
        context["widget"]["options"] = sorted(options, key=lambda option: not option["selected"])
        context["widget"]["is_long"] = len(options) > LONG
        return context


class SlugInput(widgets.SlugInput):
    """Wagtail's field for an address, which its script fills by our rules while a title is typed."""

    def __init__(self, attrs: dict[str, Any] | None = None, **options: Any) -> None:
        super().__init__(attrs, **{"formatters": list(RULES), **options})
