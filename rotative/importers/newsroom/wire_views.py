"""The newsroom's screens for wires: the list, one of them with its drafts, its form, and what one may do."""

from functools import partial
from typing import Any, Final

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe
from wagtail.admin import messages

from rotative.importers.models import Wire
from rotative.importers.newsroom import job_cards, wire_cards
from rotative.importers.newsroom import wire_actions as actions
from rotative.importers.newsroom.views import button, show_or_take
from rotative.importers.newsroom.wire_forms import Preview, WireForm, look_at

# --- what is seen


@require_safe
def wires(request: HttpRequest, template: str = "wires") -> HttpResponse:
    """List the wires: the whole screen, or the list alone for the script that keeps it fresh."""
    cards = wire_cards.cards_of(wire_cards.wires())
    context = {"cards": cards, "is_moving": any(card.is_moving for card in cards)}
    return render(request, f"importers/{template}.html", context)


@require_safe
def wire(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one wire: how it is, its drafts, and the account books of its last days."""
    wire = _get(pk)
    days = job_cards.cards_of(wire.jobs.all()[: wire_cards.DAYS])
    drafts = wire_cards.page_of_drafts(wire, request.GET.get("p", ""))
    context = {**_progress(wire), "page": drafts, "days": days, "corrections": wire_cards.corrections_of(wire)}
    return render(request, "importers/wire.html", context)


@require_safe
def wire_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """Give what changes by itself of one wire."""
    return render(request, "importers/wire_progress.html", _progress(_get(pk)))


def _progress(wire: Wire) -> dict[str, Any]:
    card = wire_cards.cards_of([wire])[0]
    return {"wire": wire, "card": card, "is_moving": card.is_moving}


def _get(pk: int) -> Wire:
    return get_object_or_404(wire_cards.wires(), pk=pk)


# --- its form. An address is tested outside a transaction: its server may take half a minute to answer.


@show_or_take
@transaction.non_atomic_requests
def add(request: HttpRequest) -> HttpResponse:
    return _form(request, Wire())


@show_or_take
@transaction.non_atomic_requests
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    return _form(request, _get(pk))


def _form(request: HttpRequest, wire: Wire) -> HttpResponse:
    """Show the form; test the address, or keep what it says. Nothing that was typed is lost."""
    title = wire.name
    if request.method != "POST":
        return _show_form(request, WireForm(instance=wire), title)
    form = WireForm(request.POST, instance=wire)
    is_valid, address = form.is_valid(), form.cleaned_data.get("address", "")
    if "test" in request.POST:
        preview = look_at(address) if address else None
        return _show_form(request, form, title, preview)
    if is_valid and not form.is_tested and (problem := look_at(address).problem):
        form.refuse_address(problem)
    if not form.is_valid():
        return _show_form(request, form, title)
    keep = actions.change if wire.pk else actions.make
    keep(form.instance, request.user)
    messages.success(request, _("Kept. It is asked in a moment; you may leave this screen."))
    return redirect("importers:wire", form.instance.pk)


def _show_form(request: HttpRequest, form: WireForm, title: str, preview: Preview | None = None) -> HttpResponse:
    is_wrong = form.is_bound and not form.is_valid() and preview is None
    context = {"form": form, "wire": form.instance, "title": title, "preview": preview, "is_wrong": is_wrong}
    return render(request, "importers/wire_form.html", context, status=400 if is_wrong else 200)


# --- what one may do


_wire_button = partial(button, Wire, "wire")
_ASKED: Final = gettext_lazy("It is asked in a moment, in the background.")
ask_now = _wire_button(actions.ask_now, _ASKED, gettext_lazy("It is paused. Follow it again first."))
pause = _wire_button(actions.pause, gettext_lazy("It is not asked any more. What it brought stays."))
resume = _wire_button(actions.resume, _ASKED)


@show_or_take
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what stays; POST deletes the wire."""
    wire = _get(pk)
    if request.method != "POST":
        return render(request, "importers/delete_wire.html", _progress(wire))
    actions.delete(wire, request.user)
    messages.success(request, _("The wire “%(name)s” is deleted. What it brought stays.") % {"name": wire.name})
    return redirect("importers:wires")
