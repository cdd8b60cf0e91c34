"""Where the story of a captured page ends, and what begins there: comments, lists, forms, the site's footer."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rotative.importers.boilerplate.chrome import Kind, is_label, kind_of, kind_outside_story
from rotative.importers.boilerplate.datelines import is_dated, read_names
from rotative.importers.boilerplate.lines import Line, fold_accents, is_headline_like, is_prose, is_sentence
from rotative.importers.boilerplate.vocabulary import WORDS
from rotative.importers.captures.capture import Page
from rotative.importers.captures.features import is_signature
from rotative.importers.captures.segments import LONGEST_LIST

_INSERTS = frozenset(WORDS["inserts"])
_READER = re.compile(r".{1,60}\b(?:dit|says|a dit|a écrit)\s*:|(?:répondre|reply)", re.IGNORECASE)
_NEAR = 3  # lines below a signature where a list may begin
_NUMBERED = re.compile(r"\d{1,2}\. \S")
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
class _Place:
    """A line of a page, and how many lines of running text stand before and after it."""

    page: Page
    at: int
    before: int
    after: int

    @property
    def text(self) -> str:
        return self.page.lines[self.at].text

    @property
    def kind(self) -> Kind | None:
        return self.page.kinds[self.at]

    def below(self, most: int) -> list[str]:
        return [line.text for line in self.page.lines[self.at + 1 : self.at + 1 + most]]


def find_end(page: Page, start: int) -> int:
    """Return the index of the first line that is no longer the story's.

    Forms, comments and footers first: what readers write below them must not look like the rest of the story
    when a list of other stories is judged.
    """
    for ends in (_ends_page, _ends_story):
        page = page.until(next((place.at for place in _places(page, start) if ends(place)), len(page)))
    return len(page)


def _places(page: Page, start: int) -> Iterator[_Place]:
    """Yield each line below the first running text."""
    before, after = 0, sum(page.prose[start:])
    for at in range(start, len(page)):
        before += page.prose[at]
        after -= page.prose[at]
        if before:
            yield _Place(page, at, before, after)


def _ends_page(place: _Place) -> bool:
    """Say whether what follows was written by readers or belongs to the whole site."""
    match place.kind:
        case Kind.COMMENT_FORM | Kind.CAPTCHA:
            return True
        case None:
            is_last = place.before > 1 and place.after <= 1
            return is_last and kind_outside_story(place.text) is Kind.FOOTER
        case Kind.COMMENTS:
            # Below a headline, “2 commentaires” is a link; below a story it is their heading.
            return place.before >= 2 or place.after == 0 or _readers_follow(place)
        case Kind.FOOTER | Kind.NEIGHBOURS | Kind.ABOUT_AUTHOR:
            return place.after <= max(2, place.before)
    return False


def _ends_story(place: _Place) -> bool:
    """Say whether a list of other stories, or of words, begins here that the story does not come back from."""
    match place.kind:
        case None:
            return any(begins(place) for begins in (_begins_dated, _begins_ranking, _begins_about_author))
        case Kind.TAGS:
            return place.after == 0
        case Kind.REPEATED_HEADLINE:
            return place.before >= 2 and place.after <= place.before // 2
        case Kind.RELATED:
            return not _comes_back(place) and _begins_related(place)
    return False


def _begins_related(place: _Place) -> bool:
    """Say whether the heading of other stories stands below the story, rather than above a box within it."""
    is_insert = fold_accents(place.text).strip(' :!*"') in _INSERTS
    return place.after == 0 or (not is_insert and place.after <= 2 * place.before + 2)


def _comes_back(place: _Place) -> bool:
    """Say whether paragraphs in a row follow a heading and its few headlines: the box stood inside the story."""
    row: list[int] = []  # the lengths of paragraphs that follow one another
    for at, text in enumerate(place.below(_LONGEST_BOX - 1), place.at + 1):
        is_paragraph = place.page.prose[at] and len(text) >= _PARAGRAPH
        row = [*row, len(text)] if is_paragraph else []
        if len(row) == 3 or (len(row) == 2 and sum(row) >= _PARAGRAPHS):
            return True
    return False


def _readers_follow(place: _Place) -> bool:
    kinds = place.page.kinds[place.at + 1 : place.at + 7]
    return bool({Kind.COMMENT_FORM, Kind.CAPTCHA} & set(kinds)) or any(
        _READER.fullmatch(t[:80]) for t in place.below(6)
    )


def _begins_about_author(place: _Place) -> bool:
    """Say whether a name stands here, and below it who that is: “Awa Tossou / Awa Tossou est journaliste…”."""
    name = place.text
    if place.after > max(2, place.before // 2) or not 2 <= len(name.split()) <= 5 or len(name) > 60:
        return False
    return read_names(name) is not None and any(is_prose(text) and text.startswith(name) for text in place.below(2))


def _begins_ranking(place: _Place) -> bool:
    """Say whether a numbered list of headlines, a paragraph below each at most, stands below a signature."""
    above = place.page.lines[max(place.at - _NEAR, 0) : place.at]
    if place.before < 2 or not _is_numbered(place.text) or not any(is_signature(line.text) for line in above):
        return False
    return 0 < place.after <= 1 + sum(map(_is_numbered, place.below(len(place.page))))


def _is_numbered(text: str) -> bool:
    return _NUMBERED.match(text) is not None and not is_prose(text)


def _begins_dated(place: _Place) -> bool:
    """Say whether a name or a headline stands here with its date below, the first of three: comments, or a list."""
    if not place.after or is_prose(place.text) or not any(map(is_dated, place.below(1))):
        return False
    return sum(map(is_dated, place.below(39))) >= 3


def end_of_text(page: Page, last: int, end: int) -> int:
    """Return the index after the last line of the story: short sentences may follow its last running text."""
    is_list = page.lines[last].text.rstrip()[-1:] in {":", "："}
    for at in range(last + 1, end):
        if page.kinds[at] is not None or not (
            is_sentence(page.lines[at].text) or (is_list and at - last <= LONGEST_LIST)
        ):
            return at
    return end


def can_be_listed(text: str) -> bool:
    """Say whether a line could be a headline in a list of other stories."""
    return is_headline_like(text) and not is_label(text) and kind_of(text) is None
