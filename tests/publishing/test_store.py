"""The folder of files: one page one place, in two encodings that say the same, and nothing outside."""

import os
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from rotative.publishing import redirects, store
from rotative.publishing.compress import ENCODINGS, compress
from rotative.publishing.store import Counter, Store

pytestmark = pytest.mark.slow

PAGE = "<!doctype html><p>Le marché rouvre.</p>".encode() * 30
# Paths as they may come: most of them made of what could be trouble.
STEPS = st.one_of(
    st.sampled_from(
        ["", ".", "..", "a", "index.html", "index.html.br", "x.br", "x.gz", "a.new", "index.html.new", "br"]
    ),
    st.text("ab.~-_/%é\\\0\n ", max_size=6),
)
PATHS = st.builds(
    lambda steps, end: "/" + "/".join(steps) + end, st.lists(STEPS, max_size=4), st.sampled_from(["", "/"])
)


def put(files: Store, path: str, body: bytes = PAGE, status: int = 200, *, small: bool = False) -> None:
    files.write(path, status, body, compress(body, "br", small=small), small=small, modified_at=1_700_000_000.0)


HELD = PATHS.filter(store.can_hold) | st.from_regex(store.STORABLE, fullmatch=True).filter(store.can_hold)


@pytest.fixture
def files(tmp_path: Path) -> Store:
    made = Store(tmp_path / "store")
    made.prepare()
    return made


def names(files: Store) -> set[str]:
    return {file.relative_to(files.root).as_posix() for _status, file in files.files()}


@pytest.mark.parametrize("small", [False, True])
def test_a_page_reads_the_same_in_every_encoding(files: Store, small: bool) -> None:
    put(files, "/politique/", small=small)
    assert {files.read("/politique/", 200, encoding) for encoding in ENCODINGS} == {PAGE}


@pytest.mark.parametrize("before", store.FOLDERS)
@pytest.mark.parametrize("after", store.FOLDERS)
def test_a_page_that_answers_otherwise_moves_to_the_folder_of_its_answer(files: Store, before: int, after: int) -> None:
    put(files, "/a/b/", status=before)
    put(files, "/a/b/", status=after)
    assert names(files) == {f"{store.FOLDERS[after]}/a/b/index.html{suffix}" for suffix in (".br", ".gz")}


def test_a_page_that_is_taken_off_leaves_no_empty_folder(files: Store) -> None:
    put(files, "/a/b/")
    put(files, "/a/")
    files.remove("/a/b/")
    files.remove("/never/there/")
    assert names(files) == {"pages/a/index.html.br", "pages/a/index.html.gz"}
    assert not (files.root / "pages/a/b").exists()


def test_putting_a_page_twice_changes_nothing(files: Store) -> None:
    put(files, "/a/")
    first = {file: (file.read_bytes(), file.stat().st_mtime) for _status, file in files.files()}
    put(files, "/a/")
    assert {file: (file.read_bytes(), file.stat().st_mtime) for _status, file in files.files()} == first


def test_a_reader_who_has_opened_a_file_reads_it_to_its_end(files: Store) -> None:
    put(files, "/a/")
    with files.find("/a/", 200, "gzip").open("rb") as reader:
        put(files, "/a/", PAGE * 2)
        assert reader.read() == compress(PAGE, "gzip")


def test_a_disk_remembers_how_far_it_came(files: Store) -> None:
    assert files.is_empty()
    files.note_applied(42)
    assert (Store(files.root).applied(), files.is_empty()) == (42, False)
    (files.root / "applied").write_text("torn")
    assert files.applied() == 0  # everything is applied again


def test_every_process_sees_the_counter_move(files: Store) -> None:
    here, there = Counter(files.root), Counter(files.root)
    here.move()
    here.move()
    assert there.value() == 2
    child = os.fork()
    if child == 0:
        there.move()
        os._exit(0)
    os.waitpid(child, 0)
    assert here.value() == 3


@settings(max_examples=400, deadline=None)
@given(PATHS)
@example("/../../etc/passwd")
@example("/a/index.html.new/")
@example("//")
def test_a_path_that_can_be_held_stays_inside_and_hides_nothing(path: str) -> None:
    if not store.can_hold(path):
        return
    root = Path("/store")
    for status in store.FOLDERS:
        for encoding in ENCODINGS:
            file = Path(os.path.normpath(Store(root).find(path, status, encoding)))
            assert file.is_relative_to(root / store.FOLDERS[status]) and file == Store(root).find(
                path, status, encoding
            )
            assert not any(part.startswith(".") for part in file.parts)
            assert not file.name.endswith(store.SCRATCH)


@settings(max_examples=400, deadline=None)
@given(HELD, HELD)
@example("/a", "/a/")
@example("/a", "/a.b")
@example("/", "/index")
def test_two_paths_never_have_one_file(one: str, other: str) -> None:
    assume(one != other)
    places = [
        {Store(Path("/s")).find(path, 200, encoding) for encoding in ENCODINGS} | {_scratch(path)}
        for path in (one, other)
    ]
    assert not places[0] & places[1]


def _scratch(path: str) -> Path:
    file = Store(Path("/s")).find(path, 200, "br")
    return file.with_name(file.name + store.SCRATCH)


@settings(max_examples=100, deadline=None)
@given(st.lists(HELD, unique=True, max_size=5))
@example(["/a", "/a/", "/a/b"])
@example(["/", "/index"])
def test_no_page_stands_in_the_way_of_another(paths: list[str]) -> None:
    with TemporaryDirectory() as folder:
        files = Store(Path(folder))
        files.prepare()
        for path in paths:
            put(files, path, path.encode())
        for path in paths:
            assert files.read(path, 200, "br") == path.encode()


# --- pages that lead elsewhere


@settings(deadline=None)
@given(st.text(st.characters(codec="utf-8", exclude_characters=" \\\n\r\t"), min_size=1).map(lambda rest: "/" + rest))
@example("/a/?b=c&d=%C3%A9#e")
@example('/"><script>')
def test_a_page_that_leads_on_says_where_and_says_it_safely(target: str) -> None:
    document = redirects.redirect_document(target, "fr")
    found = redirects.target_of(document.body)
    assert redirects.redirect_document(found, "fr").body == document.body
    assert document.status == 301
    assert b"<script" not in document.body
    if target.isascii() and target.isprintable() and not set(target) & set("<>\"'^`{|}"):
        assert found == target


def test_another_page_leads_nowhere() -> None:
    with pytest.raises(ValueError, match="nowhere"):
        redirects.target_of(PAGE)
