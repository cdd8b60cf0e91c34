"""A prebuilt response: its encoding and its validator."""

from hypothesis import given
from hypothesis import strategies as st

from rotative.publishing.compress import negotiate
from rotative.publishing.serving.ready_page import encoding_for, etag_matches, etag_of
from tests.publishing.serving.newspaper import PAGE


@given(st.lists(st.sampled_from(["br", "gzip", "identity", "*", "zstd", "br;q=0", "gzip;q=0.5", "*;q=0", "x;q=y", ""])))
def test_remembered_negotiation_is_negotiation(parts: list[str]) -> None:
    header = ", ".join(parts)

    assert encoding_for(header) == negotiate(header)


def test_an_absurd_header_is_not_remembered() -> None:
    from rotative.publishing.serving.ready_page import _negotiated

    before = _negotiated.cache_info().currsize

    assert encoding_for("br," + "x" * 100_000) == "br"
    assert _negotiated.cache_info().currsize == before


@given(st.lists(st.text(alphabet='abcW/"* ,', max_size=8), max_size=5), st.booleans(), st.integers(0, 5))
def test_a_validator_is_found_in_any_list_and_only_there(others: list[str], weak: bool, place: int) -> None:
    etag = etag_of(PAGE)
    foreign = [tag for tag in others if "*" not in tag]
    assert not etag_matches(etag, ",".join(foreign))

    listed = [*foreign[:place], etag if weak else etag.removeprefix("W/"), *foreign[place:]]
    assert etag_matches(etag, ",".join(listed))
