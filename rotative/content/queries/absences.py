"""What stands where no page does: withdrawals and redirects."""

from dataclasses import dataclass

from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page

from rotative.content.models import Withdrawal
from rotative.content.models.addresses import address_of
from rotative.content.queries.pages import find_page, find_root
from rotative.content.queries.taxonomy import find_author, find_topic
from rotative.publishing.keys import object_key
from rotative.publishing.tracking import note, query


@query("path:{address}")
def was_withdrawn(address: str) -> bool:
    """Tell whether a page once stood at `address`, with a slash at both ends, and was taken back."""
    root = find_root()
    if root is None:
        return False
    slug = address.rstrip("/").rpartition("/")[2]
    withdrawn = Page.objects.filter(live=False, first_published_at__isnull=False, slug=slug)
    return withdrawn.filter(url_path=root.rstrip("/") + address).exists()


@query("path:{address}")
def find_withdrawal(address: str) -> Withdrawal | None:
    """Return how the article was taken down that stood at `address`, with a slash at both ends."""
    return Withdrawal.objects.filter(address=address).first()


@dataclass(frozen=True)
class Lead:
    """Where an old address leads; final when a page of the tree stands there now, and not when it was taken back."""

    target: str
    is_final: bool = False
    is_taken_back: bool = False


@query("path:{address}")
def find_redirect(address: str) -> Lead | None:
    """Return where `address`, with a slash at both ends, leads: to a page where it stands now, or elsewhere."""
    redirect = Redirect.objects.filter(old_path=Redirect.normalise_path(address)).order_by("site", "pk").first()
    if redirect is None:
        return None
    if redirect.redirect_page_id is None:
        return Lead(str(redirect.redirect_link)) if redirect.redirect_link else None
    # The root of the tree, above the front page, stands nowhere.
    target = Page.objects.filter(pk=redirect.redirect_page_id, depth__gt=1)
    row = target.values_list("content_type__model", "live", "url_path").first()
    if row is None:
        return None
    model, is_live, url_path = row
    note(object_key(model, redirect.redirect_page_id))
    return Lead(address_of(url_path), is_final=is_live, is_taken_back=not is_live)


def stands(address: str) -> bool:
    """Tell whether a page of the tree, a topic or an author stands at `address`."""
    kind, _slash, slug = address.strip("/").partition("/")
    if kind == "sujets":
        return find_topic(slug) is not None
    if kind == "auteurs":
        return find_author(slug) is not None
    return find_page(address) is not None
