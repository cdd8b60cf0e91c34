import pytest
from hypothesis import given
from hypothesis import strategies as st

from rotative.content.colours import contrast, contrast_with_white, lighten_until_readable

colours = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


def test_contrast_agrees_with_the_examples_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast_with_white("#777777") == pytest.approx(4.48, abs=0.01)


@given(colours)
def test_a_lightened_colour_can_be_read_on_dark_paper(colour: str) -> None:
    assert contrast(lighten_until_readable(colour, "#161512"), "#161512") >= 5


@given(colours, colours)
def test_contrast_does_not_depend_on_the_order(first: str, second: str) -> None:
    assert contrast(first, second) == contrast(second, first) >= 1
