"""What the classifier looks at in a text."""

import pytest

from rotative.comments.features import find_features


@pytest.mark.parametrize(
    ("text", "features"),
    [
        ("Merci", ["merci"]),
        ("L’Été", ["ete"]),
        ("e\u0301te\u0301", ["ete"]),
        ("qu'il", ["il"]),
        ("jusqu’ici", ["ici"]),
        ("Prêt d'argent", ["pret", "argent", "pret argent"]),
        ("Cœur", ["coeur"]),
        ("ｖｉａｇｒａ", ["viagra"]),
        ("a b", []),
        ("5000 F", ["0000"]),
        ("nuuuul", ["nul", ":repeats"]),
        ("Non !!!!", ["non", ":repeats"]),
        ("VOLEURS DE PEUPLE", ["voleurs", "de", "voleurs de", "peuple", "de peuple", ":capitals"]),
        ("ONU", ["onu"]),
        ("la CENA et lui", ["la", "cena", "la cena", "et", "cena et", "lui", "et lui"]),
        ("v.i.a.g.r.a", [":disguise", "viagra"]),
        ("c o n n a r d", [":disguise", "connard"]),
        ("v1agra", [":disguise", "viagra"]),
        ("19h30", ["00h00"]),
        ("l'O.N.U.", []),
        ("https://www.Bit.ly/a?b=1", [":link", ":domain bit.ly"]),
        ("wa.me/22997", [":link", ":domain wa.me"]),
        ("https://bit.ly.", [":link", ":domain bit.ly"]),
        ("exemple.com.", [":link", ":domain exemple.com"]),
        ("fini.Alors", ["fini", "alors", "fini alors"]),
        ("pret@gmail.com", [":email"]),
        ("+229 97 00 11 22", [":telephone"]),
        ("0022997001122", [":telephone"]),
        ("01 97 00 11 22", [":telephone"]),
        ("97.00.11.22", [":telephone"]),
        ("100 000 000", ["000", "000 000"]),
        ("12.05.2026", ["00", "00 00", "0000", "00 0000"]),
        ("😂😂", ["😂", "😂 😂"]),
    ],
)
def test_a_text_is_seen_as_its_features(text: str, features: list[str]) -> None:
    assert list(find_features(text)) == features


def test_only_the_first_characters_of_a_long_text_count() -> None:
    assert "fin" in find_features("a " * 2_498 + "fin")
    assert "fin" not in find_features("a " * 2_500 + "fin")
