"""Password strength: how many guesses a password would stand, asked of zxcvbn."""

import re
from collections.abc import Iterator
from typing import Final

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from zxcvbn import zxcvbn

from rotative.accounts.models import User

# Of zxcvbn's five grades, 3 is “safely unguessable”: more than 10^8 guesses.
LEAST_SCORE: Final = 3
# It compares all parts of a password with each other: what stands behind these letters makes it slow, not weaker.
LETTERS_LOOKED_AT: Final = 72


class GuessablePasswordValidator:
    """Refuses what programs guess first: rows and repetitions of letters, common words, the person's own names."""

    def validate(self, password: str, user: User | None = None) -> None:
        """Raises ValidationError for a password that is guessed in fewer than some 10^8 attempts."""
        if zxcvbn(password[:LETTERS_LOOKED_AT], user_inputs=list(_known_words(user)))["score"] < LEAST_SCORE:
            raise ValidationError(
                gettext(
                    "This password is easy to guess: it is a common word, a row, a repetition, or close to your name. "
                    "Take four or five words that do not belong together."
                ),
                code="password_guessable",
            )

    def get_help_text(self) -> str:
        return gettext("Four or five words that do not belong together make a good password.")


def _known_words(user: User | None) -> Iterator[str]:
    yield from ("rotative", "redaction", *re.findall(r"\w+", settings.SITE_URL))
    if user is not None:
        yield from filter(None, (user.username, user.first_name, user.last_name, *user.email.split("@")))
