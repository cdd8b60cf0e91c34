"""Words that newspapers' templates have in common: names of sections, countries and regions."""

import tomllib
from pathlib import Path

from rotative.importers.boilerplate.lines import fold_accents


def key_of(name: str) -> str:
    """Return `name` as names are compared: without case, accents, or the difference between dashes."""
    return fold_accents(name).strip(" -:|>/")


WORDS = tomllib.loads(Path(__file__).with_name("template_words.toml").read_text(encoding="utf-8"))
SECTIONS = {key_of(name): name for name in WORDS["sections"]}
COUNTRIES = {key_of(name): name for name in WORDS["countries"]}
REGIONS = {key_of(name): name for name in WORDS["regions"]}
