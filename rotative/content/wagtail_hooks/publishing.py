"""What the newsroom is told, and offered, around a publication: online, approved, taken down."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.views.pages.bulk_actions.publish import PublishBulkAction
from wagtail.admin.widgets.button import Button
from wagtail.log_actions import LogFormatter
from wagtail.models import Page

from rotative.content import actions, views
from rotative.content.models import Article, Home
from rotative.content.permissions import refuse
from rotative.content.taken_down import find_taken_down, tell_reason


@hooks.register("after_publish_page")
@hooks.register("after_unpublish_page")
def tell_when_it_is_online(request: HttpRequest, page: Page) -> None:
    views.tell_when_it_is_online(request, page)


@hooks.register("after_edit_page")
def tell_what_approval_did(request: HttpRequest, page: Page) -> None:
    """Speak of readers as after a publication, when the button was “Approve”."""
    if "action-workflow-action" in request.POST:
        views.tell_if_approved(request, page)


@hooks.register("after_edit_page", order=1000)
def show_the_front_after_publishing_it(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Lead to the paper's sections: what stands above the front page is Wagtail's, and says so."""
    if isinstance(page, Home) and "action-publish" in request.POST:
        return redirect("wagtailadmin_explore", page.pk)
    return None


@hooks.register("register_log_actions")
def name_actions(log_actions: Any) -> None:
    """Let the history of a page say that it was taken down, and why, and which version came too late."""

    @log_actions.register_action(actions.TAKE_DOWN)
    class TakeDownFormatter(LogFormatter):
        label = _("Take down everywhere")

        def format_message(self, entry: Any) -> str:
            return gettext("Taken down everywhere")

        def format_comment(self, entry: Any) -> str:
            return str(entry.data.get("reason", ""))

    @log_actions.register_action(actions.KEEP_BESIDE)
    class KeepBesideFormatter(LogFormatter):
        label = _("Keep a version that came too late")

        def format_message(self, entry: Any) -> str:
            return gettext("Version kept beside: another one had been saved since it was opened")


@hooks.register("register_page_header_buttons")
def offer_take_down(page: Page, user: Any, view_name: str, next_url: str | None = None) -> Iterator[Button]:
    """Offer to take an article down everywhere, at once."""
    if isinstance(page.specific_deferred, Article) and page.live and page.permissions_for_user(user).can_unpublish():
        address = reverse("take_down", args=[page.pk])
        yield Button(_("Take down everywhere"), address, icon_name="warning", priority=55)


@hooks.register("register_bulk_action", order=1000)
class PublishPages(PublishBulkAction):
    """Wagtail's publication of many pages, which leaves down what was taken down, and says why it was."""

    def form_valid(self, form: Any) -> HttpResponse:
        pages = self.get_actionable_objects()[0]
        if form.cleaned_data.get("include_descendants"):
            pages = [*pages, *(below for page in pages for below in page.get_descendants().not_live())]
        article = find_taken_down(page.pk for page in pages)
        if article:
            tell_reason(self.request, article)
            return refuse(
                self.request,
                gettext("“%(title)s” was taken down, and nothing was published. Publish it by itself, if at all.")
                % {"title": article.get_admin_display_title()},
                back=reverse("wagtailadmin_pages:edit", args=[article.pk]),
            )
        response: HttpResponse = super().form_valid(form)
        return response
