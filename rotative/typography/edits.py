"""Edits: small replacements in a text, and what they do to the places where tags stand."""

from bisect import bisect_right

# (start, end, replacement): `start < end`, sorted, never overlapping. A space is added by replacing the sign it
# belongs to ("!" becomes " !"), so that it always falls on that sign's side of a tag.
Edit = tuple[int, int, str]


def apply(text: str, edits: list[Edit], cuts: list[int]) -> str:
    """Return `text` with `edits` applied, and move `cuts` (offsets, sorted) in place to follow it."""
    if not edits:
        return text
    parts: list[str] = []
    at = 0
    for start, end, replacement in edits:
        parts.append(text[at:start])
        parts.append(replacement)
        at = end
    parts.append(text[at:])
    if cuts:
        _move(cuts, edits)
    return "".join(parts)


def holds_a_cut(cuts: list[int], start: int, end: int) -> bool:
    """Tell whether a tag stands strictly inside a stretch of text."""
    index = bisect_right(cuts, start)
    return index < len(cuts) and cuts[index] < end


def uncut(edits: list[Edit], cuts: list[int]) -> list[Edit]:
    """Return the edits without those that would carry a character over a tag."""
    return [edit for edit in edits if not holds_a_cut(cuts, edit[0], edit[1])] if cuts else edits


def _move(cuts: list[int], edits: list[Edit]) -> None:
    shift = 0
    upcoming = 0
    for index, cut in enumerate(cuts):
        while upcoming < len(edits) and edits[upcoming][1] <= cut:
            start, end, replacement = edits[upcoming]
            shift += len(replacement) - (end - start)
            upcoming += 1
        is_inside = upcoming < len(edits) and edits[upcoming][0] < cut
        if is_inside:
            start, _, replacement = edits[upcoming]
            cuts[index] = start + shift + len(replacement)
        else:
            cuts[index] = cut + shift
