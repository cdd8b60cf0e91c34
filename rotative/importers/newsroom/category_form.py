"""The form in which an editor says what a category of an old site becomes here."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rotative.content.slugs import slug_from
from rotative.importers.filing.naming import LONGEST_NAME
from rotative.importers.models import CategoryTarget
from rotative.importers.wordpress.terms import Becomes


class TargetForm(forms.Form):
    """One category. `desk` is the section above, for a section of the second level."""

    becomes = forms.ChoiceField(choices=Becomes.choices, label=gettext_lazy("becomes"))
    desk = forms.CharField(max_length=LONGEST_NAME, required=False, label=gettext_lazy("below the section"))
    name = forms.CharField(max_length=LONGEST_NAME, required=False, label=gettext_lazy("name here"))
    use_required_attribute = False

    def __init__(self, row: CategoryTarget, data: Any = None) -> None:
        trail = [str(name) for name in row.trail]
        initial = {
            "becomes": row.becomes,
            "desk": trail[0] if len(trail) > 1 else "",
            "name": trail[-1] if trail else "",
        }
        super().__init__(data, prefix=str(row.pk), initial=initial)
        self.row = row

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        becomes = cleaned.get("becomes")
        if becomes in {None, Becomes.NOTHING}:
            return cleaned
        self._require_name(cleaned, "name")
        if cleaned.get("desk"):
            if becomes != Becomes.SECTION:
                self.add_error("desk", _("Only a section stands below another. Empty this field."))
            else:
                self._require_name(cleaned, "desk")
        return cleaned

    def _require_name(self, cleaned: dict[str, Any], field: str) -> None:
        if field not in cleaned:
            return
        if not cleaned[field]:
            self.add_error(field, _("Say what it is called here."))
        elif not slug_from(cleaned[field]):
            self.add_error(field, _("A name needs letters or digits: its address is made of them."))

    def changed(self) -> CategoryTarget | None:
        """Return the row as it was chosen; nothing when it stayed as it was."""
        if not self.has_changed():
            return None
        chosen = self.cleaned_data
        self.row.becomes = chosen["becomes"]
        names = [chosen["desk"], chosen["name"]]
        self.row.trail = [] if chosen["becomes"] == Becomes.NOTHING else [name for name in names if name]
        return self.row
