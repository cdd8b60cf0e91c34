"""Edit conflicts (optimistic locking): no version of a page is replaced by somebody who has not seen it.

Wagtail's own screens warn while one writes, and refuse to store by themselves; a button stores all the same. Here a
button is refused too: the version that came too late is kept in the history, and its author gets both, passage by
passage. Requests that change something come one after the other (publishing/middleware.py), so what is asked here
still holds when it is stored.
"""

import json
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext, gettext_lazy
from modelcluster.models import get_all_child_relations
from wagtail.admin import messages
from wagtail.admin.utils import get_user_display_name
from wagtail.admin.views.pages.edit import EditView
from wagtail.admin.views.pages.revisions import RevisionsRevertView
from wagtail.models import COMMENTS_RELATION_NAME, Revision

from rotative.content import actions
from rotative.content.conflicts import Comparison, Side, Version, compare
from rotative.content.editing import LIVE, state_of
from rotative.content.passages import headings_of, passages_of

# What a form's buttons send, and Wagtail's window in which an editor gives a reason.
BUTTONS = (
    "action-publish",
    "action-submit",
    "action-restart-workflow",
    "action-cancel-workflow",
    "action-workflow-action",
    "workflow-action-name",
    "workflow-action-extra-data",
)
CHOICES: dict[str, Side] = {"theirs": "theirs", "mine": "mine"}
VERBS = {
    "publish": (gettext_lazy("Publish what I chose"), gettext_lazy("Publish all of my version")),
    "submit": (gettext_lazy("Submit what I chose"), gettext_lazy("Submit all of my version")),
    "save": (gettext_lazy("Save what I chose"), gettext_lazy("Save all of my version")),
}
OTHER_VERBS = (gettext_lazy("Go on with what I chose"), gettext_lazy("Go on with all of my version"))


class Chosen:
    """A page that is ready to be stored, in the place where Wagtail's edit view has its form."""

    def __init__(self, page: Any, formsets: dict[str, Any] | None = None) -> None:
        self.page = page
        self.formsets = formsets or {}

    def save(self, commit: bool = True) -> Any:
        if commit:
            self.page.save()
        return self.page


class NoticesConflicts:
    """What Wagtail's two edit views need in order to notice that somebody else has stored a version meanwhile."""

    request: Any
    page: Any
    form: Any
    latest_revision: Revision | None
    real_page_record: Any
    edit_handler: Any
    expects_json_response: bool
    action_name: str

    @cached_property
    def is_out_of_date(self) -> bool:
        """Whether the version that stands is one that the form's author has not seen.

        Wagtail takes a form that does not say what it was made from for one that has seen everything.
        """
        latest, sent = self.latest_revision, self.request.POST
        if latest is None:
            return False
        if sent.get("written_in") and sent["written_in"] == latest.content.get("written_in"):
            return False
        if sent.get("overwrite_revision_id"):
            return bool(sent["overwrite_revision_id"] != str(latest.pk))
        seen = (sent.get("loaded_revision_id"), sent.get("loaded_revision_created_at"))
        return seen != (str(latest.pk), latest.created_at.isoformat())

    @property
    def was_withdrawn(self) -> bool:
        """Whether a button would put before readers what a colleague has withdrawn since the form was opened."""
        is_published = self.action_name in {"publish", "perform_workflow_action"}
        return is_published and self.request.POST.get("seen_state") == LIVE and not self.real_page_record.live

    def form_valid(self, form: Any) -> HttpResponse:
        if self.expects_json_response or not (self.is_out_of_date or self.was_withdrawn):
            return super().form_valid(form)  # type: ignore[misc]
        page = form.save(commit=False)
        if not self.was_withdrawn and not self.compare_with(_as_stored(page)).differences:
            self.form = Chosen(page, form.formsets)
            self.has_content_changes = True
            return self.action_method()  # type: ignore[attr-defined]
        kept = self._keep(page)
        query = {
            name: self.request.POST[name] for name in (*BUTTONS, "next", "seen_state") if self.request.POST.get(name)
        }
        if self._base:
            query["base"] = str(self._base.pk)
        return redirect(f"{reverse('choose_passages', args=[page.pk, kept.pk])}?{urlencode(query)}")

    def compare_with(self, mine: Version, base: Version | None = None) -> Comparison:
        theirs = self.latest_revision.content if self.latest_revision else _as_stored(self.real_page_record.specific)
        return compare(type(self.page), list(headings_of(self.edit_handler)), theirs, mine, base)

    @cached_property
    def latest_revision_created_at(self) -> str | None:
        """The moment of the version that a form was made from: one that comes back refused has seen no newer one."""
        if self._comes_back_unseen:
            return self.request.POST.get("loaded_revision_created_at") or None
        return super().latest_revision_created_at  # type: ignore[misc]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        if self._comes_back_unseen:
            seen = self._loaded
            self.page.latest_revision_id = seen.pk if seen else None
        context: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]
        return context

    @property
    def _comes_back_unseen(self) -> bool:
        return self.request.method == "POST" and not self.expects_json_response and self.is_out_of_date

    @property
    def _loaded(self) -> Revision | None:
        seen = self.request.POST.get("loaded_revision_id", "")
        return self.real_page_record.revisions.filter(pk=seen).first() if seen.isdecimal() else None

    @property
    def _base(self) -> Revision | None:
        """The version that the form was made from, if it still stands as it was."""
        found = self._loaded
        is_as_it_was = found and found.created_at.isoformat() == self.request.POST.get("loaded_revision_created_at")
        return found if is_as_it_was else None

    def _keep(self, page: Any) -> Revision:
        """Keep the version in the history, and the newsroom's comments, which belong to no version."""
        comments = getattr(page, COMMENTS_RELATION_NAME)
        new = list(comments.filter(pk__isnull=True))
        for comment in new:
            comment.save()
        kept = actions.keep_beside(page, self.request.user)
        for comment in new:
            comment.revision_created = kept
        comments.commit()
        return kept


class EditPageView(NoticesConflicts, EditView):
    """Wagtail's edit screen of a page."""


class RevertPageView(NoticesConflicts, RevisionsRevertView):
    """Wagtail's screen on which an older version is taken up again."""


class ChoosePassagesView(EditView):
    """Both versions, passage by passage; the choice is stored by the button that was pressed in the first place."""

    http_method_names = ["get", "post"]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._show({})

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        take = request.POST.get("take")
        if take == "theirs":
            messages.info(request, gettext("Nothing was changed. Your version stays in the history of the page."))
            return redirect(self.get_edit_url())
        if self.locked_for_user:
            return self._show({}, [gettext("The page is locked. Your version stays in its history.")])
        if request.POST.get("standing") != self._standing:
            return self._show({}, [gettext("The page has changed once more. Choose again, please.")])
        chosen = {
            one.key: CHOICES[side]
            for one in self.comparison.differences
            if (side := "mine" if take == "mine" else request.POST.get(f"passage-{one.key}")) in CHOICES
        }
        if len(chosen) < len(self.comparison.differences):
            return self._show(chosen, [gettext("Choose a version for each passage.")])
        page = self.real_page_record.specific.with_content_json(self.comparison.chosen(chosen))
        errors = self._what_is_missing(page)
        if errors:
            return self._show(chosen, errors)
        self.page, self.form, self.has_content_changes = page, Chosen(page), True
        response: HttpResponse = self.action_method()
        return response

    @cached_property
    def kept(self) -> Revision:
        kept = self.real_page_record.revisions.filter(pk=self.kwargs["kept_id"]).first()
        if kept is None:
            raise Http404
        return kept

    @cached_property
    def comparison(self) -> Comparison:
        latest = self.latest_revision
        theirs = latest.content if latest else _as_stored(self.real_page_record.specific)
        seen = self.request.GET.get("base", "")
        base = self.real_page_record.revisions.filter(pk=seen).first() if seen.isdecimal() else None
        names = list(headings_of(self.edit_handler))
        return compare(type(self.page), names, theirs, self.kept.content, base.content if base else None)

    @property
    def _standing(self) -> str:
        """Name the version that stands, and whether readers see the page: what the choice is made over."""
        latest = self.latest_revision
        return " ".join([str(latest.pk), latest.created_at.isoformat()] if latest else []) + state_of(
            self.real_page_record
        )

    def _what_is_missing(self, page: Any) -> list[str]:
        """Return what keeps a chosen version from being stored: what the form and the models would say."""
        form = self.form_class(
            instance=page, subscription=self.subscription, parent_page=self.parent, for_user=self.request.user
        )
        if self.action_name == "save":
            form.defer_required_fields()
        headings, errors = headings_of(self.edit_handler), []
        for name in headings:
            field = form.fields.get(name)
            if field is None or field.disabled:
                continue
            try:
                field.clean(form.get_initial_for_field(field, name))
            except ValidationError as error:
                errors += [f"{headings[name]}: {sentence}" for sentence in _sentences(error)]
        return errors or _errors_of(page)

    def _show(self, chosen: dict[str, Side], errors: list[str] | None = None) -> HttpResponse:
        mine = self.real_page_record.specific.with_content_json(self.kept.content)
        sent = self.request.POST if self.request.method == "POST" else self.request.GET
        choices, everything = VERBS.get(self._button, OTHER_VERBS)
        latest = self.latest_revision
        other = latest.user if latest else None
        context = {
            "page": self.page,
            "passages": passages_of(self.comparison, headings_of(self.edit_handler), (self.page, mine), chosen),
            "in_common": self.comparison.pieces_in_common,
            "other": get_user_display_name(other) if other else "",
            "is_own": other is not None and other == self.request.user,
            "saved_at": latest.created_at if latest else None,
            "was_withdrawn": sent.get("seen_state") == LIVE and not self.real_page_record.live,
            "standing": self._standing,
            "carried": {name: sent[name] for name in (*BUTTONS, "next", "seen_state") if sent.get(name)},
            "errors": errors or [],
            "choices_verb": choices,
            "everything_verb": everything,
        }
        return render(self.request, "content/conflict.html", context, status=409 if errors else 200)

    @property
    def _button(self) -> str:
        sent = self.request.POST if self.request.method == "POST" else self.request.GET
        pressed = [name.removeprefix("action-") for name in BUTTONS if name.startswith("action-") and sent.get(name)]
        return pressed[0] if pressed else "save"


def _as_stored(page: Any) -> Version:
    """Return a page as a revision would store it."""
    version: Version = json.loads(json.dumps(page.serializable_data(), cls=DjangoJSONEncoder))
    return version


def _errors_of(page: Any) -> list[str]:
    """Return what the models say against a page and what hangs on it."""
    errors: list[str] = []
    relations = [relation for relation in get_all_child_relations(page) if relation.name != COMMENTS_RELATION_NAME]
    parts = [(page, None)] + [
        (child, {relation.field.name}) for relation in relations for child in getattr(page, relation.name).all()
    ]
    for part, exclude in parts:
        try:
            part.full_clean(exclude=exclude)
        except ValidationError as error:
            errors += _sentences(error)
    return errors


def _sentences(error: ValidationError) -> list[str]:
    """Return the sentences of an error, whatever its shape: those of a body are nested."""
    return [str(sentence) for sentence in getattr(error, "messages", [])] or [str(error)]
