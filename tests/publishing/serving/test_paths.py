"""No spelling of a path reaches a file outside the stored pages."""

import gzip
import os
from pathlib import Path

import brotli
import pytest
from hypothesis import HealthCheck, example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from rotative.publishing.serving import page_cache
from rotative.publishing.serving.page_cache import PageCache
from rotative.publishing.store import Store, can_hold
from tests.publishing.serving.newspaper import (
    Newspaper,
)

OUTSIDE = [
    "/../secret",
    "/..%2fsecret",
    "/a/../../secret",
    "//secret",
    "/./secret",
    "/.secret",
    "/a/.secret/",
    "/secret\0",
    "/\\..\\secret",
    "/pages/../../secret",
    "/index.html",
    "/x/index.html",
    "/x/index.html.br",
    "/x.br",
    "/x/%2e%2e/",
    "/X/\u00e9/",
    "secret",
    "",
    "/" + "a" * 2_000,
]


class TestPaths:
    @pytest.mark.parametrize("path", OUTSIDE)
    def test_no_spelling_reaches_a_file_outside_the_pages(self, path: str, paper: Newspaper) -> None:
        (paper.store.root / "secret.br").write_bytes(brotli.compress(b"secret"))
        (paper.store.root.parent / "secret.br").write_bytes(brotli.compress(b"secret"))
        (paper.store.root.parent / "secret.gz").write_bytes(gzip.compress(b"secret"))
        paper.put("/x/")
        paper.put("/a/b/")

        answer = paper.get(path)

        assert (answer.status, answer.page) == (404, b"Django")

    @given(st.text(alphabet="/.%\\\0ab é:~-_2ef", max_size=30))
    @example("/../secret")
    @hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300, deadline=None)
    def test_only_files_below_the_pages_are_opened(self, tmp_path: Path, path: str) -> None:
        """Whatever is asked, the names looked at are inside one of the three folders and are those of no other page."""
        store = Store(tmp_path / "store")
        opened: list[str] = []
        pages = PageCache(store)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(page_cache, "_read", lambda name: (opened.append(name), (None, None))[1])
            pages.find(path)

        assert bool(opened) == can_hold(path)
        for name in opened:
            assert Path(os.path.normpath(name)) == Path(name)
            assert Path(name).is_relative_to(store.root)
            assert Path(name).relative_to(store.root).parts[0] in {"pages", "gone", "moved"}
            assert not any(part.startswith(".") for part in Path(name).relative_to(store.root).parts)
