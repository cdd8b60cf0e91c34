"""What a page notes of what it reads: everything, and nothing beside it."""

from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rotative.content import links, queries
from rotative.content.models.images import Rendition
from rotative.publishing import page_types, render, tracking
from tests.frontend.world import World, a_world, all_paths

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def world() -> World:
    return a_world()


def test_nothing_is_read_that_no_key_names(world: World) -> None:
    for path in [*all_paths(), *world.absences]:
        render.render(path)  # raises UntrackedReadError
    assert {render.render(path).document.status for path in all_paths()} == {200}
    assert {path: render.render(path).document.status for path in world.absences} == world.absences


def test_the_world_has_a_page_of_every_kind(world: World) -> None:
    kinds = {render.render(path).kind for path in all_paths()}
    known = {kind for page_type in page_types.registered() for kind in page_type.kinds or [page_type.kind]}
    assert known - kinds == {"month-part", "place-month-part"}  # which take a hundred articles: test_announcements.py


def test_an_article_depends_on_all_that_it_shows_and_on_nothing_else(world: World) -> None:
    pictures = world.pictures
    shown = [world.article, world.other, world.pinned, world.linked, world.told, world.section, world.desk]
    shown += [world.edition, world.author, world.topic, world.sound, world.document]
    shown += [picture for name, picture in pictures.items() if name not in {"box", "portrait"}]
    computed = {f"article:{number}" for number in world.article.computed_related}
    assert render.render(world.article.address).keys == {
        f"path:{world.article.address}",
        f"{world.article.key}/comments",
        "site:comments",
        "site:frame",
        "site:root",
        *(thing.key for thing in shown),
        *computed,
    }


def test_a_section_depends_on_its_list_and_its_cards_and_on_nothing_else(world: World) -> None:
    cards = queries.latest(world.section.collection_key, 30)
    assert len(cards) > 4
    assert render.render(world.section.address).keys == {
        f"path:{world.section.address}",
        "site:frame",
        "site:ongoing",
        "site:root",
        f"{world.section.key}/articles",
        f"{world.section.key}/subsections",
        world.section.key,
        world.desk.key,
        world.pictures["lead"].key,
        world.pictures["nameplate"].key,
        *(card.key for card in cards),
        *(card.edition.key for card in cards),
    }


def test_a_story_named_by_a_block_is_followed_even_after_it_was_taken_back(world: World) -> None:
    for story in (world.told, world.linked, world.pinned):
        story.unpublish()
    rendering = render.render(world.article.address)
    for story in (world.told, world.linked, world.pinned):
        assert story.address not in rendering.document.body.decode()
        assert story.key in rendering.keys


def test_a_page_is_the_same_and_depends_on_the_same_whether_rendered_alone_or_in_a_batch(world: World) -> None:
    paths = [*all_paths(), *world.absences]
    alone = {path: render.render(path) for path in paths}
    with tracking.batch_cache():
        for path in [*paths, *reversed(paths)]:
            assert render.render(path) == alone[path], path


def test_a_preview_is_the_page_though_nothing_is_recorded(world: World) -> None:
    for page in (world.article, world.section, world.edition):
        assert page_types.preview(type(page).objects.get(pk=page.pk)).body == render.render(page.address).document.body


def test_an_article_is_read_in_a_few_statements_and_in_fewer_beside_others(world: World) -> None:
    with tracking.batch_cache():
        assert statements(world.pinned.address) <= 16
        assert statements(world.other.address) <= 7
        # Of what it has, each kind costs one or two, however many there are of it: signatures, pictures, files, links.
        assert statements(world.article.address) <= 26


def statements(path: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        render.render(path)
    return len(captured)


# --- each @query is needed


def test_no_query_decorator_can_be_left_out(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Take each away in turn: some page then reads what no key names, or depends on other keys."""
    users = pages_by_function([*all_paths(), *world.absences])
    unneeded = [place for place in users if not is_missed(monkeypatch, *place, users[place])]
    Rendition.objects.all().delete()  # two functions are needed only where the copy of a picture is missing
    cache.clear()
    unneeded = [place for place in unneeded if not is_missed(monkeypatch, *place, users[place])]
    assert not unneeded, [name for _module, name in unneeded]


def decorated() -> Iterator[tuple[ModuleType, str, Callable[..., Any]]]:
    """Yield module, name and function of every tracked read."""
    for module in (queries, links):
        for name, function in vars(module).items():
            if getattr(function, "is_query", False) and function.__module__ == module.__name__:
                yield module, name, function


def pages_by_function(paths: list[str]) -> dict[tuple[ModuleType, str], dict[str, frozenset[str]]]:
    """Return, for each tracked read, the pages that call it, with the keys they note."""
    called: set[tuple[ModuleType, str]] = set()
    users: dict[tuple[ModuleType, str], dict[str, frozenset[str]]] = {place[:2]: {} for place in decorated()}
    with pytest.MonkeyPatch.context() as patch:
        for module, name, function in decorated():
            patch.setattr(module, name, spied(function, (module, name), called))
        for path in paths:
            called.clear()
            keys = render.render(path).keys
            for place in called:
                users[place][path] = keys
    return users


def spied(function: Callable[..., Any], place: Any, called: set[Any]) -> Callable[..., Any]:
    def spy(*args: Any, **kwargs: Any) -> Any:
        called.add(place)
        return function(*args, **kwargs)

    return spy


def is_missed(monkeypatch: pytest.MonkeyPatch, module: ModuleType, name: str, pages: dict[str, frozenset[str]]) -> bool:
    with monkeypatch.context() as patch:
        patch.setattr(module, name, getattr(module, name).__wrapped__)
        for path, keys in pages.items():
            try:
                if render.render(path).keys != keys:
                    return True
            except tracking.UntrackedReadError:
                return True
    return False
