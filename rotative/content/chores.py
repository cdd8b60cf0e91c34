"""What the background worker does for the newsroom's files, again and again."""

from collections.abc import Callable

from rotative.content.kept_uploads import forget_uploads

# By the seconds after which each is done again.
CHORES: tuple[tuple[float, Callable[[], int]], ...] = ((86_400, forget_uploads),)
