"""The newsroom's screens for imports: the list, an account book, what categories become, and what one may do."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Final

from django.core.paginator import Paginator
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from wagtail.admin import messages

from rotative.importers.account_book import entries, spreadsheet
from rotative.importers.models import CategoryTarget, ImportJob
from rotative.importers.newsroom import actions, category_form, job_cards

CATEGORIES: Final = 100  # on one page: a form has at most a thousand fields

show_or_take = require_http_methods(["GET", "HEAD", "POST"])


# --- what is seen


@require_safe
def imports(request: HttpRequest, template: str = "imports") -> HttpResponse:
    """List the imports: the whole screen, or the list alone for the script that keeps it fresh."""
    page, cards = job_cards.page_of_jobs(request.GET.get("p", ""))
    context = {"page": page, "cards": cards, "is_moving": any(card.is_moving for card in cards)}
    return render(request, f"importers/{template}.html", context)


@require_safe
def account_book(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one import: how far it is, what became of it, and its lines."""
    job = get_object_or_404(ImportJob, pk=pk)
    choice = job_cards.Choice(request.GET)
    page, lines = job_cards.page_of_lines(job, choice, request.GET.get("p", ""))
    context = {
        **_progress(job),
        "choice": choice,
        "page": page,
        "entries": lines,
        "has_categories": job_cards.has_categories(job),
    }
    return render(request, "importers/account_book.html", context)


@require_safe
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """Give what changes by itself of one import, for the script that keeps it fresh."""
    job = get_object_or_404(ImportJob, pk=pk)
    return render(request, "importers/progress.html", _progress(job))


def _progress(job: ImportJob) -> dict[str, Any]:
    card = job_cards.cards_of([job])[0]
    return {
        "job": job,
        "card": card,
        "summary": entries.summary_of(job),
        "is_moving": card.is_moving,
        "may_stop": actions.may_stop(job),
        "may_go_on": actions.may_go_on(job),
        "may_undo": actions.may_undo(job),
    }


@require_safe
def account_csv(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Give the account book as CSV, line by line."""
    job = get_object_or_404(ImportJob, pk=pk)
    return StreamingHttpResponse(
        _csv_of(job, translation.get_language() or ""),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="import-{job.pk}.csv"'},
    )


def _csv_of(job: ImportJob, language: str) -> Iterator[str]:
    # It is written when the view is over, and the person's language with it.
    with translation.override(language):
        yield "\ufeff"  # tells spreadsheets that it is UTF-8
        yield from spreadsheet.csv_lines(job)


# --- what categories become


@show_or_take
def categories(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what each category of the old site becomes, and keep what an editor chooses."""
    job = get_object_or_404(ImportJob, pk=pk)
    targets = CategoryTarget.objects.filter(site=job.site) if job.site else CategoryTarget.objects.none()
    page = Paginator(targets, CATEGORIES).get_page(request.GET.get("p", ""))
    data = request.POST if request.method == "POST" else None
    forms = [category_form.TargetForm(row, data) for row in page.object_list]
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


View = Callable[[HttpRequest, int], HttpResponse]


def button(model: type[Model], screen: str, act: Callable[[Any, Any], bool], done: Any, refused: Any = "") -> View:
    """Make the view of a button: it acts on a row, says what became of it, and leads back to the row's screen."""

    @require_POST
    def view(request: HttpRequest, pk: int) -> HttpResponse:
        if act(get_object_or_404(model, pk=pk), request.user):
            messages.success(request, str(done))
        elif refused:
            messages.warning(request, str(refused))
        return redirect(f"importers:{screen}", pk)

    return view


_job_button = partial(button, ImportJob, "account_book")
stop = _job_button(
    actions.stop, gettext_lazy("It stops behind what it is writing."), gettext_lazy("It is not running.")
)
go_on = _job_button(
    actions.go_on,
    gettext_lazy("It goes on in a moment, in the background. You may leave this screen."),
    gettext_lazy("It is running already, or has ended."),
)
_take_back = _job_button(
    actions.undo,
    gettext_lazy("It is taken back in the background. You may leave this screen."),
    gettext_lazy("It is running, or was taken back. Stop it first."),
)


@show_or_take
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what an undo would do; POST lets the worker do it."""
    if request.method == "POST":
        return _take_back(request, pk)
    job = get_object_or_404(ImportJob, pk=pk)
    context = {"job": job, "forecast": actions.foresee_undo(job), "may_undo": actions.may_undo(job)}
    return render(request, "importers/undo.html", context)
