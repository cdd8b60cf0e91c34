"""What the newsroom shows of comments: the entry of the menu, the way from an article, the names of what was done."""

from collections.abc import Iterator
from typing import Any, Final

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.widgets.button import Button
from wagtail.log_actions import LogFormatter
from wagtail.models import Page
from wagtail.snippets.models import register_snippet

from rotative.addresses import COMMENTS
from rotative.comments import deciding, privacy, queries
from rotative.comments.models import Status
from rotative.comments.queue import QueueFilter
from rotative.comments.viewsets import ModerationDeskViewSet
from rotative.content.models import Article
from rotative.content.permissions import refuse

MOST_COUNTED: Final = 99

register_snippet(ModerationDeskViewSet)


@hooks.register("register_admin_urls")
def moderators_addresses() -> list[URLPattern | URLResolver]:
    return [path(COMMENTS[1:], include("rotative.comments.urls"))]


class CommentsMenuItem(MenuItem):
    """The way to the queue, with how many wait in it."""

    def is_shown(self, request: HttpRequest) -> bool:
        return queries.may_moderate(request.user)

    def render_component(self, request: HttpRequest) -> Any:
        component = super().render_component(request)
        waiting = queries.moderated_by(request.user).filter(status=Status.WAITING).order_by().values_list("pk")
        count = len(waiting[: MOST_COUNTED + 1])
        if count:
            number = f"{MOST_COUNTED}+" if count > MOST_COUNTED else count
            component.label = format_lazy("{label} ({number})", label=self.label, number=number)
        return component


@hooks.register("register_admin_menu_item")
def offer_queue() -> MenuItem:
    return CommentsMenuItem(_("Comments"), reverse("comments:queue"), name="comments", icon_name="comment", order=45)


@hooks.register("register_page_header_buttons")
def offer_comments(page: Page, user: Any, view_name: str, next_url: str | None = None) -> Iterator[Button]:
    """Lead from an article to what its readers said."""
    if isinstance(page.specific_deferred, Article) and queries.may_moderate(user):
        query = QueueFilter(state=Status.APPROVED, story=page.pk).query()
        yield Button(_("Comments"), f"{reverse('comments:queue')}?{query}", icon_name="comment", priority=45)


# --- what is not deleted without a word


@hooks.register("before_delete_page", order=10)  # after the content's own reasons to keep it
def ask_about_comments(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Ask before an article goes whose readers have written: their words go with it, or it is only taken down."""
    counts = dict(queries.on_article(page.pk).order_by().values_list("status").annotate(count=Count("pk")))
    count = sum(counts.values())
    if not count:
        return None
    if request.method == "POST" and request.POST.get("comments") == str(count):
        privacy.delete_all_on(page.pk, request.user)
        return None
    may_take_down = page.live and page.permissions_for_user(request.user).can_unpublish()
    context = {
        "page": page,
        "count": count,
        "waiting": counts.get(Status.WAITING, 0),
        "may_take_down": may_take_down,
        "is_asked_again": request.method == "POST" and "comments" in request.POST,
        "next": request.POST.get("next", request.GET.get("next", "")),
    }
    return render(request, "comments/confirm_delete_article.html", context)


@hooks.register("before_bulk_action")
def keep_articles_with_comments(request: HttpRequest, action: str, pages: list[Any], _view: Any) -> HttpResponse | None:
    """Delete many articles at once only when no reader has written below any of them."""
    if action != "delete":
        return None
    for page in pages:
        count = queries.on_article(page.pk).count() if isinstance(page, Page) else 0
        if count:
            sentence = ngettext(
                "“%(title)s” was not deleted: %(count)d comment of a reader stands below it. "
                "Delete this article alone: you are asked what becomes of it.",
                "“%(title)s” was not deleted: %(count)d comments of readers stand below it. "
                "Delete this article alone: you are asked what becomes of them.",
                count,
            )
            return refuse(request, sentence % {"title": page.get_admin_display_title(), "count": count})
    return None


@hooks.register("register_log_actions")
def name_deletions(log_actions: Any) -> None:
    """Let the history of an article say that its readers' comments went with it."""

    @log_actions.register_action(privacy.DELETE_ALL)
    class DeleteAllFormatter(LogFormatter):
        label = _("Delete all comments")

        def format_message(self, entry: Any) -> str:
            count = int(entry.data.get("count", 0))
            return ngettext("%(count)d comment was deleted.", "%(count)d comments were deleted.", count) % {
                "count": count
            }


@hooks.register("register_log_actions")
def name_actions(log_actions: Any) -> None:
    """Let the history say what was done to comments."""

    @log_actions.register_action(deciding.EDIT)
    class EditFormatter(LogFormatter):
        label = _("Edit a comment")
        message = _("Comment edited")

        def format_comment(self, entry: Any) -> str:
            return f"{entry.data.get('before', '')} → {entry.data.get('after', '')}"
