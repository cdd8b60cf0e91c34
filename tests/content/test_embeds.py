"""Players and posts of other sites lead to the page at which a person opens them."""

import pytest

from rotative.content.embeds import is_known, page_of, place_of

FILM = "https://www.youtube.com/watch?v=abcdefghijk"


@pytest.mark.parametrize(
    ("player", "page"),
    [
        ("https://www.youtube-nocookie.com/embed/abcdefghijk?rel=0", FILM),
        ("//www.youtube.com/shorts/abcdefghijk", FILM),
        ("https://player.vimeo.com/video/123", "https://vimeo.com/123"),
        ("https://www.facebook.com/plugins/post.php?href=https%3A%2F%2Ffb.watch%2Fa", "https://fb.watch/a"),
        ("https://www.facebook.com/plugins/post.php?href=javascript:a", None),
        ("https://nowhere.example/player", None),
        ("http://[x", None),
    ],
)
def test_a_player_leads_to_its_page(player: str, page: str | None) -> None:
    assert page_of(player) == (page or player)


def test_a_place_is_known_by_its_host_and_those_below_it() -> None:
    assert place_of("https://m.facebook.com/a") == "Facebook"
    assert place_of("https://facebook.com.elsewhere.example/a") == ""
    assert is_known(FILM)
    assert not is_known(f"Voir {FILM}")
