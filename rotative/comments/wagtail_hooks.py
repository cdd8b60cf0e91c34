"""What the newsroom shows of comments: the entry of the menu, the way from an article, the names of what was done."""

from collections.abc import Iterator
from typing import Any, Final

from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.widgets.button import Button
from wagtail.log_actions import LogFormatter
from wagtail.models import Page
from wagtail.snippets.models import register_snippet

from rotative.comments import actions, queries
from rotative.comments.models import Status
from rotative.comments.queue import Choice
from rotative.comments.viewsets import ModerationDeskViewSet
from rotative.content.models import Article

MOST_COUNTED: Final = 99

register_snippet(ModerationDeskViewSet)


@hooks.register("register_admin_urls")
def moderators_addresses() -> list[URLPattern | URLResolver]:
    return [path("commentaires/", include("rotative.comments.urls"))]


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
        query = Choice(state=Status.APPROVED, story=page.pk).query()
        yield Button(_("Comments"), f"{reverse('comments:queue')}?{query}", icon_name="comment", priority=45)


@hooks.register("register_log_actions")
def name_actions(log_actions: Any) -> None:
    """Let the history say what was done to comments."""

    @log_actions.register_action(actions.EDIT)
    class EditFormatter(LogFormatter):
        label = _("Edit a comment")
        message = _("Comment edited")

        def format_comment(self, entry: Any) -> str:
            return f"{entry.data.get('before', '')} → {entry.data.get('after', '')}"
