"""Where the story of a captured page ends, and what begins there: comments, lists, forms, the site's footer."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rotative.importers.boilerplate.chrome import Kind, is_label, kind_of, kind_outside_story
from rotative.importers.boilerplate.datelines import is_dated, read_names
from rotative.importers.boilerplate.lines import Line, fold_accents, is_headline_like, is_prose, is_sentence
from rotative.importers.captures.features import is_signature
from rotative.importers.captures.segments import LONGEST_LIST

_INSERTS = frozenset(  # headings that interrupt a story as often as they end it
    {
        *("a lire", "a lire aussi", "lire aussi", "a voir aussi", "voir aussi", "lire egalement", "a lire egalement"),
        *(
            "sur le meme sujet",
            "sur le meme theme",
            "pour aller plus loin",
            "read also",
            "read more",
            "see also",
            "also read",
            "read next",
        ),
    }
)
_READER = re.compile(r".{1,60}\b(?:dit|says|a dit|a écrit)\s*:|(?:répondre|reply)", re.IGNORECASE)
_TEASER_ENDS = ("…", "...", "lire la suite", "read more")


_REPLIES = frozenset({"repondre", "reply", "repondre a ce message", "signaler un abus", "antworten", "responder"})
_REMARK_HEAD = re.compile(
    r"\d{1,4}\s?[.)°-]\s*\S.{1,100}|.{1,60}\b(?:dit|says|said|wrote|a dit|a ecrit|sagt)\s?:?|le .{5,60}, par .{1,60}"
)
_NEAR = 3  # lines below a signature where a list may begin
_NUMBERED = re.compile(r"\d{1,2}\. \S")
_ENTRIES = re.compile(r"(?:HP){3,}H?|(?:HPD|HDP?){2,}H?|(?:DHP?){2,}")
_LONGEST_EXCERPT = 320
_LONGEST_BOX = 12  # lines, with the first paragraphs below it
_PARAGRAPH = 140  # letters
_PARAGRAPHS = 500  # letters of two that no list of excerpts holds in a row

_GALLERY = 3  # sentences that stand twice in a row; fewer may be a refrain


def twins(lines: Sequence[Line]) -> list[Kind | None]:
    """Tell the lines that stand twice in a row: what a picture shows, for those who see it and those who do not."""
    keys = [_letters(line.text) if 25 <= len(line.text) <= 400 else "" for line in lines]
    pairs = [at for at, (one, other) in enumerate(pairwise(keys)) if one and other.startswith(one)]
    sentences = {keys[at] for at in pairs if is_prose(lines[at].text)}
    kinds: list[Kind | None] = [None] * len(lines)
    for at in pairs:
        if keys[at] in sentences and len(sentences) < _GALLERY:
            continue
        kinds[at] = Kind.PICTURE
        if keys[at] == keys[at + 1]:
            kinds[at + 1] = Kind.PICTURE
    return kinds


def _letters(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())


@dataclass(frozen=True)
class _Amount:
    """How much running text stands before and after one line; `stories` is what follows without teasers of lists."""

    before: int
    after: int
    stories: int


def find_end(lines: Sequence[Line], kinds: Sequence[Kind | None], prose: Sequence[bool], start: int) -> int:
    """Return the index of the first line that is no longer the story's.

    Forms, comments and footers first: what readers write below them must not look like the rest of the story
    when a list of other stories is judged.
    """
    for ends in (_ends_page, _ends_story):
        end = next(
            (at for at, amount in _amounts(lines, prose, start) if amount.before and ends(lines, kinds, at, amount)),
            len(lines),
        )
        lines, kinds, prose = lines[:end], kinds[:end], prose[:end]
    return len(lines)


def _amounts(lines: Sequence[Line], prose: Sequence[bool], start: int) -> Iterator[tuple[int, _Amount]]:
    """Yield each index with how much running text stands before and after it."""
    teasers = [is_one and _is_teaser(line.text) for is_one, line in zip(prose, lines, strict=True)]
    before, after, teased = 0, sum(prose[start:]), sum(teasers[start:])
    for at in range(start, len(lines)):
        before += prose[at]
        after -= prose[at]
        teased -= teasers[at]
        yield at, _Amount(before, after, after - teased)


def _is_teaser(text: str) -> bool:
    return text[-40:].casefold().rstrip(' ]»"').endswith(_TEASER_ENDS)


def _ends_page(lines: Sequence[Line], kinds: Sequence[Kind | None], at: int, amount: _Amount) -> bool:
    """Say whether what follows was written by readers or belongs to the whole site."""
    kind = kinds[at]
    if kind in {Kind.COMMENT_FORM, Kind.CAPTCHA}:
        return True
    if kind is None:
        return _begins_remarks(lines, at) or (
            amount.before > 1 and amount.after <= 1 and kind_outside_story(lines[at].text) is Kind.FOOTER
        )
    if kind is Kind.COMMENTS:
        # Below a headline, “2 commentaires” is a link; below a story it is their heading.
        return amount.before >= 2 or amount.after == 0 or _readers_follow(lines, kinds, at)
    return kind in {Kind.FOOTER, Kind.NEIGHBOURS, Kind.ABOUT_AUTHOR} and amount.after <= max(2, amount.before)


def _ends_story(lines: Sequence[Line], kinds: Sequence[Kind | None], at: int, amount: _Amount) -> bool:
    """Say whether a list of other stories, or of words, begins here that the story does not come back from."""
    kind = kinds[at]
    if kind is None:
        is_list = _begins_pairs(lines, kinds, at) or (amount.after > 0 and _begins_dated_list(lines, at))
        is_ranking = amount.before > 1 and _begins_ranking(lines, at, amount.after)
        return is_list or is_ranking or (amount.after <= max(2, amount.before // 2) and _begins_about_author(lines, at))
    if kind is Kind.TAGS:
        return amount.after == 0
    if kind is Kind.REPEATED_HEADLINE:
        return amount.before >= 2 and amount.after <= amount.before // 2
    if kind is not Kind.RELATED:
        return False
    is_insert = fold_accents(lines[at].text).strip(' :!*"') in _INSERTS
    if _comes_back(lines, kinds, at):
        return False
    if is_insert and (amount.stories == 0 or _lists_others(lines, kinds, at, amount)):
        return True
    return amount.after == 0 or (not is_insert and amount.stories <= 2 * amount.before + 2)


def _comes_back(lines: Sequence[Line], kinds: Sequence[Kind | None], at: int) -> bool:
    """Say whether paragraphs in a row follow a heading and its few headlines: the box stood inside the story."""
    row: list[int] = []  # the lengths of paragraphs that follow one another
    for i in range(at + 1, min(at + _LONGEST_BOX, len(lines))):
        text = lines[i].text
        is_paragraph = kinds[i] is None and is_prose(text) and not _is_teaser(text) and len(text) >= _PARAGRAPH
        row = [*row, len(text)] if is_paragraph else []
        if len(row) == 3 or (len(row) == 2 and sum(row) >= _PARAGRAPHS):
            return True
    return False


def _lists_others(lines: Sequence[Line], kinds: Sequence[Kind | None], at: int, amount: _Amount) -> bool:
    """Say whether headlines with the beginnings or the dates of their stories follow, two or more, and little else."""
    below = [i for i in range(at + 1, len(lines)) if kinds[i] is None][:12]
    texts = [lines[i].text for i in below]
    shape = "".join("D" if is_dated(text) else "P" if is_prose(text) or is_sentence(text) else "H" for text in texts)
    found = _ENTRIES.match(shape)
    if found is None or any(len(text) > _LONGEST_EXCERPT for text in texts[: found.end()]):
        return False
    return found.group().count("D") >= 2 or (found.end() >= len(shape) - 2 and amount.after <= max(3, amount.before))


def _begins_remarks(lines: Sequence[Line], at: int) -> bool:
    """Say whether a reader's name or number stands here, and below what readers say, each with a way to reply."""
    if not _heads_remark(lines[at].text):
        return False
    replies = [i for i in range(at + 1, min(at + 60, len(lines))) if _is_reply(lines[i].text)]
    if len(replies) < 2 or replies[0] - at > 12:
        return False
    return not any(_heads_remark(line.text) for line in lines[at + 2 : replies[0]])


def _heads_remark(text: str) -> bool:
    if len(text) > 120 or is_prose(text):
        return False
    return is_dated(text) or _REMARK_HEAD.fullmatch(fold_accents(text)) is not None


def _is_reply(text: str) -> bool:
    return len(text) <= 30 and fold_accents(text).strip(" ↓→·|") in _REPLIES


def _readers_follow(lines: Sequence[Line], kinds: Sequence[Kind | None], at: int) -> bool:
    near = range(at + 1, min(at + 7, len(lines)))
    return any(kinds[i] in {Kind.COMMENT_FORM, Kind.CAPTCHA} or _READER.fullmatch(lines[i].text[:80]) for i in near)


def _begins_pairs(lines: Sequence[Line], kinds: Sequence[Kind | None], at: int) -> bool:
    """Say whether a list of (country, headline) begins here: two pairs in a row."""
    if not is_label(lines[at].text):
        return False
    following = [i for i in range(at, min(at + 10, len(lines))) if kinds[i] is None][:4]
    if len(following) < 4:
        return False
    texts = [lines[i].text for i in following]
    headlines = (texts[1], texts[3])
    return is_label(texts[2]) and all(can_be_listed(text) and not is_prose(text) for text in headlines)


def end_of_text(lines: Sequence[Line], kinds: Sequence[Kind | None], last: int, end: int) -> int:
    """Return the index after the last line of the story: short sentences may follow its last running text."""
    at = last + 1
    is_list = lines[last].text.rstrip()[-1:] in {":", "："}
    while at < end and kinds[at] is None and (is_sentence(lines[at].text) or (is_list and at - last <= LONGEST_LIST)):
        at += 1
    return at


def _begins_about_author(lines: Sequence[Line], at: int) -> bool:
    """Say whether a name stands here, and below it who that is: “Awa Tossou / Awa Tossou est journaliste…”."""
    name = lines[at].text
    if not 2 <= len(name.split()) <= 5 or len(name) > 60 or at + 1 >= len(lines):
        return False
    return read_names(name) is not None and any(
        is_prose(line.text) and line.text.startswith(name) for line in lines[at + 1 : at + 3]
    )


def _begins_ranking(lines: Sequence[Line], at: int, paragraphs: int) -> bool:
    """Say whether a numbered list of headlines, a paragraph below each at most, stands below a signature."""
    if not _is_numbered(lines[at].text) or not any(is_signature(line.text) for line in lines[at - _NEAR : at]):
        return False
    return 0 < paragraphs <= sum(_is_numbered(line.text) for line in lines[at:])


def _is_numbered(text: str) -> bool:
    return _NUMBERED.match(text) is not None and not is_prose(text)


def _begins_dated_list(lines: Sequence[Line], at: int) -> bool:
    """Say whether a name or a headline stands here with its date below, the first of three: comments, or a list."""
    if is_prose(lines[at].text) or at + 1 >= len(lines) or not is_dated(lines[at + 1].text):
        return False
    return sum(is_dated(line.text) for line in lines[at + 1 : at + 40]) >= 3


def can_be_listed(text: str) -> bool:
    """Say whether a line could be a headline in a list of other stories."""
    return is_headline_like(text) and not is_label(text) and kind_of(text) is None
