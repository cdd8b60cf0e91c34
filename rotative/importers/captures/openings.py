"""Where a story may begin below sentences that are not its own: a note on cookies, a box that sells a newsletter.

The paragraphs of one story have words in common, in whatever language; the sentences of a template have none with it.
"""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from rotative.importers.boilerplate.lines import fold_accents, is_prose, parts_words
from rotative.importers.captures.segments import Segment

PARAGRAPHS = 24  # lines in which a story's words are looked for
_LETTERS = 6000
_SHARE = 0.25  # of a page's running text may stand above its headline
_LONGEST = 900  # letters
_MOST = 5  # paragraphs
_ALIKE = 0.26  # of their words
_WORD = re.compile(r"\w{4,}")


def find_openings(top: Sequence[str], prose: Sequence[bool], segment: Segment) -> list[int]:
    """Return the lines that the story may begin at: the first running text, and what follows others' few sentences."""
    running = [at for at in range(segment.first, segment.last + 1) if prose[at]]
    openings = running[:1]
    most = min(_SHARE * sum(len(top[at]) for at in running), _LONGEST)
    above = 0
    for before, at in pairwise(running[: _MOST + 1]):
        above += len(top[before])
        if above > most:
            break
        if at - before > 2 and _is_of_others(top[segment.first : before + 1], top[at : at + PARAGRAPHS]):
            openings.append(at)
    return openings


def _is_of_others(above: Sequence[str], story: Sequence[str]) -> bool:
    """Say whether running text has next to no word in common with the story below it."""
    words, told = words_in(text for text in above if is_prose(text)), words_in(story)
    return len(words & told) < _ALIKE * len(words)


def words_in(texts: Iterable[str]) -> frozenset[str]:
    """Return the words of several lines, so many as tell what a story is about."""
    return frozenset(words_of(" ".join(texts)[:_LETTERS]))


def words_of(text: str) -> list[str]:
    """Return the words that tell stories apart: long ones, cut short so that endings do not matter.

    A script that does not part words gives its pairs of letters.
    """
    folded = fold_accents(text)
    if not parts_words(text):
        return ["".join(pair) for pair in pairwise(letter for letter in folded if letter.isalnum())]
    return [word[:6] for word in _WORD.findall(folded)]
