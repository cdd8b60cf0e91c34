"""The newsroom's screens for articles, authors and topics."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import DateColumn, UpdatedAtColumn
from wagtail.admin.ui.tables.pages import BulkActionsColumn, PageStatusColumn, PageTitleColumn, ParentPageColumn
from wagtail.admin.views.pages.create import AddSubpageView
from wagtail.admin.views.pages.listing import ExplorableIndexView, PageFilterSet
from wagtail.admin.viewsets.pages import PageListingViewSet, PageViewSet
from wagtail.models import Page
from wagtail.snippets.views.snippets import IndexView, SnippetViewSet

from rotative.content.alphabet import SortKey
from rotative.content.conflict_views import EditPageView, RevertPageView
from rotative.content.models import Article, Author, Home, Topic
from rotative.content.permissions import may_create
from rotative.content.views import ApprovalView


class ArticleFilterSet(PageFilterSet):
    # One paper, one site; and an article has no pages below it.
    site = None
    has_child_pages = None

    class Meta:
        model = Article
        fields = ["section", "edition", "live", "is_ongoing"]


class ArticleListing(PageListingViewSet):
    """Every article of the paper in one list, whatever its section."""

    name = "articles"
    icon = "doc-full"
    menu_label = _("Articles")
    menu_name = "articles"
    menu_order = 90
    add_to_admin_menu = True
    model = Article
    filterset_class = ArticleFilterSet
    ordering = "-latest_revision_created_at"
    columns = [
        BulkActionsColumn("bulk_actions"),
        PageTitleColumn("title", label=_("Headline"), sort_key="title", classname="title"),
        ParentPageColumn("parent", label=_("Section")),
        DateColumn(
            "latest_revision_created_at", label=_("Changed"), sort_key="latest_revision_created_at", width="14%"
        ),
        PageStatusColumn("status", label=_("Status"), sort_key="live", width="12%"),
    ]


class AddPageView(AddSubpageView):
    """Wagtail's choice of page types, without those that the person may not make."""

    page_types: list[tuple[str, str, str, str]]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        models = {model._meta.model_name: model for model in type(self.parent_page).creatable_subpage_models()}
        self.page_types = [choice for choice in self.page_types if may_create(request.user, models[choice[2]])]
        if len(self.page_types) == 1:
            _verbose_name, app_label, model_name, _description = self.page_types[0]
            return redirect("wagtailadmin_pages:add", app_label, model_name, self.parent_page.pk)
        return super().get(request, *args, **kwargs)


class SectionsView(ExplorableIndexView):
    """Wagtail's listing of what stands below a page, which begins at the front page.

    Above it there is nothing for a newsroom: only words on how sites are installed.
    """

    def get(self, request: HttpRequest, parent_page_id: int | None = None) -> HttpResponse:
        home = Home.objects.first()
        root = Page.get_first_root_node()
        if home is not None and root is not None and parent_page_id in {None, root.pk}:
            return redirect(self.index_url_name, home.pk)
        response: HttpResponse = super().get(request, parent_page_id)
        return response


class NewsroomPageViewSet(PageViewSet):
    """Wagtail's screens for all pages, with our choice of page types, and a choice when two people wrote at once."""

    add_subpage_view_class = AddPageView
    edit_view_class = EditPageView
    revisions_revert_view_class = RevertPageView
    index_view_class = SectionsView
    workflow_action_view_class = ApprovalView


class AlphabeticalView(IndexView):
    """Wagtail's listing, in the order of the alphabet."""

    def order_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        ordered: QuerySet[Any] = super().order_queryset(queryset)
        if self.ordering not in {"name", "-name"}:
            return ordered
        key = SortKey("name")
        return ordered.order_by(key.desc() if self.ordering == "-name" else key.asc(), "pk")


class AuthorViewSet(SnippetViewSet):
    model = Author
    index_view_class = AlphabeticalView
    icon = "user"
    menu_label = _("Authors")
    menu_name = "authors"
    menu_order = 500
    add_to_admin_menu = True
    list_display = ["name", "role", "user", UpdatedAtColumn()]
    ordering = "name"
    list_per_page = 50


class TopicViewSet(SnippetViewSet):
    model = Topic
    index_view_class = AlphabeticalView
    icon = "tag"
    menu_label = _("Topics")
    menu_name = "topics"
    menu_order = 600
    add_to_admin_menu = True
    list_display = ["name", "slug", UpdatedAtColumn()]
    ordering = "name"
    list_per_page = 50
