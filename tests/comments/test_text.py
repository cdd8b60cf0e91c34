import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rotative.comments.text import MOST_MARKS, clean, clean_line, fold, paragraphs, pattern_of

ANYTHING = st.text(st.characters(codec=None), max_size=200)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Bonjour  ", "Bonjour"),
        ("e\u0301te\u0301", "été"),
        ("un\r\ndeux\rtrois\u2028quatre", "un\ndeux\ntrois\nquatre"),
        ("un\n\n\n\n\ndeux", "un\n\ndeux"),
        ("a\u200bb\u00adc\ufeffd", "abcd"),
        ("\u202egnp.exe\u202c", "gnp.exe"),
        ("nul\x00 cloche\x07 demi\ud800", "nul cloche demi"),
        ("\u3164\u115f\u2800", ""),
        ("a\tb", "a b"),
        ("non\ue000car\ufdd0\uffff", "noncar"),
        ("10\u202f000 francs\u00a0!", "10\u202f000 francs\u00a0!"),
        ("👨‍👩‍👧 🇧🇯 👍🏿", "👨‍👩‍👧 🇧🇯 👍🏿"),
        ("a\u200db, x\u200c \u200cy", "ab, x y"),
        ("می\u200cخواهم · ه\u200d.ق", "می\u200cخواهم · ه\u200d.ق"),  # Persian
        ("क्\u200dष · क्\u200cष · ശ്രീ\u200d", "क्\u200dष · क्\u200cष · ശ്രീ\u200d"),  # Devanagari, Malayalam
        ("م" + "\u200c" * 9 + "ن", "م\u200cن"),
        ("क" + "\u0301\u200d" * 9, "क" + "\u0301" * MOST_MARKS),
        ("Z" + "\u0301" * 50, unicodedata.normalize("NFC", "Z" + "\u0301" * 50)[: MOST_MARKS + 1]),
        ("ናይ ኣፍሪካ · العربية · Ẹ̀gbẹ́", "ናይ ኣፍሪካ · العربية · Ẹ̀gbẹ́"),
    ],
)
def test_what_is_typed_is_kept_without_what_nobody_sees(typed: str, kept: str) -> None:
    assert clean(typed) == kept


@given(ANYTHING)
@example("\ufe0f\u200d👧\u0301")
@example("a\u200d\u200d")
def test_cleaning_twice_changes_nothing_and_leaves_nothing_invisible(typed: str) -> None:
    once = clean(typed)
    assert clean(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert not [
        letter
        for letter in once
        if letter not in "\n\u200c\u200d" and unicodedata.category(letter) in {"Cc", "Cf", "Cs"}
    ]
    assert once == once.strip() and "\n\n\n" not in once


@given(ANYTHING)
def test_a_name_is_one_line(typed: str) -> None:
    name = clean_line(typed)
    assert "\n" not in name and "  " not in name and clean_line(name) == name


@given(st.text("abcéèœŒæø ÀÇ’'‘‑- ", max_size=30))
def test_folding_knows_no_accents_and_no_capitals(text: str) -> None:
    assert fold(text) == fold(text.upper()) == fold(unicodedata.normalize("NFD", text))


@pytest.mark.parametrize(
    ("typed", "compared"),
    [
        ("L’Œuvre d‘Œdipe", "l'oeuvre d'oedipe"),
        ("N‑Djamena, Ex æquo", "n-djamena, ex aequo"),
        ("ﬁn  de\u00a0Łódź", "fin de lodz"),
        ("می\u200cخواهم", "میخواهم"),
    ],
)
def test_what_keyboards_write_in_two_ways_is_compared_as_one(typed: str, compared: str) -> None:
    assert fold(typed) == compared


@pytest.mark.parametrize(
    ("looked_for", "written"),
    [
        ("benin", "au BÉNIN"),
        ("Bénin", "au benin"),
        ("l'oeil", "L’ŒIL"),
        ("coup  d’œil", "coup\nd'oeil"),
        ("porte-monnaie", "porte‑monnaie"),
        ("egbe", "Ẹ̀gbẹ́"),
        ("awa@lecteurs.example", "Awa@Lecteurs.example"),
        ("c++ (a|b) [x] ^$", "C++ (a|b) [x] ^$"),
        ("می‌خواهم", "میخواهم"),
    ],
)
def test_words_are_looked_for_however_they_were_typed(looked_for: str, written: str) -> None:
    assert re.search(pattern_of(looked_for), clean(written), re.IGNORECASE)


@pytest.mark.parametrize(("looked_for", "written"), [("a.b", "acb"), ("vol", "v ol"), ("x*", "x"), ("x{2}", "xx")])
def test_signs_that_are_looked_for_are_no_pattern(looked_for: str, written: str) -> None:
    assert not re.search(pattern_of(looked_for), written, re.IGNORECASE)


def test_a_text_is_paragraphs_of_lines() -> None:
    assert paragraphs("un\ndeux\n\ntrois") == [["un", "deux"], ["trois"]]
    assert paragraphs("") == []
