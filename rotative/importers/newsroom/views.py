"""The newsroom's screens for imports: the list, an account book, what categories become, and what one may do."""

import csv
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from wagtail.admin import messages

from rotative.importers.account_book import spreadsheet
from rotative.importers.models import CategoryTarget, ImportJob, Outcome
from rotative.importers.newsroom import actions, category_form, job_cards
from rotative.importers.permissions import may_import

CATEGORIES: Final = 100  # on one page: a form has at most a thousand fields

View = Callable[..., HttpResponseBase]


def importers_only(*methods: str) -> Callable[[View], View]:
    """Refuse whoever may not import, and other methods."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not may_import(request.user):
                raise PermissionDenied
            if request.method not in methods:
                return HttpResponse(status=405, headers={"Allow": ", ".join(methods)})
            return view(request, *args, **kwargs)

        return guarded

    return decorate


# --- what is seen


@importers_only("GET", "HEAD")
def imports(request: HttpRequest) -> HttpResponse:
    """List the imports."""
    return render(request, "importers/imports.html", _imports(request))


@importers_only("GET", "HEAD")
def imports_progress(request: HttpRequest) -> HttpResponse:
    """Give the list alone, for the script that keeps it fresh."""
    return render(request, "importers/imports_list.html", _imports(request))


def _imports(request: HttpRequest) -> dict[str, Any]:
    page, cards = job_cards.page_of_jobs(request.GET.get("p", ""))
    return {"page": page, "cards": cards, "is_moving": any(card.is_moving for card in cards)}


@importers_only("GET", "HEAD")
def account_book(request: HttpRequest, job_pk: int) -> HttpResponse:
    """Show one import: how far it is, what became of it, and its lines."""
    job = get_object_or_404(ImportJob, pk=job_pk)
    choice = job_cards.Choice.read(request.GET)
    page, entries = job_cards.page_of_lines(job, choice, request.GET.get("p", ""))
    context = {
        **_progress(job),
        "choice": choice,
        "page": page,
        "entries": entries,
        "outcomes": Outcome.choices,
        "marks": list(job_cards.MARKS.items()),
        "has_categories": job_cards.has_categories(job),
    }
    return render(request, "importers/account_book.html", context)


@importers_only("GET", "HEAD")
def progress(request: HttpRequest, job_pk: int) -> HttpResponse:
    """Give what changes by itself of one import, for the script that keeps it fresh."""
    job = get_object_or_404(ImportJob, pk=job_pk)
    return render(request, "importers/progress.html", _progress(job))


def _progress(job: ImportJob) -> dict[str, Any]:
    card = job_cards.cards_of([job])[0]
    return {"job": job, "card": card, "summary": job_cards.summary_of(job), "is_moving": card.is_moving}


class _Echo:
    """Hands what a writer writes straight on."""

    def write(self, text: str) -> str:
        return text


@importers_only("GET", "HEAD")
def account_csv(request: HttpRequest, job_pk: int) -> HttpResponseBase:
    """Give the account book as CSV, line by line."""
    job = get_object_or_404(ImportJob, pk=job_pk)
    return StreamingHttpResponse(
        _csv_of(job, translation.get_language() or ""),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="import-{job.pk}.csv"'},
    )


def _csv_of(job: ImportJob, language: str) -> Iterator[str]:
    # It is written when the view is over, and the person's language with it.
    with translation.override(language):
        writer = csv.writer(_Echo())
        yield "\ufeff"  # tells spreadsheets that it is UTF-8
        yield str(writer.writerow(spreadsheet.header()))
        for row in spreadsheet.rows(job):
            yield str(writer.writerow(row))


# --- what categories become


@importers_only("GET", "HEAD", "POST")
def categories(request: HttpRequest, job_pk: int) -> HttpResponse:
    """Show what each category of the old site becomes, and keep what an editor chooses."""
    job = get_object_or_404(ImportJob, pk=job_pk)
    targets = CategoryTarget.objects.filter(site=job.site) if job.site else CategoryTarget.objects.none()
    page = Paginator(targets, CATEGORIES).get_page(request.GET.get("p", ""))
    forms = category_form.forms_of(page.object_list, request.POST if request.method == "POST" else None)
    wrong = [form for form in forms if form.is_bound and not form.is_valid()]
    if request.method == "POST" and not wrong:
        changed = [row for form in forms if (row := form.changed())]
        if changed:
            actions.choose_targets(job, changed, request.user)
        messages.success(request, _("Kept. It takes effect with the next run of the import."))
        return redirect(f"{request.path}?p={page.number}")
    context = {"job": job, "page": page, "forms": forms, "wrong": len(wrong)}
    return render(request, "importers/categories.html", context, status=400 if wrong else 200)


# --- what one may do


@importers_only("POST")
def stop(request: HttpRequest, job_pk: int) -> HttpResponse:
    job = get_object_or_404(ImportJob, pk=job_pk)
    if actions.stop(job, request.user):
        messages.success(request, _("It stops behind what it is writing."))
    else:
        messages.warning(request, _("It is not running."))
    return redirect("importers:account_book", job.pk)


@importers_only("POST")
def go_on(request: HttpRequest, job_pk: int) -> HttpResponse:
    job = get_object_or_404(ImportJob, pk=job_pk)
    if actions.go_on(job, request.user):
        messages.success(request, _("It goes on in a moment, in the background. You may leave this screen."))
    else:
        messages.warning(request, _("It is running already, or has ended."))
    return redirect("importers:account_book", job.pk)


@importers_only("GET", "HEAD", "POST")
def undo(request: HttpRequest, job_pk: int) -> HttpResponse:
    """Say what an undo would do; POST lets the worker do it."""
    job = get_object_or_404(ImportJob, pk=job_pk)
    if request.method != "POST":
        context = {"job": job, "forecast": actions.foresee_undo(job), "may_undo": actions.may_undo(job)}
        return render(request, "importers/undo.html", context)
    if actions.undo(job, request.user):
        messages.success(request, _("It is taken back in the background. You may leave this screen."))
    else:
        messages.warning(request, _("It is running, or was taken back. Stop it first."))
    return redirect("importers:account_book", job.pk)
