"""An article: the page for which all the others exist."""

from django.utils import timezone

from rotative.content import queries
from rotative.content.models import Article, Section
from rotative.frontend import metadata
from rotative.frontend.pages import discussions
from rotative.frontend.pages.discussions import TRUSTED_TYPES
from rotative.frontend.pages.lists import trail_of
from rotative.frontend.rendering import render_page
from rotative.frontend.styles import parts_for
from rotative.publishing.page_types import Document


def article(page: Article) -> Document:
    """Render a story. Nothing on this page changes because another story was published."""
    newspaper = queries.get_newspaper()
    trail = trail_of(page.section)
    return render_page(
        "frontend/article.html",
        page.address,
        page.headline,
        styles=("end", "article", *parts_of(page), "talk"),
        trusted_types=TRUSTED_TYPES,
        description=page.search_description or page.standfirst,
        article=page,
        bylines=page.bylines.all(),
        corrections=page.corrections.all(),
        topics=page.topics.all(),
        related=queries.related_to(page),
        trail=trail,
        desk_address=(page.section.desk or page.section).address,
        share_links=metadata.share_links(page.headline, page.address),
        share_picture=metadata.share_picture(page.lead_image) if page.lead_image else "",
        structured_data=[
            metadata.as_script(metadata.news_article(page, newspaper)),
            metadata.as_script(metadata.breadcrumbs([*trail, (page.headline, page.address)])),
        ],
        **discussions.context(page),
    )


def parts_of(page: Article) -> tuple[str, ...]:
    """Return the parts of css/ that this story needs beside those of all."""
    notes = ("notes",) if page.corrections.all() else ()
    return (*parts_for(page.body), *notes)


def preview(draft: Article) -> Document:
    """Render a draft, which knows its place in the tree but may not have been saved there yet."""
    if not draft.section_id:
        draft.section = Section.objects.select_related("desk").get(pk=draft.get_parent().pk)
    if not draft.published_at and not draft.is_undated:
        draft.published_at = timezone.now()  # as publishing it now would
    return article(draft)
