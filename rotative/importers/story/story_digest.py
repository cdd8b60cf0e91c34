"""Detect duplicates: tell whether two stories are the same, whatever stands around them."""

import re
from hashlib import sha256
from html import unescape

from rotative.importers.boilerplate.lines import fold
from rotative.importers.story.stories import FactBox, Quotation, Story, Text

_TAG = re.compile(r"<[^>]*>")


def story_digest(story: Story) -> str:
    """Return a digest of the headline and the words of a story; nothing for one without words."""
    words = [block.html for block in story.blocks if isinstance(block, Text | FactBox)]
    words += [block.text for block in story.blocks if isinstance(block, Quotation)]
    said = fold(unescape(_TAG.sub(" ", " ".join(words))))
    if not said:
        return ""
    return sha256(f"{fold(story.headline)}\n{said}".encode("utf-8", "backslashreplace")).hexdigest()
