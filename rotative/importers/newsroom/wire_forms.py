"""The form of a wire, and the test of its address."""

from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rotative.addresses import parts_of
from rotative.content.models import Section
from rotative.fetching import FetchError
from rotative.importers.errors import SourceRefusedError
from rotative.importers.feeds.feed import fetch_feed, stories_in
from rotative.importers.models import Wire
from rotative.importers.newsroom.wire_actions import EDITED
from rotative.importers.wires.problems import problem_in_words

SHOWN: Final = 10  # headlines


@dataclass(frozen=True)
class Preview:
    """What stands at an address: headlines, or why there are none."""

    headlines: tuple[str, ...] = ()
    count: int = 0
    problem: str = ""


def look_at(address: str) -> Preview:
    """Fetch a feed and say what is in it; nothing is kept."""
    try:
        stories = stories_in(fetch_feed(address))
    except FetchError as error:
        return Preview(problem=problem_in_words(str(error)))
    except SourceRefusedError as error:
        return Preview(problem=problem_in_words(error.reason.value))
    headlines = [story.headline or _("(no headline)") for story in stories[:SHOWN]]
    return Preview(tuple(headlines), len(stories))


class SectionField(forms.ModelChoiceField):  # type: ignore[type-arg] # no generic at run time
    def label_from_instance(self, obj: Any) -> str:
        return " › ".join(obj.titles)


class WireForm(forms.ModelForm):  # type: ignore[type-arg] # no generic at run time
    """What an editor says of a wire. `is_sure` is offered when its address does not answer as a feed."""

    section = SectionField(
        Section.objects.none(), label=gettext_lazy("Section"), help_text=gettext_lazy("Where its stories are filed.")
    )
    is_sure = forms.BooleanField(required=False, label=gettext_lazy("Follow it all the same"))
    use_required_attribute = False

    class Meta:
        model = Wire
        fields = EDITED
        error_messages = {
            "name": {"unique": gettext_lazy("Another wire has this name.")},
            "address": {"unique": gettext_lazy("This address is followed already.")},
            "every_minutes": {
                "min_value": gettext_lazy("Agencies want to be left alone for five minutes at least."),
                "max_value": gettext_lazy("Ask once a day (1440 minutes) at least."),
            },
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sections: Any = self.fields["section"]
        sections.queryset = Section.objects.select_related("desk").order_by("path")
        self.offers_doubt = False

    def clean_address(self) -> str:
        address = str(self.cleaned_data["address"]).strip()
        parts = parts_of(address)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username or parts.password:
            raise forms.ValidationError(problem_in_words("address"))
        return address

    @property
    def visible(self) -> list[Any]:
        """Return the fields that are always shown."""
        return [self[name] for name in EDITED]

    @property
    def is_tested(self) -> bool:
        """Tell whether the address needs no test any more: it is the one that was kept, or the editor is sure."""
        return "address" not in self.changed_data or bool(self.cleaned_data.get("is_sure"))

    def refuse_address(self, problem: str) -> None:
        self.add_error("address", problem)
        self.offers_doubt = True
