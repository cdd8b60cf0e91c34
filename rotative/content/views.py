"""The newsroom's own screens: whether a change is online, and the taking down of an article."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.models import Page

from rotative.content import actions
from rotative.content.models import Article, Withdrawal
from rotative.content.models.pages import ReaderPage
from rotative.content.online import progress_of
from rotative.publishing.invalidation import invalidate
from rotative.publishing.keys import path_key
from rotative.publishing.models import StoredPage
from rotative.publishing.reports import passage

WAIT_SECONDS = 10.0
LOOK_SECONDS = 0.1
FETCH_SECONDS = 3.0


# --- is it online?


def online(request: HttpRequest, page_id: int) -> HttpResponse:
    """Say how far the last change of a page is on its way to readers; POST asks for its pages again."""
    page = _page_to_edit(request, page_id)
    since = _moment(request.GET.get("since", "")) or page.last_published_at or page.latest_revision_created_at
    here = f"{reverse('online', args=[page.pk])}?since={since.timestamp() if since else 0}"
    if request.method == "POST":
        with transaction.atomic():
            invalidate(page.key, path_key(page.address), cause="retry", urgent=True)
        return redirect(here)
    progress = progress_of(page, since or datetime.now(UTC))
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"state": progress.state, "sentence": progress.sentence})
    return render(request, "content/online.html", {"page": page, "progress": progress, "here": here})


def _page_to_edit(request: HttpRequest, page_id: int) -> ReaderPage:
    page = get_object_or_404(Page, pk=page_id).specific
    if not isinstance(page, ReaderPage) or not page.permissions_for_user(request.user).can_edit():
        raise PermissionDenied
    return page


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromtimestamp(float(text), UTC)
    except (ValueError, OverflowError, OSError):
        return None


# --- taking down


class WithdrawalForm(forms.ModelForm):  # type: ignore[type-arg] # Django does not take the argument at run time
    class Meta:
        model = Withdrawal
        fields = ["kind", "target", "notice", "reason"]
        widgets = {
            "kind": forms.RadioSelect,
            "notice": forms.Textarea({"rows": 4}),
            "reason": forms.Textarea({"rows": 2}),
        }


def take_down(request: HttpRequest, page_id: int) -> HttpResponse:
    """Ask what shall stand at the address of an article, and take it down."""
    article = _article_to_withdraw(request, page_id)
    withdrawal = Withdrawal.objects.filter(address=article.address).first() or Withdrawal(address=article.address)
    form = WithdrawalForm(request.POST or None, instance=withdrawal)
    if request.method == "POST" and form.is_valid():
        actions.take_down(article, form.save(commit=False), request.user)
        # What follows can only be seen after this request's transaction has committed.
        return redirect("taken_down", article.pk)
    return render(request, "content/take_down.html", {"article": article, "form": form})


def taken_down(request: HttpRequest, page_id: int) -> HttpResponse:
    """Wait until the article is gone everywhere, ask for its address as a reader would, and tell."""
    article = _article_to_withdraw(request, page_id)
    withdrawal = get_object_or_404(Withdrawal, address=article.address)
    began = time.monotonic()
    while not _is_stored_as_withdrawn(article, withdrawal) and time.monotonic() - began < WAIT_SECONDS:
        time.sleep(LOOK_SECONDS)
    progress = progress_of(article, withdrawal.made_at)
    checks = [check(name, server, article) for name, server in _doors()]
    return render(
        request,
        "content/taken_down.html",
        {
            "article": article,
            "progress": progress,
            "checks": checks,
            "is_gone": progress.state == "online" and all(found.is_gone for found in checks),
        },
    )


def _article_to_withdraw(request: HttpRequest, page_id: int) -> Article:
    article = get_object_or_404(Article, pk=page_id)
    tester = article.permissions_for_user(request.user)
    # An article that is withdrawn already may be taken down as well, by those who could have withdrawn it.
    if not (tester.can_unpublish() or (not article.live and tester.can_publish())):
        raise PermissionDenied
    return article


def _is_stored_as_withdrawn(article: Article, withdrawal: Withdrawal) -> bool:
    stored = StoredPage.objects.filter(path=article.address, stale_at=None, status__in=(301, 410)).exists()
    return stored and passage(article.key, article.address, withdrawal.made_at).is_online


def _doors() -> list[tuple[str, str]]:
    """Return the name and address of each server that a reader may be answered by."""
    return [(_("the site"), settings.SITE_URL), *((address, address) for address in settings.PURGE_URLS)]


@dataclass(frozen=True)
class Check:
    """What a reader finds at the address of an article that was taken down."""

    name: str
    status: str
    is_gone: bool


def check(name: str, server: str, article: Article) -> Check:
    """Ask one server for the article, as a reader would."""
    parts = urlsplit(server)
    make = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = make(parts.hostname or "", parts.port, timeout=FETCH_SECONDS)
    try:
        connection.request("GET", article.address, headers={"Host": urlsplit(settings.SITE_URL).netloc})
        response = connection.getresponse()
        body = response.read()
    except (OSError, HTTPException) as error:
        return Check(name, str(error) or type(error).__name__, is_gone=False)
    finally:
        connection.close()
    shows_headline = article.title.encode() in body
    return Check(name, str(response.status), is_gone=response.status in (301, 404, 410) and not shows_headline)
