"""What stands where no page does: the way to where it stands now, or the word that it was taken back."""

from django.conf import settings

from rotative.content import queries
from rotative.content.models import WithdrawalKind
from rotative.frontend.pages import errors
from rotative.publishing import moved
from rotative.publishing.page_types import Document

MOST_STEPS = 10
ARCHIVE = "archives/"
FEEDS, FEED = "/flux", "rss.xml"


def find_moved(path: str) -> Document | None:
    """Return the document that leads from an old address straight to the one of now."""
    address = with_slash(path)
    target = find_target(address)
    if target is None and path.startswith(f"{FEEDS}/") and path.endswith(f"/{FEED}"):  # and so it does its feed
        place = find_target(path.removeprefix(FEEDS).removesuffix(FEED))
        return (
            moved.document_to(f"{FEEDS}{with_slash(place)}{FEED}", settings.LANGUAGE_CODE)
            if place and place[0] == "/"
            else None
        )
    if target is None and ARCHIVE in address:  # a place takes its archive along
        place, _, rest = address.partition(ARCHIVE)
        new_place = find_target(place)
        target = f"{with_slash(new_place)}{ARCHIVE}{rest}" if new_place else None
    if target is None or with_slash(target) == address:
        return None
    return moved.document_to(target, settings.LANGUAGE_CODE)


def find_target(address: str) -> str | None:
    """Return where `address` leads in the end. A circle leads nowhere."""
    seen = {address}
    target = None
    for _step in range(MOST_STEPS):
        found = queries.find_redirect(address)
        if found is None:
            return target
        target = found.target
        address = with_slash(target)
        if found.is_final or not target.startswith("/") or queries.stands(address):
            return target
        if address in seen:
            return None
        seen.add(address)
    return None


def find_withdrawn(path: str) -> Document | None:
    """Return what the newsroom has put in the place of an article that it took down."""
    withdrawal = queries.find_withdrawal(with_slash(path))
    if withdrawal is None:
        return None
    if withdrawal.kind == WithdrawalKind.REDIRECT:
        return moved.document_to(withdrawal.target, settings.LANGUAGE_CODE)
    return errors.withdrawn(withdrawal.notice) if withdrawal.kind == WithdrawalKind.NOTICE else errors.gone()


def find_gone(path: str) -> Document | None:
    """Return the page that says that what stood at `path` was taken back."""
    return errors.gone() if queries.was_withdrawn(with_slash(path)) else None


def with_slash(path: str) -> str:
    return path if path.endswith("/") else f"{path}/"
