"""The lines of a text: cleaned of what no journalist typed, and folded so that they can be compared."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

import ftfy

_BREAKS = re.compile(r"\r\n|[\r\n\x0b\x0c\u2028\u2029]")
_SPACES = re.compile(r"[ \t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]{2,}|[\t\u0085]")
_EDGES = (
    " \t\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\u200b\ufeff"
)
# Control characters but “next line”, and marks that turn the direction of everything after them. The single marks
# that Arabic text needs (U+200E, U+200F) and the joiners of other scripts stay.
INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufeff\ufff9-\ufffb\u202a-\u202e\u2060-\u2064\u2066-\u2069\u200b\ud800-\udfff]"
)
_UNSEEN = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u2060-\u2064\ufeff]")
GARBLED = re.compile("[ÃÂ][\u0080-\u00bf]|â€|Å“|Å\u0093|Ã‰|Ã€")
_ALIKE = str.maketrans(
    {
        **dict.fromkeys("’‘ʼ´`′", "'"),
        **dict.fromkeys("“”„«»″", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        "…": "...",
        "œ": "oe",
        "Œ": "OE",
        "æ": "ae",
    }
)
_TERMINAL = "\"'»”’)]*」』）"
_SENTENCE_ENDS = frozenset(".…؟۔。।።။")
_DENSE = re.compile(
    "[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0002ffff]"
)  # a letter is a syllable or a word
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")  # Thai, Lao, Burmese, Khmer
MADE = 110  # letters of a headline that is made of the story's beginning
_SENTENCE = re.compile(rf".{{12,{MADE}}}?[.!?](?=\s|$)")


@dataclass(frozen=True, slots=True)
class Line:
    """A line that holds something. `follows_blank` when an empty line, or nothing, stands above it."""

    text: str
    number: int
    follows_blank: bool
    spaces: int = 0
    invisible: int = 0
    garbled: int = 0
    joined: int = 0


def clean_lines(text: str) -> list[Line]:
    """Return the lines of `text` that are not blank, each repaired; the counts on a line say how often."""
    lines = []
    follows_blank = True
    for number, raw in enumerate(_BREAKS.split(text), start=1):
        line = _clean_line(raw, number, follows_blank)
        if line is None:
            follows_blank = True
        else:
            lines.append(line)
            follows_blank = False
    return lines


def join_wrapped(lines: Sequence[Line]) -> list[Line]:
    """Make one line of each paragraph that was cut at a fixed width."""
    blocks: list[list[Line]] = []
    for line in lines:
        if line.follows_blank or not blocks:
            blocks.append([])
        blocks[-1].append(line)
    return [line for block in blocks for line in (_join(block) if _is_wrapped(block) else block)]


def _is_wrapped(block: Sequence[Line]) -> bool:
    """Say whether these lines are one paragraph: all but the last about as long, cut where no sentence ends."""
    cut = [len(line.text) for line in block[:-1]]
    if not cut or min(cut) < 40 or max(cut) > 120 or max(cut) - min(cut) > 25 or len(block[-1].text) > max(cut) + 5:
        return False
    open_ends = sum(line.text[-1] not in '.!?…:;»"”' for line in block[:-1])
    lower_starts = sum(line.text[0].islower() for line in block[1:])
    return open_ends * 3 >= len(cut) * 2 and lower_starts * 2 >= len(cut)


def _join(block: Sequence[Line]) -> list[Line]:
    return [
        replace(
            block[0],
            text=" ".join(line.text for line in block),
            spaces=sum(line.spaces for line in block),
            invisible=sum(line.invisible for line in block),
            garbled=sum(line.garbled for line in block),
            joined=len(block) - 1,
        )
    ]


def _clean_line(raw: str, number: int, follows_blank: bool) -> Line | None:
    garbled = 0
    if GARBLED.search(raw):
        mended = ftfy.fix_encoding(raw)
        garbled, raw = int(mended != raw), mended
    raw, invisible = INVISIBLE.subn("", raw)
    raw, spaces = _SPACES.subn(_one_space, raw.strip(_EDGES))
    if not fold(raw):
        return None
    return Line(raw, number, follows_blank, spaces, invisible, garbled)


def _one_space(run: re.Match[str]) -> str:
    spaces = run.group()
    return " " if set(spaces) & set(" \t\u0085") else spaces[0]


def fold(text: str) -> str:
    """Return `text` as it is compared: one case, one kind of apostrophe, quotation mark, dash and space."""
    if not text.isascii():
        text = _UNSEEN.sub("", text.translate(_ALIKE))
    return " ".join(text.split()).casefold()


def fold_accents(text: str) -> str:
    """Return `text` folded and without accents, for words of templates that are typed both ways."""
    folded = fold(text)
    if folded.isascii():
        return folded
    decomposed = unicodedata.normalize("NFD", folded)
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def is_prose(text: str) -> bool:
    """Say whether a line is running text rather than a headline, a label or a word of a menu."""
    letters, has_spaces = _measure(text)
    if letters >= 180:
        return True
    if letters < 60 or (has_spaces and len(text.split()) < 8):
        return False
    ending = text.rstrip(_EDGES + _TERMINAL)[-1:]
    return ending in _SENTENCE_ENDS or (ending in {"!", "?", ":", ";", "！", "？", "："} and letters >= 110)


def is_sentence(text: str) -> bool:
    """Say whether a line, however short, is written as a sentence: several words and a sign at the end."""
    letters, has_spaces = _measure(text)
    enough = len(text.split()) >= 3 if has_spaces else letters >= 12
    return enough and text.rstrip(_EDGES + _TERMINAL)[-1:] in _SENTENCE_ENDS | {"!", "?", "！", "？"}


def is_headline_like(text: str) -> bool:
    """Say whether a line could be a headline by its shape alone."""
    letters, has_spaces = _measure(text)
    enough = not has_spaces or len(text.split()) >= 3
    return 12 <= letters <= 250 and enough and any(letter.isalpha() for letter in text)


def parts_words(text: str) -> bool:
    """Say whether the script of a text parts words by spaces."""
    return _measure(text)[1]


def _measure(text: str) -> tuple[int, bool]:
    """Return the length of a line, and whether its script parts words; a Chinese letter weighs as much as three."""
    if text.isascii():
        return len(text), True
    dense = len(_DENSE.findall(text))
    unspaced = dense + len(_UNSPACED.findall(text))
    return len(text) + 2 * dense, unspaced * 3 < len(text)


def beginning_of(text: str) -> str:
    """Return a headline for a story without one: its first sentence, or what fits of it."""
    sentence = _SENTENCE.match(text)
    if sentence is not None:
        return sentence[0].rstrip(" .")
    words = text[:MADE].rpartition(" ")[0] or text[:MADE]
    return f"{words.rstrip(' ,;:.')}…"
