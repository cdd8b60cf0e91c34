"""What stands above and below every page: masthead, menu, foot."""

from dataclasses import dataclass

from django.db.models import prefetch_related_objects

from rotative.content.models import Edition, MenuItem, Newspaper, Section, SocialAccount, StandingPage
from rotative.content.models.addresses import address_of
from rotative.content.queries.cards import IN_ORDER
from rotative.content.queries.pages import live
from rotative.content.queries.taxonomy import editions, read_desks
from rotative.publishing.tracking import query


@dataclass(frozen=True)
class Frame:
    """What stands above and below every page."""

    newspaper: Newspaper
    desks: list[Section]
    editions: list[Edition]
    standing_pages: list[StandingPage]
    menu: list[tuple[str, str]]
    social_accounts: list[SocialAccount]


@query("site:frame", covers=True, shared=True)
def frame() -> Frame:
    """Return masthead and foot, read once for all pages of a batch."""
    newspaper = _newspaper()
    desks = read_desks()
    return Frame(
        newspaper=newspaper,
        desks=desks,
        editions=editions(),
        standing_pages=standing_pages(),
        menu=_menu_of(newspaper) or [(desk.title, desk.address) for desk in desks],
        social_accounts=list(SocialAccount.objects.filter(newspaper=newspaper.pk).order_by(*IN_ORDER)),
    )


def get_newspaper() -> Newspaper:
    """Return the paper's settings, with the copies of its nameplate."""
    return frame().newspaper


def _newspaper() -> Newspaper:
    newspaper = Newspaper.objects.select_related("nameplate").first() or Newspaper()
    if newspaper.nameplate:
        prefetch_related_objects([newspaper.nameplate], "renditions")
    return newspaper


def _menu_of(newspaper: Newspaper) -> list[tuple[str, str]]:
    """Return (label, address) of the menu that editors have made."""
    items = MenuItem.objects.filter(newspaper=newspaper.pk).select_related("page").order_by(*IN_ORDER)
    menu = []
    for item in items:
        if item.page is None:
            menu.append((item.label, item.path))
        elif item.page.live:
            menu.append((item.label or item.page.title, address_of(item.page.url_path)))
    return menu


def desks() -> list[Section]:
    """Return the live sections of the first level, in the order of the tree."""
    return frame().desks


@query("site:frame", covers=True)
def standing_pages() -> list[StandingPage]:
    return live(StandingPage.objects)
