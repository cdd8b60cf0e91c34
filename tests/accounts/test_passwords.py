import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from rotative.accounts.models import User

VICTIM = User(username="victim", first_name="Awa", last_name="Kossouko", email="awa.kossouko@estuaire.example")


@pytest.mark.parametrize(
    "password",
    [
        "123456789012",
        "aaaaaaaaaaaa",
        "victimvictim",
        "Kossouko2026",
        "azertyuiop12",
        "motdepasse123",
        "rotative2026!",
        "soleilsoleil1",
        "abcabcabcabcabc",
        "a" * 100_000,
    ],
)
def test_what_programs_guess_first_is_refused_with_advice(password: str) -> None:
    with pytest.raises(ValidationError) as refused:
        validate_password(password, VICTIM)
    assert "facile à deviner" in " ".join(refused.value.messages)
    assert "quatre ou cinq mots" in " ".join(refused.value.messages)


@pytest.mark.parametrize(
    "password", ["le coq chante à midi", "k7#vPq2!xLmz", "pirogue velours tambour neuf", "kpɔn ɖo gbɛ mɛ tɔn"]
)
def test_four_words_make_a_good_password(password: str) -> None:
    validate_password(password, VICTIM)


def test_nobody_in_particular_may_choose_a_password_too() -> None:
    validate_password("pirogue velours tambour neuf")
