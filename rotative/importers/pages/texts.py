"""The text of a story without its mark-up, for comparing and measuring."""

import re
from html import unescape
from typing import Final

from rotative.importers.story.stories import Block, FactBox, Quotation, Table, Text

_END: Final = re.compile(r"</(?:p|h2|h3|li)>|<br ?/?>")
_TAG: Final = re.compile(r"<[^>]*>")


def text_of_block(block: Block) -> str:
    """Return the words of a block, a paragraph a line; without captions and embeds."""
    match block:
        case Text(html):
            return text_of(html)
        case Quotation(text, attribution):
            return "\n".join(filter(None, (text, attribution)))
        case FactBox(title, html):
            return f"{title}\n{text_of(html)}"
        case Table(rows):
            return "\n".join("\t".join(map(text_of, row)) for row in rows)
    return ""


def text_of(html: str) -> str:
    """Return the text of clean HTML, a paragraph a line."""
    lines = unescape(_TAG.sub("", _END.sub("\n", html))).split("\n")
    return "\n".join(line.strip() for line in lines if line.strip())
