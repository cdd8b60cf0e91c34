"""Features of a text, for the classifier: words, pairs of words, links, telephone numbers, disguises."""

import re
import unicodedata
from collections.abc import Iterator

LONGEST_TEXT = 5_000
LONGEST_WORD = 40
LONGEST_SPELLING = 60
LETTER = r"[^\W\d_]"
URL_CHARACTERS = r"[\w./?=&%\#:+~@-]"
# Where a bare "exemple.com" is a link. Readers forget the space after a full stop, so not every ending will do.
ENDINGS = (
    "bf|biz|bj|ci|click|club|cm|co|com|eu|fr|info|io|live|ly|me|ml|net|online|org|ru|shop|site|sn|store|tg|top|xyz"
)
TOKEN = re.compile(
    rf"""
    (?P<email>[\w.+-]{{1,40}}+@[\w-]{{1,40}}+\.\w{{2,10}})
    | (?P<link>
        (?:https?://|www\.){URL_CHARACTERS}{{1,300}}+
        | \b[a-z0-9-]{{1,40}}+(?:\.[a-z0-9-]{{1,40}}+){{0,3}}\.(?:{ENDINGS})\b(?:/{URL_CHARACTERS}{{0,300}}+)?
    )
    | (?P<telephone>
        (?:\+|\b00)\d(?:[ .()-]{{0,2}}\d){{7,13}}
        # In pairs, so that "100 000 000 F" is an amount; with one separator, so that "12.05.2026" is a date.
        | \b\d\d(?P<separator>[ .-]?)\d\d(?:(?P=separator)\d\d){{2,3}}\b
    )
    | (?P<spaced>\b{LETTER}(?:[ .*·_-]{LETTER}){{3,40}}\b)
    | (?:\b(?:[cdjlmnst]|(?:jus|lors|puis|quoi)?qu)['’])? (?P<word>[^\W_][\w\u0300-\u036f]*+)
    | (?P<pictogram>[\u2600-\u27bf\U0001f300-\U0001faff])
    """,
    re.VERBOSE | re.IGNORECASE,
)
HOST = re.compile(r"(?:https?://)?(?:www\.)?([^/?#:]+)", re.IGNORECASE)
DIGIT = re.compile(r"\d")
DIGITS_FOR_LETTERS = re.compile(rf"(?<={LETTER})[013457]+(?={LETTER})")
LETTERS_FOR_DIGITS = str.maketrans("013457", "oieast")
DRAWN_OUT = re.compile(rf"({LETTER})\1\1+")
REPEATED = re.compile(rf"({LETTER}|[!?])\1{{3,}}")
CAPITALS = re.compile(r"[A-ZÀ-Þ]{2,}")
LEAST_LETTERS = 10


def find_features(text: str) -> dict[str, str]:
    """Return what a judge looks at in a text: each feature with the reader's spelling of it, in order, once.

    Words are folded ("L’Été" is `ete`) and joined in pairs (`pret argent`); `:link` and the like begin with a colon.
    Only the first 5 000 characters count.
    """
    text = text[:LONGEST_TEXT]
    features: dict[str, str] = {}
    before: tuple[str, str] | None = None
    for feature, spelling in _find_tokens(text):
        spelling = spelling[:LONGEST_SPELLING]
        features.setdefault(feature, spelling)
        if feature.startswith(":"):
            continue
        if before:
            features.setdefault(f"{before[0]} {feature}", f"{before[1]} {spelling}"[:LONGEST_SPELLING])
        before = feature, spelling
    for feature, match in (":repeats", REPEATED.search(text)), (":capitals", _find_capitals(text)):
        if match:
            features[feature] = match[0][:LONGEST_SPELLING]
    return features


def _find_tokens(text: str) -> Iterator[tuple[str, str]]:
    for match in TOKEN.finditer(text):
        spelling = match[0]
        match match.lastgroup:
            case "word":
                if DIGITS_FOR_LETTERS.search(spelling):
                    yield ":disguise", spelling
                word = _fold(match["word"])
                if len(word) > 1:
                    yield word, spelling
            case "spaced":
                yield ":disguise", spelling
                yield _fold("".join(filter(str.isalpha, spelling))), spelling
            case "pictogram":
                yield spelling, spelling
            case "link":
                yield ":link", spelling
                yield f":domain {_domain(spelling)}", spelling
            case kind:
                yield f":{kind}", spelling


def _fold(word: str) -> str:
    """Return a word as the judges know it: lower case, without accents, no letter three times, digits as 0."""
    word = word[:LONGEST_WORD]
    if not word.isascii():
        word = word.casefold().replace("œ", "oe").replace("æ", "ae")
        decomposed = unicodedata.normalize("NFKD", word)
        word = "".join(letter for letter in decomposed if not unicodedata.combining(letter))[:LONGEST_WORD]
    word = DRAWN_OUT.sub(r"\1", word.lower())
    return word if word.isalpha() else DIGIT.sub("0", _undisguise(word))


def _undisguise(word: str) -> str:
    return DIGITS_FOR_LETTERS.sub(lambda digits: digits[0].translate(LETTERS_FOR_DIGITS), word)


def _domain(link: str) -> str:
    host = HOST.match(link)
    return host[1].lower().strip(".")[:LONGEST_WORD] if host else ""


def _find_capitals(text: str) -> re.Match[str] | None:
    """Return the first word in capitals, if more than half of the text is."""
    letters = sum(map(str.isalpha, text))
    is_shouted = letters >= LEAST_LETTERS and sum(map(str.isupper, text)) * 2 > letters
    return CAPITALS.search(text) if is_shouted else None
