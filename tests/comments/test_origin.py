from typing import Any

import pytest
import time_machine

from rotative.comments.origin import Origin, is_ticket, make_ticket, origin_of


@pytest.mark.parametrize(
    ("sent", "origin"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, Origin.OURS),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "https://elsewhere.example"}, Origin.OURS),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "https://elsewhere.example"}, Origin.ELSEWHERE),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "null"}, Origin.ELSEWHERE),
        ({"Sec-Fetch-Site": "same-site", "Origin": "https://blog.essai.example"}, Origin.ELSEWHERE),
        ({"Origin": "https://essai.example"}, Origin.OURS),
        ({"Origin": "http://testserver"}, Origin.OURS),
        ({"Origin": "https://essai.example.elsewhere.example"}, Origin.ELSEWHERE),
        ({"Origin": "https://elsewhere.example"}, Origin.ELSEWHERE),
        ({"Origin": "null"}, Origin.UNKNOWN),
        ({}, Origin.UNKNOWN),
        ({"Sec-Fetch-Site": "none"}, Origin.UNKNOWN),
    ],
)
def test_browsers_say_where_a_form_came_from(sent: dict[str, str], origin: Origin, rf: Any, settings: Any) -> None:
    settings.SITE_URL = "https://essai.example"
    assert origin_of(rf.post("/", headers=sent)) is origin


def test_a_ticket_is_good_for_what_it_was_made_for_and_for_a_day() -> None:
    with time_machine.travel(0, tick=False) as clock:
        ticket = make_ticket("42:1.2.3.0/24")
        assert is_ticket(ticket, "42:1.2.3.0/24")
        assert not is_ticket(ticket, "43:1.2.3.0/24")
        assert not is_ticket(ticket + "x", "42:1.2.3.0/24")
        assert not is_ticket("", "")
        clock.shift(25 * 3600)
        assert not is_ticket(ticket, "42:1.2.3.0/24")
