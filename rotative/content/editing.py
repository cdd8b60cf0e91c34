"""The forms in which pages, authors, topics and the paper's settings are written.

They stand apart from forms.py, because models name them while they are being loaded, and the forms of files cannot be
imported that early.
"""

import hashlib
import json
import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.db.models import Manager, QuerySet
from django.utils.formats import localize
from django.utils.translation import gettext
from modelcluster.models import get_serializable_data_for_fields
from wagtail.admin.forms import WagtailAdminModelForm, WagtailAdminPageForm

LIVE, NOT_LIVE = "live", "not-live"


class CarriedField(forms.CharField):
    """What a form carries from the screen to its answer, without being a change of what is edited."""

    widget = forms.HiddenInput

    def __init__(self) -> None:
        super().__init__(required=False, max_length=64)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return False


class ReaderPageForm(WagtailAdminPageForm):
    """Wagtail's form of a page, which also says which form it is, and what its author knew of the page.

    A page whose title gives no address, such as an emoji alone, gets one when it is saved.

    Which form it is stands in each version that is stored from it (`ReaderPage.written_in`): a version that autosave
    has just stored is known to the form that it came from, though the browser may not have heard of it yet.
    """

    written_in = CarriedField()
    seen_state = CarriedField()  # whether readers saw the page

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["written_in"].initial = uuid.uuid4().hex
        self.fields["seen_state"].initial = state_of(self.instance)
        if "slug" in self.fields:
            self.fields["slug"].required = False

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        self.instance.written_in = cleaned.get("written_in", "")
        return cleaned


class CarefulForm(WagtailAdminModelForm):
    """The form of an author, a topic, settings, a moderation desk: it replaces nothing that its author has not seen.

    There are no two versions to choose from, as there are of pages. The form comes back with all its words, and beside
    each field and each list of rows (the menu, the social accounts) that differs what is stored now; sent again, it has
    seen that.
    """

    data: Any
    written_in = CarriedField()
    seen_state = CarriedField()  # what was stored when the form was opened

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.standing = _digest(self.instance) if self.instance.pk else ""
        self.fields["written_in"].initial = uuid.uuid4().hex
        self.fields["seen_state"].initial = self.standing

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        self.instance.written_in = cleaned.get("written_in", "")
        latest = getattr(self.instance, "latest_revision", None)
        form = cleaned.get("written_in")
        is_own = bool(form) and latest is not None and latest.content.get("written_in") == form
        if self.standing and not is_own and cleaned.get("seen_state") != self.standing:
            self._show_what_stands(dict(cleaned))
        return self.cleaned_data

    def _show_what_stands(self, sent: dict[str, Any]) -> None:
        self.add_error(
            None,
            gettext(
                "Somebody has changed this since you opened it, and nothing was replaced. Your words are still here; "
                "where they differ, what is stored now stands beside them. Save again to replace it."
            ),
        )
        for name, field in self.fields.items():
            if isinstance(field, CarriedField) or not hasattr(self.instance, name):
                continue
            stored = getattr(self.instance, name)
            # Of a field that is refused for another reason it is not known what was sent.
            if name not in sent or _normal(stored) != _normal(sent[name]):
                self.add_error(name, _stored_now(_told(stored)))
        self.data = self.data.copy()
        self.data[self.add_prefix("seen_state")] = self.standing
        self._show_rows_that_stand()

    def _show_rows_that_stand(self) -> None:
        # Read again: a set of forms writes into the rows that the instance holds.
        stored = type(self.instance)._default_manager.get(pk=self.instance.pk)
        for name, formset in self.formsets.items():
            fields = [field for field in formset.form.base_fields if field in formset.form._meta.fields]
            rows = list(getattr(stored, name).all())
            there = [[_normal(getattr(row, field)) for field in fields] for row in rows]
            formset.is_valid()  # what is added before is lost
            if there != _rows_sent(formset, fields):
                said = (", ".join(filter(None, (_told_of(row, field) for field in fields))) for row in rows)
                formset.non_form_errors().append(_stored_now(" · ".join(said)))
            self._make_rows_new(form for form in formset.initial_forms if form.instance.pk is None)

    def _make_rows_new(self, gone: Iterable[Any]) -> None:
        """Have rows that somebody has deleted sent again as new ones: by their numbers they would be refused."""
        for form in gone:
            self.data[form.add_prefix("id")] = ""
            form.data = self.data


def _stored_now(value: str) -> str:
    return gettext("Stored now: “%(value)s”") % {"value": value} if value else gettext("Stored now: nothing")


def _rows_sent(formset: Any, fields: Sequence[str]) -> list[list[Any]]:
    """Return what the rows of a form say, in their order, without those that are to go."""
    kept = [
        form for form in formset.forms if form not in formset.deleted_forms and (form.has_changed() or form.instance.pk)
    ]
    kept.sort(key=lambda form: form.cleaned_data.get("ORDER") or 0)
    return [[_normal(form.cleaned_data.get(field)) for field in fields] for form in kept]


def _normal(value: Any) -> Any:
    """Return what a value says: of rows which ones they are, of a text its lines, whatever ends them."""
    if isinstance(value, Manager | QuerySet):
        return {row.pk for row in value.all()}
    if isinstance(value, str):
        return value.splitlines() or ""
    return "" if value is None else getattr(value, "pk", value)


def _told(value: Any) -> str:
    """Return a value as people read it."""
    if isinstance(value, Manager | QuerySet):
        return ", ".join(str(row) for row in value.all())
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, str):
        return " · ".join(value.splitlines())
    return "" if value is None else str(localize(value))


def _told_of(row: Any, field: str) -> str:
    shown = getattr(row, f"get_{field}_display", None)
    return str(shown()) if shown else _told(getattr(row, field))


def _digest(instance: Any) -> str:
    """Name what is stored: the same words have the same name."""
    has_rows = hasattr(instance, "serializable_data")
    stored = instance.serializable_data() if has_rows else get_serializable_data_for_fields(instance)
    seen = {name: value for name, value in stored.items() if name not in {"latest_revision", "written_in"}}
    return hashlib.sha256(json.dumps(seen, default=str, sort_keys=True).encode()).hexdigest()[:32]


def state_of(page: Any) -> str:
    """Return whether readers see a page, as its form carries it; nobody sees one that is only being written."""
    return LIVE if page.live and page.pk else NOT_LIVE


class ArticleForm(ReaderPageForm):
    """A draft may wait for its edition; a published article has one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "edition" in self.fields:
            self.fields["edition"].required = True
