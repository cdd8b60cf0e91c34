"""The text of a story without its mark-up, for comparing and measuring."""

import re
from html import unescape

from rotative.importers.story.stories import Block, FactBox, Quotation, Story, Table, Text

_END = re.compile(r"</(?:p|h2|h3|li)>|<br ?/?>")
_TAG = re.compile(r"<[^>]*>")


def plain_text(story: Story) -> str:
    """Return standfirst and running text, a paragraph a line; without captions and embeds."""
    parts = [story.standfirst, *(text_of_block(block) for block in story.blocks)]
    return "\n".join(part for part in parts if part)


def text_of_block(block: Block) -> str:
    if isinstance(block, Text):
        return text_of(block.html)
    if isinstance(block, Quotation):
        return "\n".join(part for part in (block.text, block.attribution) if part)
    if isinstance(block, FactBox):
        return f"{block.title}\n{text_of(block.html)}"
    if isinstance(block, Table):
        return "\n".join("\t".join(text_of(cell) for cell in row) for row in block.rows)
    return ""


def text_of(html: str) -> str:
    """Return the text of clean HTML, a paragraph a line."""
    lines = unescape(_TAG.sub("", _END.sub("\n", html))).split("\n")
    return "\n".join(line.strip() for line in lines if line.strip())
