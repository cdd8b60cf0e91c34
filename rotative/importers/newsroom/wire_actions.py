"""What an editor may do with a wire. It is asked by the worker alone: here the row says when."""

from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from rotative.importers.models import Wire
from rotative.importers.newsroom.actions import noted

MAKE: Final = "importers.make_wire"
CHANGE: Final = "importers.change_wire"
ASK: Final = "importers.ask_wire"
PAUSE: Final = "importers.pause_wire"
RESUME: Final = "importers.resume_wire"
DELETE: Final = "importers.delete_wire"

EDITED: Final = ("name", "address", "section", "credit", "makes_drafts", "every_minutes")
LONGEST_SITE: Final = 255


@transaction.atomic
def make(wire: Wire, user: Any) -> None:
    """Follow a new wire."""
    wire.site = wire.address[:LONGEST_SITE]
    wire.save()
    log(instance=wire, action=MAKE, user=user)


@transaction.atomic
def change(wire: Wire, user: Any) -> None:
    """Keep what an editor changed of a wire, which is asked at once. Raises DatabaseError when it is gone.

    An answer that is on its way is not noted. The rest of the row is the worker's, which may have written it since.
    """
    fields = {"failures", "problem", "next_ask_at", "claimed_until", *EDITED}
    wire.failures, wire.problem, wire.next_ask_at, wire.claimed_until = 0, "", timezone.now(), None
    if not Wire.objects.filter(pk=wire.pk, address=wire.address).exists():
        wire.etag = wire.modified = ""
        fields |= {"etag", "modified"}
    wire.save(update_fields=fields)
    log(instance=wire, action=CHANGE, user=user)


@transaction.atomic
def ask_now(wire: Wire, user: Any) -> bool:
    """Let the worker ask a wire at once; tell whether it is followed."""
    asked = Wire.objects.filter(pk=wire.pk, is_on=True).update(next_ask_at=timezone.now())
    return noted(wire, ASK, user, asked)


@transaction.atomic
def pause(wire: Wire, user: Any) -> bool:
    """Ask a wire no more; tell whether it was followed."""
    return noted(wire, PAUSE, user, Wire.objects.filter(pk=wire.pk, is_on=True).update(is_on=False))


@transaction.atomic
def resume(wire: Wire, user: Any) -> bool:
    """Follow a wire again, whatever was wrong with it; tell whether it was paused."""
    fresh = {"is_on": True, "failures": 0, "problem": "", "next_ask_at": timezone.now()}
    return noted(wire, RESUME, user, Wire.objects.filter(pk=wire.pk, is_on=False).update(**fresh))


@transaction.atomic
def delete(wire: Wire, user: Any) -> None:
    """Follow a wire no more. What it brought stays, and so do the account books."""
    log(instance=wire, action=DELETE, user=user)
    wire.delete()
