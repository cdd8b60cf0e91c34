"""Edits: tags stay on the right side of what is replaced."""

import pytest

from rotative.typography.edits import Edit, apply, uncut


@pytest.mark.parametrize(
    ("edits", "expected", "cuts"),
    [
        ([], "abcdef", [0, 2, 6]),
        ([(1, 2, "XYZ")], "aXYZcdef", [0, 4, 8]),
        ([(2, 3, "XY")], "abXYdef", [0, 2, 7]),
        ([(1, 4, "X")], "aXef", [0, 2, 4]),
        ([(0, 1, "XX"), (5, 6, "")], "XXbcde", [0, 3, 6]),
    ],
)
def test_cuts_follow_the_text(edits: list[Edit], expected: str, cuts: list[int]) -> None:
    moved = [0, 2, 6]
    assert apply("abcdef", edits, moved) == expected
    assert moved == cuts


def test_an_edit_over_a_cut_is_left_out() -> None:
    assert uncut([(0, 3, "…"), (3, 6, "…")], [3, 4]) == [(0, 3, "…")]
