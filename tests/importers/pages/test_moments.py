"""Dates as mark-up writes them."""

from datetime import date
from datetime import time as clock

import pytest

from rotative.importers.pages.moments import moment_of_address, read_moment
from rotative.importers.story.stories import Moment

DAY = date(2023, 3, 14)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2023-03-14", Moment(DAY)),
        ("20230314", Moment(DAY)),
        ("2023-03-14T10:05:00+01:00", Moment(DAY, clock(9, 5), is_utc=True)),
        ("2023-03-14T10:05:00.123Z", Moment(DAY, clock(10, 5), is_utc=True)),
        ("2023-03-14T10:05:00+0000", Moment(DAY, clock(10, 5), is_utc=True)),
        ("2023-03-14 10:05:07", Moment(DAY, clock(10, 5, 7))),
        ("2023-03-14T10:05:00ZZ", Moment(DAY, clock(10, 5), is_utc=True)),
        ("2023-03-14T10:05:00EET", Moment(DAY, clock(10, 5))),
        ("2023-03-14T10:05:00 UTC", Moment(DAY, clock(10, 5), is_utc=True)),
        ("Tue, 14 Mar 2023 10:05:00 +0100", Moment(DAY, clock(9, 5), is_utc=True)),
        ("1678788300", Moment(DAY, clock(10, 5), is_utc=True)),
        ("1678788300000", Moment(DAY, clock(10, 5), is_utc=True)),
        ("2023-03-14T00:30:00+01:00", Moment(date(2023, 3, 13), clock(23, 30), is_utc=True)),
        ("20230314T100500", Moment(DAY, clock(10, 5))),
        ("20230314T100500Z", Moment(DAY, clock(10, 5), is_utc=True)),
        ("2023-03-14 9:05", Moment(DAY, clock(9, 5))),
        ("2023-03-14T9:05:00Z", Moment(DAY, clock(9, 5), is_utc=True)),
        ("2023-03-14, 10:05", Moment(DAY, clock(10, 5))),
        ("2023-03-14T10:05:00+01:00[Europe/Paris]", Moment(DAY, clock(9, 5), is_utc=True)),
        ("2023-03-14 10:05:00 Europe/Paris", Moment(DAY, clock(10, 5))),
        ("2023-03-14 10:05:00 UTC+1", Moment(DAY, clock(9, 5), is_utc=True)),
        ("2023-03-14, 10:05 GMT", Moment(DAY, clock(10, 5), is_utc=True)),
        ("2023-03-14 9:05:00 PM", Moment(DAY)),
        ("2023-03-14 à 9h05 : à la une", Moment(DAY)),
    ],
)
def test_a_date_is_read_with_its_zone(text: str, moment: Moment) -> None:
    assert read_moment(text) == moment


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hier",
        "2023-02-31",
        "2023-03-14T25:00:00Z",
        "0000-00-00 00:00:00",
        "0001-01-01T00:00:00",
        "9" * 80,
        "14/03/2023",
    ],
)
def test_what_is_no_date_is_not_read(text: str) -> None:
    assert read_moment(text) is None


def test_the_day_in_an_address_is_read() -> None:
    assert moment_of_address("https://x.example/2023/03/14/titre/") == Moment(DAY)
    assert moment_of_address("https://x.example/2023/3/14-titre.html") is not None
    assert moment_of_address("https://x.example/2023/13/14/titre/") is None
    assert moment_of_address("https://x.example/article/202303/14") is None
