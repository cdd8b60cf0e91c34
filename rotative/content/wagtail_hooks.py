"""What the newsroom shows, hides and refuses, beyond Wagtail's own screens."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join, json_script
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django_filters import BooleanFilter
from wagtail import hooks
from wagtail.admin.active_filters import ActiveFilter, BaseFilterAdapter, filter_adapter_class_registry
from wagtail.admin.auth import user_has_any_page_permission
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component
from wagtail.admin.ui.side_panels import ChecksSidePanel
from wagtail.admin.views.account import AvatarSettingsPanel
from wagtail.admin.views.pages.bulk_actions.delete import DeleteBulkAction
from wagtail.admin.views.pages.bulk_actions.publish import PublishBulkAction
from wagtail.admin.viewsets.base import ViewSet
from wagtail.admin.widgets.button import Button
from wagtail.log_actions import LogFormatter
from wagtail.models import Page, ReferenceIndex, Revision
from wagtail.snippets.models import register_snippet

from rotative.content import actions, device_drafts, links, queries, views
from rotative.content.conflict_views import ChoosePassagesView
from rotative.content.models import Article, Author, Edition, Home
from rotative.content.permissions import may, may_create, refuse, refuse_creation
from rotative.content.spreadsheets import escape_exports
from rotative.content.taken_down import find_taken_down, tell_reason
from rotative.content.viewsets import ArticleListing, AuthorViewSet, NewsroomPageViewSet, TopicViewSet

# How long autosave's first answer may be on its way.
AUTOSAVE_IN_FLIGHT = timedelta(seconds=60)
# Where the session notes the autosaved draft over which a form came back with errors.
REFUSED_OVER = "refused_over_draft"

register_snippet(AuthorViewSet)
register_snippet(TopicViewSet)
escape_exports()


# Portraits of people who work here would pass by the darkroom, with the place where they were taken in them.
AvatarSettingsPanel.is_active = lambda panel: False
# Wagtail's checks need its bar within the page. Readers' pages have none, and the panel would say 0 of everything.
for part in (ChecksSidePanel, ChecksSidePanel.SidePanelToggle):
    part.render_html = lambda self, parent_context=None: ""


class YesOrNo(BaseFilterAdapter):
    """What a listing says of a filter by yes or no that is in force; Wagtail says “True”."""

    def get_active_filters(self) -> Iterator[ActiveFilter]:
        for found in super().get_active_filters():
            yield found._replace(value=gettext("Yes") if self.value else gettext("No"))


filter_adapter_class_registry.register(BooleanFilter, value=YesOrNo)


@hooks.register("register_admin_viewset")
def register_viewsets() -> list[ViewSet]:
    return [NewsroomPageViewSet(), ArticleListing()]


# --- menus

# Wagtail's words and order, replaced by the paper's. None hides an entry.
MENU: dict[str, tuple[Any, int] | None] = {
    "articles": (_("Articles"), 10),
    "explorer": (_("Sections"), 20),
    "images": (_("Images"), 30),
    "documents": (_("Media"), 40),
    "authors": (_("Authors"), 50),
    "topics": (_("Topics"), 60),
    "reports": (_("Reports"), 900),
    "settings": (_("Settings"), 1000),
    "snippets": None,
    "help": None,
}


@hooks.register("construct_main_menu")
def order_menu(request: HttpRequest, items: list[MenuItem]) -> None:
    """Name and order the menu by the table above; entries it does not know keep their place between."""
    if not user_has_any_page_permission(request.user):
        items[:] = [item for item in items if item.name != "articles"]
    for item in list(items):
        if item.name not in MENU:
            continue
        entry = MENU[item.name]
        if entry is None:
            items.remove(item)
        else:
            item.label, item.order = entry


@hooks.register("construct_homepage_summary_items", order=1000)
def hide_counters(_request: HttpRequest, items: list[Component]) -> None:
    """Leave out Wagtail's counters: they count what a journalist never asked."""
    items.clear()


@hooks.register("construct_homepage_panels")
def welcome(request: HttpRequest, panels: list[Component]) -> None:
    panels.insert(0, WelcomePanel(request))


class WelcomePanel(Component):
    """The first thing on the first screen: write an article, arrange the front."""

    name = "welcome"
    template_name = "content/welcome.html"
    order = 10

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    def get_context_data(self, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        user: Any = self.request.user
        home = Home.objects.first()
        return {
            "newspaper": queries.get_newspaper(),
            "may_write": home is not None and "add" in _permissions(home, user),
            "front": next(_editable([home] if home and may(user, "change", Home) else [], user), None),
            "editions": list(_editable(queries.editions() if may(user, "change", Edition) else [], user)),
            "name": user.get_short_name() or user.get_username(),
        }


def _permissions(home: Home, user: Any) -> set[str]:
    if user.is_superuser:
        return {"add"}
    return home.permissions_for_user(user).permissions


def _editable(fronts: Sequence[Page], user: Any) -> Iterator[tuple[str, str]]:
    """Yield (title, address of the edit screen) of the fronts that `user` may arrange."""
    for front in fronts:
        if front.permissions_for_user(user).can_edit():
            yield front.title, reverse("wagtailadmin_pages:edit", args=[front.pk])


@hooks.register("insert_global_admin_css")
def newsroom_style() -> SafeString:
    return format_html('<link rel="stylesheet" href="{}">', static("content/newsroom.css"))


@hooks.register("insert_global_admin_js")
def newsroom_scripts() -> SafeString:
    """Load what every screen needs; the map gives scripts that import each other the names of their stored files."""
    imports = {f"newsroom/{name}": static(f"content/{name}.js") for name in ("session", "drafts")}
    return format_html(
        '{}<script type="importmap">{}</script>{}',
        json_script(device_drafts.sentences(), "newsroom-words"),
        mark_safe(json.dumps({"imports": imports})),  # noqa: S308 (addresses of our own files)
        _scripts("online", "drafts"),
    )


@hooks.register("insert_editor_js")
def editing_scripts() -> SafeString:
    return _scripts("autosave", "sign-in-again")


def _scripts(*names: str) -> SafeString:
    addresses = [(static(f"content/{name}.js"),) for name in names]
    return format_html_join("", '<script type="module" src="{}"></script>', addresses)


@hooks.register("insert_editor_js")
def paste_script() -> SafeString:
    """Add the script that reads what is pasted, and the sentences in which it says what could not be kept."""
    strings = {
        "tables_below": gettext("A table was put into a block of its own, below this text."),
        "tables": gettext("A table stands here as lines: this text cannot hold one."),
        "table_links": gettext("A link in a table was taken out: a table holds words alone. Its words have stayed."),
        "table_superscript": gettext("Raised letters in a table became plain: a table holds words alone."),
        "pictures": gettext("A picture could not be pasted. Add it with a block “Image”."),
        "media": gettext("A film, a sound or a frame could not be pasted. Add it with a block of its own."),
        "notes": gettext("Footnotes became plain marks in the text, and their words stand at its end."),
        "links": gettext("A link was taken out: it leads nowhere for readers. Its words have stayed."),
        "headings": gettext("Headings became paragraphs: this field takes none."),
        "lists": gettext("A list became paragraphs: this field takes none."),
        "superscript": gettext("Raised letters became plain: this field takes none."),
        "subscript": gettext("Lowered letters became plain: the newspaper has none."),
        "struck": gettext("Words that were struck out are no longer: the newspaper does not strike out."),
        "underlined": gettext("Words that were underlined are no longer: the newspaper underlines links alone."),
    }
    return format_html("{}{}", json_script(strings, "paste-strings"), _scripts("paste"))


@hooks.register("register_admin_urls")
def newsroom_addresses() -> list[URLPattern]:
    return [
        path("session/", device_drafts.session, name="session"),
        path("en-ligne/<int:page_id>/", views.online, name="online"),
        path("conflit/<int:page_id>/<int:kept_id>/", ChoosePassagesView.as_view(), name="choose_passages"),
        path("retrait/<int:page_id>/", views.take_down, name="take_down"),
        path("retrait/<int:page_id>/resultat/", views.taken_down, name="taken_down"),
        path("originaux/<path:name>", views.original, name="original"),
    ]


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


@hooks.register("register_rich_text_features", order=10)
def keep_links_for_readers(features: Any) -> None:
    """Have Wagtail's rule for links ask where each leads, when the text is stored: scripts and pastes go unasked."""
    rule = features.converter_rules_by_converter["contentstate"]["link"]
    read = {**rule["from_database_format"], 'a[linktype="page"]': links.PageLinkHandler("LINK")}
    stored = {"entity_decorators": {"LINK": links.link_in_rich_text}}
    rule = {"from_database_format": read, "to_database_format": stored}
    features.register_converter_rule("contentstate", "link", rule)


# --- what is refused, with a sentence


@hooks.register("before_create_page")
def keep_structure_to_its_keepers(request: HttpRequest, _parent: Page, model: type[Page]) -> HttpResponse | None:
    return None if may_create(request.user, model) else refuse_creation(request, model)


@hooks.register("before_create_page")
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


@hooks.register("before_delete_page")
def keep_pages_that_articles_need(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Say which articles stand in the way, where the database would answer with an error."""
    note_moved_articles(page)
    sentence = reason_to_keep(page.specific)
    return refuse(request, sentence, back=reverse("wagtailadmin_explore", args=[page.pk])) if sentence else None


@hooks.register("before_delete_snippet")
def keep_authors_that_articles_need(request: HttpRequest, snippets: Sequence[Any]) -> HttpResponse | None:
    for snippet in snippets:
        sentence = reason_to_keep(snippet)
        if sentence:
            return refuse(request, sentence, back=reverse(snippet.snippet_viewset.get_url_name("list")))
    return None


@hooks.register("register_bulk_action", order=1000)
class DeletePages(DeleteBulkAction):
    """Wagtail's deletion of many pages, which says why it refuses, and before anybody has confirmed.

    The hook `before_bulk_action` comes after Wagtail's own refusal, which speaks of missing permissions.
    """

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        pages, others = self.get_actionable_objects()
        # The front page is nobody's to delete, and has a sentence all the same.
        fronts = [page for page in others.get("items_with_no_access", []) if page.specific_class is Home]
        for page in [*pages, *fronts]:
            note_moved_articles(page)
            sentence = reason_to_keep(page.specific)
            if sentence:
                return refuse(request, sentence)
        response: HttpResponse = super().dispatch(request, *args, **kwargs)
        return response


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


@hooks.register("before_copy_page")
def refuse_aliases(request: HttpRequest, page: Page) -> HttpResponse | None:
    """An article has one address; a second one would be a second page with the same words."""
    if not may_create(request.user, page.specific_class):
        return refuse_creation(request, page.specific_class)
    if request.method == "POST" and request.POST.get("alias"):
        return refuse(
            request,
            gettext("An article has one address. Give it other editions or topics instead of a second place."),
        )
    return None


@hooks.register("before_move_page")
def refuse_impossible_moves(request: HttpRequest, page: Page, destination: Page) -> HttpResponse | None:
    """Say why a page cannot stand where it was sent, instead of Wagtail's “no permission”."""
    if not page.permissions_for_user(request.user).can_move():
        raise PermissionDenied  # Wagtail asks this only after it has shown the page's title
    if page == destination or destination.is_descendant_of(page):
        return refuse(
            request, gettext("“%(title)s” cannot be moved below itself.") % {"title": page.get_admin_display_title()}
        )
    if page.is_child_of(destination) or page.specific.can_move_to(destination):
        return None
    return refuse(
        request,
        gettext(
            "“%(title)s” cannot stand below “%(destination)s”. Sections have two levels, "
            "and articles stand in sections."
        )
        % {"title": page.get_admin_display_title(), "destination": destination.get_admin_display_title()},
    )


def note_moved_articles(page: Page) -> None:
    """Bring Wagtail's index of references up to date for the articles that it says name `page` as their section.

    Moving an article passes by that index; a section that had been emptied could not be deleted without this.
    """
    named = ReferenceIndex.get_references_to(page.specific).filter(model_path="section")
    for article in Article.objects.filter(pk__in=[int(pk) for pk in named.values_list("object_id", flat=True)]):
        if not article.is_descendant_of(page):
            ReferenceIndex.create_or_update_for_object(article)


def reason_to_keep(kept: Any) -> str:
    """Return the sentence that says which articles would suffer if `kept` were deleted; empty if none would."""
    name = kept.get_admin_display_title() if isinstance(kept, Page) else str(kept)
    if isinstance(kept, Home):
        return gettext("The front page stays where it is: with it the whole paper would go. Change what stands on it.")
    if isinstance(kept, Page) and not isinstance(kept, Article):
        below = Article.objects.descendant_of(kept).count()
        if below:
            return ngettext(
                "“%(name)s” cannot be deleted: %(count)d article stands below it. Move or delete it first.",
                "“%(name)s” cannot be deleted: %(count)d articles stand below it. Move or delete them first.",
                below,
            ) % {"name": name, "count": below}
    if isinstance(kept, Edition):
        chosen = Article.objects.filter(edition=kept).count()
        if chosen:
            return ngettext(
                "“%(name)s” cannot be deleted: it is the main edition of %(count)d article. "
                "Give it another edition first.",
                "“%(name)s” cannot be deleted: it is the main edition of %(count)d articles. "
                "Give them another edition first.",
                chosen,
            ) % {"name": name, "count": chosen}
    if isinstance(kept, Edition | Author):
        versions = _versions_naming(kept).values("object_id").distinct().count()
        if versions:
            return ngettext(
                "“%(name)s” cannot be deleted: drafts or older versions of %(count)d article name it, "
                "and could not be opened any more.",
                "“%(name)s” cannot be deleted: drafts or older versions of %(count)d articles name it, "
                "and could not be opened any more.",
                versions,
            ) % {"name": name, "count": versions}
    return ""


def _versions_naming(kept: Edition | Author) -> QuerySet[Any]:
    """Return the stored versions of articles that cannot be read without `kept`."""
    versions: QuerySet[Any] = Revision.objects.filter(content_type=ContentType.objects.get_for_model(Article))
    if isinstance(kept, Edition):
        return versions.filter(content__edition=kept.pk)
    # SQLite cannot look into lists within JSON; as text both databases can, with a space after the colon or without.
    return versions.filter(content__bylines__regex=rf'"author": ?{kept.pk}[,}}]')
