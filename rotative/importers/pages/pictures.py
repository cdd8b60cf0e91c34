"""The pictures of a story: the lead, captions told from credits, the same picture in two sizes."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final
from urllib.parse import urljoin

from rotative.addresses import parts_of
from rotative.importers.story.old_addresses import stem_of
from rotative.importers.story.stories import Block, Image, PictureAt, with_pictures

_CREDIT: Final = re.compile(
    r"(?:^|[\s.(\[|/–—-]+)(?P<credit>(?:©|\(c\)|cr[ée]dits?\s*(?:photos?)?\s*:|photos?\s*(?:de|by|par)?\s*:|photo\s+(?:by|par)\s|source\s*:|image\s*:"
    r"|ph\.?\s*:|copyright)\s*[^\n]{2,120}?)[)\].]?\s*$",
    re.IGNORECASE,
)
_AGENCIES = "AFP Reuters AP EPA Getty Xinhua ANSA EFE DPA Sipa Belga DR D.R".replace(".", r"\.").split()
_AGENCY: Final = re.compile(
    r"(?:^|[.\s(|/–—-]+)(?P<credit>(?:[\w'’. -]{2,40}\s?/\s?)?"
    rf"(?:{'|'.join(_AGENCIES)})(?: Images)?\.?)[)\].]?\s*$"
)
_LABEL: Final = re.compile(
    r"^(?:©|\(c\)|cr[ée]dits?\s*(?:photos?)?\s*:|photos?\s*:|source\s*:|image\s*:|ph\.?\s*:|copyright)\s*",
    re.IGNORECASE,
)
_NO_PHOTOGRAPH: Final = re.compile(
    r"(?:logo|placeholder|default|blank|spacer|avatar|gravatar|pixel|favicon)", re.IGNORECASE
)


def with_credit(picture: PictureAt) -> PictureAt:
    """Return the picture with its credit told from its caption."""
    if picture.credit or not picture.caption:
        return picture
    found = _CREDIT.search(picture.caption) or _AGENCY.search(picture.caption)
    if found is None:
        return picture
    credit = _LABEL.sub("", found["credit"]).strip(" ()[].:©")
    return replace(picture, caption=picture.caption[: found.start("credit")].strip(" -–—|/(["), credit=credit)


def credited(blocks: Sequence[Block]) -> list[Block]:
    """Return the blocks with the credits of all their pictures told from their captions."""
    return [with_pictures(block, with_credit) for block in blocks]


def take_lead(blocks: Sequence[Block], named: str, caption: str, base: str) -> tuple[PictureAt | None, list[Block]]:
    """Return the lead picture, and the blocks without it where it stands among them.

    `named` is the picture that structured data names; a picture above all text is the lead without that.
    """
    named = urljoin(base, named) if named else ""
    left = list(blocks)
    if named and (_NO_PHOTOGRAPH.search(parts_of(named).path) or not named.startswith(("http://", "https://"))):
        named = ""
    for at, block in enumerate(left[:12]):
        if isinstance(block, Image) and (
            (named and is_same(block.picture.address, named)) or (at == 0 and len(left) > 1)
        ):
            del left[at]
            return block.picture, left
    return (PictureAt(named, description=caption) if named else None), left


def is_same(one: str, other: str) -> bool:
    """Say whether two addresses are of one picture in two sizes."""
    return _stem(one) == _stem(other)


def _stem(address: str) -> str:
    return stem_of(parts_of(address).path.rpartition("/")[2]).casefold()
