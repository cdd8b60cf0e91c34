"""The forms that readers send, read leniently: whatever was sent, its words are there to be given back."""

from dataclasses import dataclass, field
from typing import Final
from urllib.parse import parse_qsl

from django.http import HttpRequest

MOST_BYTES: Final = 1_000_000
MOST_FIELDS: Final = 40


@dataclass(frozen=True)
class Form:
    """What was sent, as it was typed; `is_cut` when it was longer than we read."""

    fields: dict[str, str] = field(default_factory=dict)
    is_cut: bool = False

    def get(self, name: str) -> str:
        return self.fields.get(name, "")


def read_form(request: HttpRequest) -> Form:
    """Read the fields of a form, whatever was sent: bytes that are no text become signs that say so."""
    try:
        length = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        length = 0
    if request.content_type == "multipart/form-data" and length <= MOST_BYTES:
        return Form({name: str(request.POST.get(name, "")) for name in request.POST})
    return parse_form(request.read(min(length, MOST_BYTES)), is_cut=length > MOST_BYTES)


def parse_form(body: bytes, *, is_cut: bool = False) -> Form:
    """Parse a form as browsers send it."""
    try:
        pairs = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:  # more fields than our forms have
        pairs = []
    return Form(dict(pairs), is_cut)
