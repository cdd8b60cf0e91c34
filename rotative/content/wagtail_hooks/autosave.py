"""Autosave: a first save takes over the draft that was stored by itself; drafts on the device are let go."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from wagtail import hooks
from wagtail.models import Page

from rotative.content import device_drafts

# How long autosave's first answer may be on its way.
AUTOSAVE_IN_FLIGHT = timedelta(seconds=60)
# Where the session notes the autosaved draft over which a form came back with errors.
REFUSED_OVER = "refused_over_draft"


@hooks.register("before_create_page", order=10)  # after whatever refuses the page
def take_over_from_autosave(request: Any, parent: Page, model: type[Page]) -> HttpResponse | None:
    """Let a first save replace the draft that autosave has just made of the same form.

    On a slow network a journalist clicks “Save” before the browser knows that autosave has made the page. Without
    this the second request would be refused because the address is taken: by the journalist's own words.
    The draft goes only if the new page stands; a form that comes back with errors leaves it where it was.
    """
    if request.method != "POST" or hasattr(request, "new_page_stands"):
        return None
    draft = _autosaved_draft(request, parent, model)
    if draft is None:
        return None
    request.new_page_stands = False
    with transaction.atomic():
        draft.delete()
        view = request.resolver_match
        response: HttpResponse = view.func(
            request, *view.args, **view.kwargs
        )  # this view again, the address being free
        if not request.new_page_stands:
            transaction.set_rollback(True)
    if request.new_page_stands:
        request.session.pop(REFUSED_OVER, None)
    else:
        request.session[REFUSED_OVER] = _mark(draft)
    return response


@hooks.register("after_create_page")
@hooks.register("after_edit_page")
def note_saved_draft(request: HttpRequest, _page: Page) -> None:
    device_drafts.note_saved(request)


@hooks.register("after_create_snippet")
@hooks.register("after_edit_snippet")
def note_saved_draft_of_snippet(request: HttpRequest, _snippet: Any) -> None:
    device_drafts.note_saved(request)


@hooks.register("after_create_page")
def note_new_page(request: Any, _page: Page) -> None:
    request.new_page_stands = True


def _autosaved_draft(request: Any, parent: Page, model: type[Page]) -> Page | None:
    """Return the draft that holds the words of the form in `request`, if autosave stored them a moment ago.

    “A moment” lasts as long as it takes to mend a form that was refused over that very draft, if nobody changes it.
    """
    drafts = model.objects.child_of(parent).filter(owner=request.user, live=False, first_published_at=None)
    draft = drafts.filter(slug=request.POST.get("slug")).first()
    if draft is None or draft.workflow_in_progress or draft.revisions.count() != 1:
        return None
    if request.session.get(REFUSED_OVER) == _mark(draft):
        return draft
    is_stored_by_itself = "application/json" in request.headers.get("Accept", "")
    is_fresh = (
        draft.latest_revision_created_at is not None
        and draft.latest_revision_created_at >= timezone.now() - AUTOSAVE_IN_FLIGHT
    )
    return draft if is_fresh and not is_stored_by_itself and draft.draft_title == _typed_title(request) else None


def _mark(draft: Page) -> list[Any]:
    return [draft.pk, str(draft.latest_revision_created_at)]


def _typed_title(request: HttpRequest) -> str:
    return request.POST.get("title", "").strip()
