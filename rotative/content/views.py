"""The newsroom's own screens: whether a change is online, and the taking down of an article."""

import time
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.admin.views.pages.workflow import WorkflowActionView
from wagtail.models import Page, WorkflowState
from wagtail.permissions import policy_registry

from rotative.content import actions, verification
from rotative.content.models import Article, Picture, Withdrawal
from rotative.content.models.pages import ReaderPage
from rotative.content.online import progress_of
from rotative.content.storage import is_signed
from rotative.content.taken_down import tell_reason, was_taken_down_since

WAIT_SECONDS = 10.0
LOOK_SECONDS = 0.1
LOOK_AGAIN_SECONDS = 0.5


# --- is it online?


def tell_when_it_is_online(request: HttpRequest, page: Page) -> None:
    """Add a message that changes by itself when readers see the change; without scripts it is a link."""
    address = f"{reverse('online', args=[page.pk])}?since={timezone.now().timestamp()}"
    question = _("Is it online?")
    messages.info(request, format_html('<span data-online="{0}"><a href="{0}">{1}</a></span>', address, question))


def tell_if_approved(request: HttpRequest, page: Page) -> None:
    """Say when readers see `page`, if its workflow has just ended with the approval of what they shall see."""
    last = page.workflow_states.order_by("-created_at", "-pk").first()
    if last and last.status == WorkflowState.STATUS_APPROVED:
        tell_when_it_is_online(request, page)


class ApprovalView(WorkflowActionView):
    """Wagtail's approval without opening the edit screen, which says when readers see it.

    The list from which it is sent may have been on the screen for hours. What was taken down meanwhile comes back only
    from the edit screen, above which stands why it was.
    """

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.action_name == "approve" and was_taken_down_since(self.object, self.task_state.started_at):
            return self._refuse()
        response: HttpResponse = super().post(request, *args, **kwargs)
        tell_if_approved(request, self.object)
        return response

    def _refuse(self) -> HttpResponse:
        messages.error(
            self.request,
            _(
                "“%(title)s” was taken down after it was submitted, and stays so. Look at it; if readers shall see it "
                "again, approve it here."
            )
            % {"title": self.object.get_admin_display_title()},
        )
        tell_reason(self.request, self.object)
        comment = self.request.POST.get("comment", "").strip()
        if comment:
            messages.warning(self.request, _("Your comment was not sent: “%(comment)s”") % {"comment": comment})
        edit = reverse("wagtailadmin_pages:edit", args=[self.object.pk])
        if self.request.headers.get("X-Requested-With") == "XMLHttpRequest":  # from Wagtail's window for a reason
            answer: HttpResponse = self.render_modal_json(self.request, {"step": "success", "redirect": edit})
            return answer
        return redirect(edit)


def online(request: HttpRequest, page_id: int) -> HttpResponse:
    """Say how far the last change of a page is on its way to readers; POST asks for its pages again."""
    page = _page_to_edit(request, page_id)
    since = _moment(request.GET.get("since", "")) or page.last_published_at or page.latest_revision_created_at
    since = since or timezone.now()
    here = f"{reverse('online', args=[page.pk])}?since={since.timestamp()}"
    wants_json = "application/json" in request.headers.get("Accept", "")
    if request.method == "POST":
        actions.try_again(page, since)
        if not wants_json:
            return redirect(here)
    progress = progress_of(page, since)
    if not wants_json:
        return render(request, "content/online.html", {"page": page, "progress": progress, "here": here})
    return JsonResponse(
        {
            "state": progress.state,
            "sentence": progress.sentence,
            "address": here,
            "retry": _("Try again") if progress.state == "failed" else "",
        }
    )


def _page_to_edit(request: HttpRequest, page_id: int) -> ReaderPage:
    page = get_object_or_404(Page, pk=page_id).specific
    if not isinstance(page, ReaderPage):
        raise Http404
    tester = page.permissions_for_user(request.user)
    if not (tester.can_edit() or tester.can_publish()):
        raise PermissionDenied
    return page


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromtimestamp(float(text), UTC)
    except (ValueError, OverflowError, OSError):
        return None


# --- originals of pictures


def original(request: HttpRequest, name: str) -> FileResponse:
    """Give the original of a picture to those who may use it."""
    picture = get_object_or_404(Picture, file=name)
    policy = policy_registry.get_by_type(Picture)
    if not policy.user_has_any_permission_for_instance(request.user, ["choose", "change"], picture):
        raise PermissionDenied
    return _give(picture)


def linked_original(_request: HttpRequest, signature: str, name: str) -> FileResponse:
    """Give the original of a picture to whoever has a signed link to it."""
    if not is_signed(name, signature):
        raise Http404
    return _give(get_object_or_404(Picture, file=name))


def _give(picture: Picture) -> FileResponse:
    headers = {"Cache-Control": "private, no-store", "Content-Security-Policy": "sandbox; default-src 'none'"}
    try:
        return FileResponse(picture.file.open("rb"), headers=headers)
    except FileNotFoundError:
        raise Http404 from None


# --- taking down


class WithdrawalForm(forms.ModelForm):  # type: ignore[type-arg] # Django does not take the argument at run time
    class Meta:
        model = Withdrawal
        fields = ["kind", "target", "notice", "reason"]
        widgets = {
            "kind": forms.RadioSelect,
            "notice": forms.Textarea({"rows": 4}),
            "reason": forms.Textarea({"rows": 2}),
        }


def take_down(request: HttpRequest, page_id: int) -> HttpResponse:
    """Ask what shall stand at the address of an article, and take it down."""
    article = _article_to_withdraw(request, page_id)
    withdrawal = Withdrawal.objects.filter(address=article.address).first() or Withdrawal(address=article.address)
    form = WithdrawalForm(request.POST or None, instance=withdrawal)
    if request.method == "POST" and form.is_valid():
        actions.take_down(article, form.save(commit=False), request.user)
        # What follows can only be seen after this request's transaction has committed.
        return redirect("taken_down", article.pk)
    return render(request, "content/take_down.html", {"article": article, "form": form})


def taken_down(request: HttpRequest, page_id: int) -> HttpResponse:
    """Wait until the article is gone everywhere, ask for its pages as a reader would, and tell; POST tries again."""
    article = _article_to_withdraw(request, page_id)
    withdrawal = Withdrawal.objects.filter(address=article.address).first()
    if article.live or withdrawal is None:  # it was published again since
        return redirect("take_down", article.pk)
    if request.method == "POST":
        actions.take_down_again(article, withdrawal)
        # What follows can only be seen after this request's transaction has committed.
        return redirect("taken_down", article.pk)
    until = time.monotonic() + WAIT_SECONDS
    progress = progress_of(article, withdrawal.made_at)
    while progress.state == "waiting" and time.monotonic() < until:
        time.sleep(LOOK_SECONDS)
        progress = progress_of(article, withdrawal.made_at)
    checks = verification.look(article, withdrawal)
    # Caches are told after the page is stored, which takes them a moment.
    while progress.state == "online" and not verification.is_verified(checks) and time.monotonic() < until:
        time.sleep(LOOK_AGAIN_SECONDS)
        checks = verification.look(article, withdrawal, known=checks)
    context = {
        "article": article,
        "progress": progress,
        "checks": checks,
        "others": max(0, len(withdrawal.shown_on) - verification.MOST_ASKED),
        "is_gone": progress.state == "online" and verification.is_verified(checks),
    }
    return render(request, "content/taken_down.html", context)


def _article_to_withdraw(request: HttpRequest, page_id: int) -> Article:
    article = get_object_or_404(Article, pk=page_id)
    tester = article.permissions_for_user(request.user)
    # An article that is withdrawn already may be taken down as well, by those who could have withdrawn it.
    if not (tester.can_unpublish() or (not article.live and tester.can_publish())):
        raise PermissionDenied
    return article
