"""Which files are read as text, and what is said of the others."""

import os
from pathlib import Path

import pytest

from rotative.importers.captures.text_files import MAX_BYTES, decode, read_source
from rotative.importers.errors import Reason, SourceRefusedError

FRENCH = "L’évêque a reçu « la délégation » à l’évêché, près de la forêt où l’œuvre fut créée."


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_unicode_is_read_with_and_without_its_mark(encoding: str) -> None:
    assert decode(FRENCH.encode(encoding)).text == FRENCH


def test_utf_16_of_the_other_byte_order_is_read() -> None:
    assert decode(b"\xfe\xff" + FRENCH.encode("utf-16-be")).text == FRENCH


def test_french_in_windows_1252_is_read_and_said_to_be_converted() -> None:
    decoded = decode(FRENCH.encode("windows-1252"))
    assert (decoded.text, decoded.encoding, decoded.was_converted) == (FRENCH, "windows-1252", True)


@pytest.mark.parametrize("encoding", ["mac-roman", "cp850"])
def test_french_in_an_encoding_that_is_not_certain_is_refused(encoding: str) -> None:
    text = "L'évêque a reçu la délégation à l'évêché, près de la forêt."
    with pytest.raises(SourceRefusedError) as refused:
        decode(text.encode(encoding))
    assert refused.value.reason is Reason.ENCODING


@pytest.mark.parametrize(
    "data",
    [
        FRENCH.encode() + b"\xed\xa0\x80",
        b"ligne\nd\xe9j\x81\xe0 vu",
        FRENCH.encode()[:-1] + b"\xc3",
        b"\xff\xfe" + b"\x00\xd8a\x00",
        b"\xef\xbb\xbfabc\xff",
        FRENCH.encode("utf-16-le"),
    ],
    ids=["surrogate", "undefined in 1252", "cut off", "surrogate in utf-16", "wrong byte after a mark", "no mark"],
)
def test_broken_text_is_refused_with_the_line(data: bytes) -> None:
    with pytest.raises(SourceRefusedError) as refused:
        decode(data)
    assert refused.value.reason is Reason.ENCODING
    assert refused.value.facts["line"]


@pytest.mark.parametrize(
    "data",
    [
        b"texte\0texte",
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff\xe0JFIF",
        b"\x1f\x8b\x08\x00abc",
        b"PK\x03\x04",
        b"%PDF-1.7",
        bytes(range(1, 32)) * 4,
        b"\xef\xbb\xbftexte\0texte",
        "\ufefftexte\0texte".encode("utf-16-le"),
    ],
)
def test_binary_files_are_refused(data: bytes) -> None:
    with pytest.raises(SourceRefusedError) as refused:
        decode(data)
    assert refused.value.reason is Reason.BINARY


@pytest.mark.parametrize(
    "data", [b"<!DOCTYPE html><html>", b"\n  <HTML lang=fr>", b"<?xml version='1.0'?>", b"{\\rtf1"]
)
def test_markup_is_refused(data: bytes) -> None:
    with pytest.raises(SourceRefusedError) as refused:
        decode(data)
    assert refused.value.reason is Reason.MARKUP


@pytest.mark.parametrize("data", [b"", b"\n \t\r\n", b"\xef\xbb\xbf", b"\xff\xfe\n\0"])
def test_empty_files_are_refused(data: bytes) -> None:
    with pytest.raises(SourceRefusedError) as refused:
        decode(data)
    assert refused.value.reason is Reason.EMPTY


def test_a_folder_a_missing_file_and_a_pipe_are_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    reasons = {}
    for name in ("", "nothing", "pipe", "nul\0"):
        with pytest.raises(SourceRefusedError) as refused:
            read_source(tmp_path / name)
        reasons[name] = refused.value.reason
    assert reasons == {
        "": Reason.FOLDER,
        "nothing": Reason.MISSING,
        "pipe": Reason.UNREADABLE,
        "nul\0": Reason.MISSING,
    }


def test_a_file_over_the_limit_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "page.txt"
    path.write_bytes(b"a" * MAX_BYTES)
    assert len(read_source(path).text) == MAX_BYTES
    path.write_bytes(b"a" * (MAX_BYTES + 1))
    with pytest.raises(SourceRefusedError) as refused:
        read_source(path)
    assert refused.value.reason is Reason.TOO_LARGE
