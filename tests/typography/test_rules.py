"""Rules: only the two spaces that French knows."""

import pytest

from rotative.typography import Rules


def test_the_spaces_of_the_rules_are_narrow_before_signs_and_wide_in_guillemets() -> None:
    assert (Rules().narrow_space, Rules().guillemet_space) == ("\u202f", "\u00a0")


@pytest.mark.parametrize("space", ["", " ", "\u2009", "\u00a0\u00a0"])
def test_another_space_is_refused(space: str) -> None:
    with pytest.raises(ValueError, match="U\\+202F or U\\+00A0"):
        Rules(narrow_space=space)
    with pytest.raises(ValueError, match="U\\+202F or U\\+00A0"):
        Rules(guillemet_space=space)
