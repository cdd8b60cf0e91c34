"""Periodic jobs of the background worker for accounts."""

from collections.abc import Callable

from rotative.accounts.lockout import forget_attempts
from rotative.accounts.password_resets import forget_requests
from rotative.accounts.sessions import forget_sessions

# By the seconds after which each is done again.
CHORES: tuple[tuple[float, Callable[[], int]], ...] = (
    (3600, forget_attempts),
    (3600, forget_requests),
    (3600, forget_sessions),
)
