"""The newspaper that tests of the built-in server ask."""

from pathlib import Path

import pytest

from tests.publishing.serving.newspaper import Newspaper, newspaper_in


@pytest.fixture
def paper(tmp_path: Path) -> Newspaper:
    return newspaper_in(tmp_path)
