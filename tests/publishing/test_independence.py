"""The engine knows nothing of newspapers: their addresses and sentences are given to it from above."""

import re
from pathlib import Path

import pytest

import rotative.publishing
from rotative import addresses

MODULES = sorted(Path(rotative.publishing.__path__[0]).rglob("*.py"))
PATHS = [value.rstrip("/") for name, value in vars(addresses).items() if name.isupper() and isinstance(value, str)]
QUERIES = [*addresses.OLD_NUMBERS[1:], *addresses.OLD_WORDS]
FRENCH = re.compile("[àâçéèêëîïôûùœÀÉÈŒ\N{NO-BREAK SPACE}]")


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.stem)
def test_no_word_of_a_newspaper_stands_in_the_engine(module: Path) -> None:
    text = module.read_text()

    assert not [path for path in PATHS if path in text]
    assert not [query for query in QUERIES if f'"{query}"' in text]
    assert not FRENCH.search(text)
