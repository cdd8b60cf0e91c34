"""The background worker's jobs for the newsroom's files (retention). Each is idempotent, and may be late."""

from collections.abc import Callable

from rotative.content.kept_uploads import forget_uploads

# By the seconds after which each is done again.
CHORES: tuple[tuple[float, Callable[[], int]], ...] = ((86_400, forget_uploads),)
