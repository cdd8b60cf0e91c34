"""The French catalogue: whole, compiled, and set as French is set."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import polib
import pytest
import wagtail

import rotative

PACKAGE = Path(rotative.__file__).parent
CATALOGUE = PACKAGE / "locale/fr/LC_MESSAGES/django.po"
NB, NNB = "\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}"
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%?[sd]|\{\w*\}")
# What no typographer touches: commands, options, addresses, placeholders, HTML.
CODE = re.compile(r"`[^`]*`|<[^>]+>|%\(\w+\)[sd]|https?://\S*|--?\w+=?")


@pytest.fixture(scope="module")
def catalogue() -> polib.POFile:
    return polib.pofile(str(CATALOGUE))


def pairs(catalogue: polib.POFile) -> list[tuple[str, str]]:
    """Return (English, French) of each sentence, plurals one by one."""
    found = []
    for entry in catalogue:
        if entry.msgid_plural:
            english = {0: entry.msgid, 1: entry.msgid_plural}
            found += [(english[number], french) for number, french in entry.msgstr_plural.items()]
        else:
            found.append((entry.msgid, entry.msgstr))
    return found


def test_every_sentence_has_its_french(catalogue: polib.POFile) -> None:
    assert [entry.msgid for entry in catalogue if not entry.translated() or entry.fuzzy or entry.obsolete] == []


@pytest.mark.skipif(not shutil.which("xgettext"), reason="xgettext (Debian's gettext) is not installed")
def test_every_sentence_of_the_source_is_in_the_catalogue(catalogue: polib.POFile, tmp_path: Path) -> None:
    """Extract the source again, in a copy, as script/translate does."""
    copy = tmp_path / "rotative"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("*.toml", "*.png", "__pycache__", "static"))
    command = [sys.executable, "-m", "django", "makemessages", "--locale=fr", "--no-obsolete", "--no-wrap"]
    ignored = ["--ignore=static/*", "--ignore=demonstration/*"]
    without_settings = {"PATH": os.environ["PATH"]}
    subprocess.run(command + ignored, cwd=copy, check=True, capture_output=True, env=without_settings)
    extracted = polib.pofile(str(copy / "locale/fr/LC_MESSAGES/django.po"))
    wanted = {(entry.msgctxt, entry.msgid) for entry in extracted}
    present = {(entry.msgctxt, entry.msgid) for entry in catalogue}
    assert wanted - present == set(), "Type script/translate."
    assert present - wanted == set(), "Type script/translate."


def test_the_compiled_catalogue_is_the_written_one(catalogue: polib.POFile) -> None:
    compiled = polib.mofile(str(CATALOGUE.with_suffix(".mo")))
    as_read = {(entry.msgctxt, entry.msgid): entry.msgstr or entry.msgstr_plural for entry in compiled}
    assert as_read == {(entry.msgctxt, entry.msgid): entry.msgstr or entry.msgstr_plural for entry in catalogue}


def test_placeholders_agree(catalogue: polib.POFile) -> None:
    wrong = [
        (english, french)
        for english, french in pairs(catalogue)
        if sorted(PLACEHOLDER.findall(english)) != sorted(PLACEHOLDER.findall(french))
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("mistake", "pattern"),
    [
        ("a typewriter's apostrophe", r"\w'\w"),
        ("a typewriter's quotation marks", r'"|“|”'),
        ("three points", r"\.\.\."),
        ("no narrow space before ; ! ?", rf"[^{NNB}\s;!?(][;!?]| [;!?]|{NB}[;!?]"),
        ("no space before a colon", rf"[^{NB}\d]:(?!//)(?=\s|$)"),
        ("no no-break space inside guillemets", rf"«(?!{NB})|(?<!{NB})»"),
        ("a doubled space", r"[^:] {2}"),
    ],
    ids=lambda value: value if " " in value and "\\" not in value else "",
)
def test_french_is_set_as_french(catalogue: polib.POFile, mistake: str, pattern: str) -> None:
    wrong = [french for _english, french in pairs(catalogue) if re.search(pattern, CODE.sub("x", french))]
    assert wrong == [], mistake


# English words that Wagtail has too and that our French says otherwise, on purpose or where Wagtail's is not seen.
SAID_OTHERWISE = {"Embed", "Section", "Sign in", "Status", "View live", "Breadcrumb", "label", "tags", "any"}
# The door's own words, which our door says otherwise.
SAID_OTHERWISE |= {"Check your email", "Reset password"}


def test_no_word_of_ours_replaces_another_sense_in_wagtail(catalogue: polib.POFile) -> None:
    """A project's translation comes before a library's: “Live” for the masthead would rename the state of pages."""
    ours = {entry.msgid: entry.msgstr for entry in catalogue if not entry.msgctxt}
    changed = set()
    for path in Path(wagtail.__file__).parent.glob("**/locale/fr/LC_MESSAGES/django.po"):
        for entry in polib.pofile(str(path)):
            if entry.msgstr and not entry.msgctxt and ours.get(entry.msgid, entry.msgstr) != entry.msgstr:
                changed.add(entry.msgid)
    on_purpose = {entry.msgid for entry in catalogue if "content/wording.py" in dict(entry.occurrences)}
    assert changed <= SAID_OTHERWISE | on_purpose, "Choose other English words, or give them a context."
