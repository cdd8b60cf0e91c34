"""The newsroom's screens for wires: the list, one of them with its drafts, its form, and what one may do."""

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from wagtail.admin import messages

from rotative.importers.models import Wire
from rotative.importers.newsroom import job_cards, wire_cards
from rotative.importers.newsroom.views import importers_only
from rotative.importers.newsroom.wire_forms import Preview, WireForm, look_at
from rotative.importers.wires import actions

# --- what is seen


@importers_only("GET", "HEAD")
def wires(request: HttpRequest) -> HttpResponse:
    """List the wires."""
    return render(request, "importers/wires.html", _wires())


@importers_only("GET", "HEAD")
def wires_progress(request: HttpRequest) -> HttpResponse:
    """Give the list alone, for the script that keeps it fresh."""
    return render(request, "importers/wires_list.html", _wires())


def _wires() -> dict[str, Any]:
    cards = wire_cards.cards_of(wire_cards.wires())
    return {"cards": cards, "is_moving": any(card.is_moving for card in cards)}


@importers_only("GET", "HEAD")
def wire(request: HttpRequest, wire_pk: int) -> HttpResponse:
    """Show one wire: how it is, its drafts, and the account books of its last days."""
    wire = _get(wire_pk)
    days = job_cards.cards_of(wire.jobs.all()[: wire_cards.DAYS])
    drafts = wire_cards.page_of_drafts(wire, request.GET.get("p", ""))
    context = {**_progress(wire), "page": drafts, "days": days, "corrections": wire_cards.corrections_of(wire)}
    return render(request, "importers/wire.html", context)


@importers_only("GET", "HEAD")
def wire_progress(request: HttpRequest, wire_pk: int) -> HttpResponse:
    """Give what changes by itself of one wire."""
    return render(request, "importers/wire_progress.html", _progress(_get(wire_pk)))


def _progress(wire: Wire) -> dict[str, Any]:
    card = wire_cards.cards_of([wire])[0]
    return {"wire": wire, "card": card, "is_moving": card.is_moving}


def _get(wire_pk: int) -> Wire:
    return get_object_or_404(wire_cards.wires(), pk=wire_pk)


# --- its form. An address is tested outside a transaction: its server may take half a minute to answer.


@importers_only("GET", "HEAD", "POST")
@transaction.non_atomic_requests
def add(request: HttpRequest) -> HttpResponse:
    return _form(request, Wire())


@importers_only("GET", "HEAD", "POST")
@transaction.non_atomic_requests
def edit(request: HttpRequest, wire_pk: int) -> HttpResponse:
    return _form(request, _get(wire_pk))


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
    form.describe_fields()
    context = {"form": form, "wire": form.instance, "title": title, "preview": preview, "is_wrong": is_wrong}
    return render(request, "importers/wire_form.html", context, status=400 if is_wrong else 200)


# --- what one may do


@importers_only("POST")
def ask_now(request: HttpRequest, wire_pk: int) -> HttpResponse:
    wire = _get(wire_pk)
    if actions.ask_now(wire, request.user):
        messages.success(request, _("It is asked in a moment, in the background."))
    else:
        messages.warning(request, _("It is paused. Follow it again first."))
    return redirect("importers:wire", wire.pk)


@importers_only("POST")
def pause(request: HttpRequest, wire_pk: int) -> HttpResponse:
    wire = _get(wire_pk)
    if actions.pause(wire, request.user):
        messages.success(request, _("It is not asked any more. What it brought stays."))
    return redirect("importers:wire", wire.pk)


@importers_only("POST")
def resume(request: HttpRequest, wire_pk: int) -> HttpResponse:
    wire = _get(wire_pk)
    if actions.resume(wire, request.user):
        messages.success(request, _("It is asked in a moment, in the background."))
    return redirect("importers:wire", wire.pk)


@importers_only("GET", "HEAD", "POST")
def delete(request: HttpRequest, wire_pk: int) -> HttpResponse:
    """Say what stays; POST deletes the wire."""
    wire = _get(wire_pk)
    if request.method != "POST":
        return render(request, "importers/delete_wire.html", _progress(wire))
    actions.delete(wire, request.user)
    messages.success(request, _("The wire “%(name)s” is deleted. What it brought stays.") % {"name": wire.name})
    return redirect("importers:wires")
