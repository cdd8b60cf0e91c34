"""Exponential backoff: how long to wait before a retry."""

from datetime import timedelta
from typing import TypeVar

Delay = TypeVar("Delay", float, timedelta)

MOST_DOUBLINGS = 30  # what fails for days must not grow beyond what a number can hold


def exponential_backoff(first: Delay, longest: Delay, failures: int) -> Delay:
    """Return the pause after so many `failures` in a row, of which there is at least one: twice the one before."""
    return min(first * 2 ** min(failures - 1, MOST_DOUBLINGS), longest)
