"""The pieces of an export, whatever state the export is in."""

import io
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rotative.importers.wordpress import splitting
from rotative.importers.wordpress.splitting import Piece, head_of, split


def pieces_of(data: bytes, start: int = 0) -> list[Piece]:
    return list(split(io.BytesIO(data), start))


def test_authors_terms_and_items_are_pieces_and_what_stands_before_is_the_head() -> None:
    data = b"<rss><channel><title>T</title><wp:author>a</wp:author>\n<wp:tag/><item>1</item></channel></rss>"
    assert [(piece.name, piece.data) for piece in pieces_of(data)] == [
        ("wp:author", b"<wp:author>a</wp:author>"),
        ("wp:tag", b"<wp:tag/>"),
        ("item", b"<item>1</item>"),
    ]
    assert head_of(io.BytesIO(data)) == b"<rss><channel><title>T</title>"


def test_an_end_inside_cdata_or_a_comment_is_none() -> None:
    item = b"<item><![CDATA[</item><item>]]><!-- </item> --><x>]]></x></item>"
    assert [piece.data for piece in pieces_of(b"<c>" + item + item)] == [item, item]


def test_an_item_in_the_explanation_at_the_top_is_none() -> None:
    data = b"<!-- an <item> is a story --><c><item>1</item></c>"
    assert [piece.data for piece in pieces_of(data)] == [b"<item>1</item>"]


def test_a_file_that_ends_in_an_item_gives_the_part_that_is_there() -> None:
    (whole, cut) = pieces_of(b"<c><item>1</item><item><title>2")
    assert whole.is_whole and not cut.is_whole and cut.data == b"<item><title>2"


def test_an_item_without_an_end_ends_where_the_next_begins() -> None:
    found = pieces_of(b"<c><item><title>1</title><item><title>2</title></item></c>")
    assert [(piece.data, piece.is_whole) for piece in found] == [
        (b"<item><title>1</title>", False),
        (b"<item><title>2</title></item>", True),
    ]


def test_cdata_that_never_ends_costs_one_item_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    found = pieces_of(b"<c><item><![CDATA[ 1 </item><item>2</item></c>")
    assert [piece.data for piece in found] == [b"<item><![CDATA[ 1 </item>", b"<item>2</item>"]


def test_a_piece_that_is_too_long_is_passed_by_and_what_follows_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(splitting, "MOST_BYTES", 100_000)
    monkeypatch.setattr(splitting, "READ_BYTES", 10_000)
    long, short = pieces_of(b"<c><item>" + b"x" * 1_000_000 + b"</item><item>2</item></c>")
    assert long.is_too_long and len(long.data) <= 10_000
    assert short.data == b"<item>2</item>"


@given(st.lists(st.binary(max_size=40).filter(lambda text: b"<" not in text), max_size=8), st.integers(1, 64))
def test_positions_are_where_the_reading_goes_on(texts: list[bytes], read_bytes: int) -> None:
    data = (
        b"<c>" + b"\n".join(b"<item><![CDATA[" + text.replace(b"]]>", b"") + b"]]></item>" for text in texts) + b"</c>"
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(splitting, "READ_BYTES", read_bytes)
        found = pieces_of(data)
        assert len(found) == len(texts)
        for number, piece in enumerate(found):
            assert data[piece.start : piece.end] == piece.data
            assert pieces_of(data, piece.end) == found[number + 1 :]


def test_hostile_files_take_no_more_than_a_moment() -> None:
    began = time.monotonic()
    for data in (b"<item>" * 200_000, b"<!--" * 200_000, b"<item><![CDATA[" * 50_000, b"<wp:author" * 100_000):
        pieces_of(data)
    assert time.monotonic() - began < 30
