"""Tables of a body: those that hold data become blocks; of those that only arrange a page, what stands in them."""

from itertools import chain
from typing import Final

from selectolax.lexbor import LexborNode

from rotative.importers.story.stories import Doubt, Image, Table, Text
from rotative.importers.story.walk import Elements, Walk, children_of, line_of

MOST_CELLS: Final = 5000
_NO_CELL: Final = "table, ul, ol, p + p, h1, h2, h3, h4, iframe, video, form"  # a table that holds them is a frame

Rows = list[list[LexborNode]]


def read_table(walk: Walk, node: LexborNode) -> None:
    rows = _rows_of(node)
    caption = next((child for child in children_of(node) if child.tag == "caption"), None)
    if any(cell.css_first(_NO_CELL) for row in rows for cell in row):
        return _unframe(walk, rows, caption)
    cells = [[walk.within([cell]) for cell in row] for row in rows]
    shown = [block for cell in chain(*cells) for block in cell if not isinstance(block, Text)]
    texts = [tuple(line_of("".join(b.html for b in cell if isinstance(b, Text))) for cell in row) for row in cells]
    filled = [row for row in texts if any(row)]
    width = max(map(len, filled), default=0)
    if width < 2 or not all(isinstance(block, Image) and not block.picture.caption for block in shown):
        return _unframe(walk, rows, caption)
    if width * len(filled) > MOST_CELLS:
        walk.body.doubts.append((Doubt.TOO_LONG, "table"))
    even = tuple(row + ("",) * (width - len(row)) for row in filled[: max(MOST_CELLS // width, 1)])
    has_head = bool(node.css_first("thead") or all(cell.tag == "th" for cell in rows[0]))
    for block in (Table(even, has_head, walk.plain(caption)), *shown):
        walk.add(block)
    return None


def _unframe(walk: Walk, rows: Rows, caption: LexborNode | None) -> None:
    """Take what stands in a table that only arranges it."""
    for part in [caption, *chain(*rows)]:
        if part is not None:
            walk.apart(part)


def _rows_of(table: LexborNode) -> Rows:
    """Return the cells of each row of a table, not those of tables within it."""
    parts = [part for part in children_of(table) if part.tag in {"thead", "tbody", "tfoot", "tr"}]
    rows = [row for part in parts for row in ([part] if part.tag == "tr" else children_of(part)) if row.tag == "tr"]
    return [[cell for cell in children_of(row) if cell.tag in {"td", "th"}] for row in rows]


ELEMENTS: Final[Elements] = {"table": read_table}
