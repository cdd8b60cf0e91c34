from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from rotative.publishing.backoff import exponential_backoff


def test_each_pause_is_twice_the_one_before_up_to_the_longest() -> None:
    assert [exponential_backoff(1.0, 10.0, failures) for failures in range(1, 7)] == [1, 2, 4, 8, 10, 10]


@given(st.integers(1, 10_000_000))
def test_what_fails_for_months_is_still_tried_again(failures: int) -> None:
    assert exponential_backoff(1.0, 60.0, failures) <= 60
    assert exponential_backoff(timedelta(seconds=20), timedelta(hours=1), failures) <= timedelta(hours=1)
