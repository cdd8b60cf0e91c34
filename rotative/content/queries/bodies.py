"""What the blocks of a body name, pictures and their copies (renditions) among it."""

from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from django.db.models import prefetch_related_objects
from wagtail.blocks import StreamValue

from rotative.content.blocks import pictures_of_block
from rotative.content.models import MediaFile, Picture
from rotative.publishing.keys import object_key
from rotative.publishing.tracking import note, query


@query()
def prepare_body(stream: StreamValue) -> None:
    """Read all that the blocks of a body name, pictures with their copies, before a template walks through them."""
    pictures = []
    for block in stream:
        pictures += pictures_of_block(block)
        if block.block_type == "related" and (story := block.value["story"]):
            note(object_key("article", story.pk))
        elif block.block_type in ("audio", "video") and (file := block.value["file"]):
            _weigh(file)
    prefetch_related_objects(list(dict.fromkeys(pictures)), "renditions")


def _weigh(file: MediaFile) -> None:
    """Give a file of an old row its size; Wagtail would save it, which were a write inside a read."""
    if file.file_size is None:
        with suppress(OSError):  # the file is not there
            file.file_size = file.file.size


@query()
def copies_of(picture: Picture, specs: Iterable[str]) -> dict[str, Any]:
    """Return the copies of a picture by their filter; one that is missing is made."""
    note(picture.key)
    wanted = list(specs)
    # Wagtail would read each filter anew to find the copies, which takes longer than the rest of the picture.
    copies = {copy.filter_spec: copy for copy in picture.renditions.all() if not copy.focal_point_key}
    if missing := [spec for spec in wanted if spec not in copies]:
        copies |= picture.get_renditions(*missing)
    return {spec: copies[spec] for spec in wanted}


def copy_of(picture: Picture, spec: str) -> Any:
    """Return one copy of a picture."""
    return copies_of(picture, [spec])[spec]
