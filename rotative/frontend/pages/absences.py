"""Redirects and 410 Gone: the way to where a page stands now, or the word that it was taken back.

Whatever answers here is stored for as long as it does. So nothing leads to where nothing stands: else every address
that somebody makes up below an old one would become a file.
"""

from collections.abc import Iterator

from django.conf import settings

from rotative.addresses import ARCHIVES, FEED, FEEDS, PAPER_ARCHIVES
from rotative.content import queries
from rotative.content.models import Withdrawal, WithdrawalKind
from rotative.content.queries import Lead
from rotative.frontend.pages import archives, errors, feeds
from rotative.publishing import redirects
from rotative.publishing.page_types import Document

MOST_STEPS = 10


def find_withdrawn(path: str) -> Document | None:
    """Return what the newsroom has put in the place of an article that it took down."""
    address = with_slash(path)
    withdrawal = queries.find_withdrawal(address)
    if withdrawal is None:
        return None
    if withdrawal.kind == WithdrawalKind.NOTICE:
        return errors.withdrawn(withdrawal.notice)
    target = follow(address, lead_of(withdrawal))
    return redirects.redirect_document(target, settings.LANGUAGE_CODE) if target else errors.gone()


def find_moved(path: str) -> Document | None:
    """Return the document that leads from an old address straight to the one of now."""
    address = with_slash(path)
    target = find_target(address) or _find_feed(path) or _find_archive(address)
    if target is None or with_slash(target) == address:
        return None
    return redirects.redirect_document(target, settings.LANGUAGE_CODE)


def _find_feed(path: str) -> str | None:
    """Return where the feed of a place stands that has moved."""
    if not (path.startswith(f"{FEEDS}/") and path.endswith(f"/{FEED}")):
        return None
    place = _find_place(path.removeprefix(FEEDS).removesuffix(FEED))
    return f"{FEEDS}{place}{FEED}" if place and feeds.stands(place) else None


def _find_archive(address: str) -> str | None:
    """Return where a page of the archive stands whose place has moved: it takes its archive along."""
    before, archive, rest = address.partition(PAPER_ARCHIVES)
    place = _find_place(f"{before}/") if before and archive else None
    target = f"{place}{ARCHIVES}{rest}" if place else None
    return target if target and archives.stands(target) else None


def _find_place(address: str) -> str | None:
    """Return the address of now, with a slash at its end, of what stood at `address`; None for what is elsewhere."""
    target = find_target(address)
    return with_slash(target) if target and target.startswith("/") else None


def find_gone(path: str) -> Document | None:
    """Return the page that says that what stood at `path`, or what it led to since, was taken back."""
    for address in _way_from(with_slash(path)):
        if queries.find_withdrawal(address):
            return find_withdrawn(address)
        if queries.was_withdrawn(address):
            return errors.gone()
    return None


def _way_from(address: str) -> Iterator[str]:
    """Yield `address` and where one redirect after the other leads from there, within the paper."""
    for _step in range(MOST_STEPS):
        yield address
        lead = queries.find_redirect(address)
        target = _without_site(lead.target) if lead else ""
        if not target.startswith("/"):
            return
        address = with_slash(target)


# --- from an old address to the one of now


def find_target(address: str) -> str | None:
    """Return where the redirect at `address` leads in the end, or None."""
    return follow(address, queries.find_redirect(address))


def follow(address: str, lead: Lead | None) -> str | None:
    """Return where a lead from `address` ends, or None: in a circle, or at what was taken back."""
    seen = {address}
    target = None
    while lead is not None:
        target = _without_site(lead.target)
        address = with_slash(target)
        if lead.is_final or not target.startswith("/") or queries.stands(address):
            return target
        if address in seen or len(seen) == MOST_STEPS:
            return None
        seen.add(address)
        was_taken_back = lead.is_taken_back
        lead = _find_next(address)
        if lead is None and was_taken_back:
            return None
    return target


def _without_site(target: str) -> str:
    """Return the path of a whole address of the paper; what is elsewhere as it is."""
    return target.removeprefix(settings.SITE_URL) if target.startswith(f"{settings.SITE_URL}/") else target


def _find_next(address: str) -> Lead | None:
    withdrawal = queries.find_withdrawal(address)
    return lead_of(withdrawal) if withdrawal else queries.find_redirect(address)


def lead_of(withdrawal: Withdrawal) -> Lead | None:
    """Return where the newsroom leads from an article that it took down."""
    return Lead(withdrawal.target) if withdrawal.kind == WithdrawalKind.REDIRECT else None


def with_slash(path: str) -> str:
    return path if path.endswith("/") else f"{path}/"
