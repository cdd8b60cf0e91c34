"""Addresses, and redirects from the old ones: whoever asks is led to where the page stands now, for ever.

The redirects are written in the transaction of the change. Wagtail's own come after it, page by page
(WAGTAILREDIRECTS_AUTO_CREATE is off).
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import models
from django.db.models.signals import pre_delete, pre_save
from django.dispatch import receiver
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page, RevisionMixin

from rotative.publishing.invalidation import invalidate_all
from rotative.publishing.keys import object_key, path_key
from rotative.publishing.writing import writing

BATCH = 500


def address_of(url_path: str) -> str:
    """Turn Wagtail's url_path (`/home-slug/a/b/`) into the path readers use (`/a/b/`)."""
    return "/" + url_path.split("/", 2)[2]


# --- pages of the tree


@contextmanager
def following_address(page: Page) -> Iterator[None]:
    """Lead from the old addresses of a page, and of those below it, to the new ones when they differ after the block.

    Everything below a page moves with it by one UPDATE, of which no signal tells.
    """
    before = stored_url_path(page)
    yield
    follow_address(page, before)


def stored_url_path(page: Page) -> str:
    """Return the url_path of a page as the database has it now; nothing for a new page."""
    found = Page.objects.filter(pk=page.pk).values_list("url_path", flat=True).first() if page.pk else None
    return str(found or "")


def follow_address(page: Page, before: str) -> None:
    """Write what follows when the url_path of `page` was `before` and is another one now."""
    after = stored_url_path(page)
    if not before or not after or address_of(before) == address_of(after):
        return
    place = Page.objects.values_list("path", flat=True).get(pk=page.pk)
    rows = Page.objects.filter(path__startswith=place).values_list(
        "pk", "content_type__model", "live", "first_published_at", "url_path"
    )
    touched: set[str] = set()
    moved = []
    for pk, model, is_live, first_published_at, url_path in rows.iterator():
        # The move of descendants is written after this, or was before: take the part below the page, which stays.
        below = url_path.removeprefix(after).removeprefix(before)
        old, new = address_of(before + below), address_of(after + below)
        if is_live or first_published_at:
            touched.update((path_key(old), path_key(new)))
        if is_live:
            touched.add(object_key(model, pk))
            moved.append((old, pk))
    lead_on(moved)
    invalidate_all(touched, cause=f"move {page.pk}")


def lead_on(moved: Iterable[tuple[str, int]]) -> None:
    """Redirect each old address to the page with that key, wherever it stands by then."""
    _write([Redirect(old_path=old, redirect_page_id=pk) for old, pk in moved])


def _write(redirects: Sequence[Redirect]) -> None:
    """Write redirects in the place of those that nobody made; an address that one made by hand holds is left to it.

    With two rows for one address, the one that was made by hand could no longer be edited.
    """
    for redirect in redirects:
        redirect.old_path, redirect.automatically_created = Redirect.normalise_path(redirect.old_path), True
    for start in range(0, len(redirects), BATCH):
        batch = redirects[start : start + BATCH]
        there = Redirect.objects.filter(old_path__in=[redirect.old_path for redirect in batch])
        there.filter(automatically_created=True)._raw_delete(there.db)
        by_hand = set(there.values_list("old_path", flat=True))
        Redirect.objects.bulk_create([redirect for redirect in batch if redirect.old_path not in by_hand])
        _touch(by_hand)  # which show now


# --- what has an address of its own outside the tree


class KeepsOldAddresses(RevisionMixin):
    """Something whose address is made of its slug; a new slug leaves a redirect."""

    class Meta:
        abstract = True

    slug: "models.SlugField[str, str]"
    not_in_bulk = frozenset({"slug"})
    address_root = "/"  # the path below which they all stand

    @property
    def address(self) -> str:
        return f"{self.address_root}{self.slug}/"

    @writing()
    def save(self, *args: Any, **kwargs: Any) -> None:
        before = type(self)._default_manager.filter(pk=self.pk).first() if self.pk else None
        super().save(*args, **kwargs)
        if before is not None and before.address != self.address:
            here = Redirect.objects.filter(old_path=Redirect.normalise_path(self.address))
            here.filter(automatically_created=True).delete()
            _write([Redirect(old_path=before.address, redirect_link=self.address)])

    @writing()
    def save_revision(self, *args: Any, **kwargs: Any) -> Any:
        return super().save_revision(*args, **kwargs)


# --- redirects made by hand


class RedirectQuerySet(models.QuerySet[Redirect]):
    """Redirects in bulk, each followed as one that is saved alone."""

    def update(self, **values: Any) -> int:
        with writing():
            keys = list(self.values_list("pk", flat=True))
            before = list(self.values_list("old_path", flat=True))
            changed = super().update(**values)
            _touch(before + list(Redirect.objects.filter(pk__in=keys).values_list("old_path", flat=True)))
        return changed

    def bulk_update(self, objs: Iterable[Redirect], fields: Iterable[str], batch_size: int | None = None) -> int:
        with writing():  # each batch is an `update`
            return super().bulk_update(objs, fields, batch_size)

    def delete(self) -> tuple[int, dict[str, int]]:
        with writing():
            return super().delete()

    def bulk_create(self, objs: Iterable[Redirect], *args: Any, **kwargs: Any) -> list[Redirect]:
        with writing():
            made = super().bulk_create(objs, *args, **kwargs)
            _touch(redirect.old_path for redirect in made)
        return made


# The model is Wagtail's, and so is its code that calls this manager: it takes the place of the one that is there.
Redirect._meta.local_managers.clear()
RedirectQuerySet.as_manager().contribute_to_class(Redirect, "objects")


def _touch(old_paths: Iterable[str]) -> None:
    """Invalidate what stands at addresses that begin or cease to lead elsewhere."""
    keys = (path_key(path if path.endswith("/") else path + "/") for path in old_paths if path)
    invalidate_all(keys, cause="redirects")


@receiver(pre_save, sender=Redirect)
@receiver(pre_delete, sender=Redirect)
def follow_redirect(instance: Redirect, **_kwargs: Any) -> None:
    """Render again what stands at an address that begins or ceases to lead elsewhere.

    Raises TransactionManagementError outside a transaction, before anything is written.
    """
    _touch({instance.old_path, *Redirect.objects.filter(pk=instance.pk).values_list("old_path", flat=True)})
