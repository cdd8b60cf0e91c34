"""What whoever is refused is told, before anything is known of the person."""

import pytest

from rotative.frontend.site import refuse
from rotative.publishing.serving.admission import BUSY, TOO_LARGE, TRUNCATED


@pytest.mark.parametrize(
    ("status_line", "french", "english"),
    [
        (BUSY, "Trop de demandes à la fois", "try again in a moment"),
        (TOO_LARGE, "connectez-vous, puis envoyez à nouveau", "sign in, then send it again"),
        (TRUNCATED, "s’est arrêté avant la fin", "broke off before its end"),
    ],
)
def test_each_refusal_says_what_happened_and_what_to_do(status_line: str, french: str, english: str) -> None:
    said: list[tuple[str, dict[str, str]]] = []

    page = b"".join(refuse(lambda line, fields: said.append((line, dict(fields))), status_line)).decode()

    assert french in page and english in page
    assert said[0][0] == status_line and said[0][1]["Cache-Control"] == "no-store"
    assert said[0][1].get("Retry-After") == ("1" if status_line == BUSY else None)
