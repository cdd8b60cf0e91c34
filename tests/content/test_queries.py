from datetime import UTC, datetime

import pytest

from rotative.content import queries
from rotative.content.models import Listing, MenuItem, Newspaper, SocialAccount
from rotative.publishing.writing import writing
from tests.builders import a_newspaper, a_section, a_topic, an_article, an_author, an_edition, put_on_front

pytestmark = pytest.mark.django_db


def test_an_article_stands_in_every_list_it_belongs_to() -> None:
    desk = a_section("News – Infos")
    section = a_section("Politique", desk)
    togo = an_edition("Togo")
    article = an_article(
        section=section,
        authors=[an_author()],
        topics=[a_topic()],
        edition=an_edition("Bénin"),
        other_editions=[togo],
    )
    for collection in (desk, section, togo, article.edition, an_author(), a_topic()):
        assert queries.latest(collection.collection_key, 5) == [article]
    assert queries.latest("paper", 5) == [article]


def test_a_withdrawn_article_leaves_its_lists_whichever_class_withdraws_it() -> None:
    article, other = an_article(), an_article()
    article.unpublish()
    with writing():
        other.page_ptr.unpublish()
    assert not Listing.objects.exists()


def test_lists_are_newest_first_and_undated_articles_come_last() -> None:
    undated = an_article(is_undated=True)
    old = an_article(published_at=datetime(2020, 1, 1, tzinfo=UTC))
    new = an_article(published_at=datetime(2026, 1, 1, tzinfo=UTC))
    assert queries.latest("paper", 5) == [new, old, undated]
    assert queries.latest("paper", 5, dated_only=True) == [new, old]
    assert queries.months("paper") == ["2026-01", "2020-01"]


def test_of_two_stories_that_are_happening_the_newest_lights_the_mark() -> None:
    new = an_article(is_ongoing=True, published_at=datetime(2026, 3, 2, tzinfo=UTC))
    an_article(is_ongoing=True, published_at=datetime(2026, 3, 1, tzinfo=UTC))
    an_article(is_ongoing=True, is_undated=True)
    assert queries.find_ongoing() == new


def test_moving_a_section_moves_its_articles_to_the_lists_of_the_new_desk() -> None:
    news, economy = a_section("News"), a_section("Économie")
    section = a_section("Politique", news)
    article = an_article(section=section)
    section.move(economy, pos="last-child")
    assert queries.latest(news.collection_key, 5) == []
    assert queries.latest(economy.collection_key, 5) == [article]
    assert queries.find_page("/economie/politique/" + article.slug + "/") == article


def test_no_story_stands_twice_on_a_front() -> None:
    news, culture = a_section("News"), a_section("Culture")
    stories = [an_article(section=section) for section in (news, culture) for _ in range(12)]
    home = queries.get_home()
    put_on_front(home, stories[3], stories[3])
    front = queries.front_of(home)
    shown = [front.lead, *front.seconds, *front.columns, *(a for _, block in front.sections for a in block)]
    assert front.lead == stories[3]
    assert len(shown) == len(set(shown)) == 11 + 4 + 2  # the newest of Culture stand above already


def test_menu_and_social_accounts_of_the_same_number_or_none_have_one_order_in_every_database() -> None:
    a_newspaper()
    newspaper = Newspaper.load()
    for number in (None, 1, 1, 0):
        MenuItem.objects.create(
            newspaper=newspaper, label=f"L{MenuItem.objects.count()}", path="/x/", sort_order=number
        )
        url = f"https://exemple.bj/{SocialAccount.objects.count()}"
        SocialAccount.objects.create(newspaper=newspaper, network="facebook", url=url, sort_order=number)
    frame = queries.frame()
    assert [label for label, _address in frame.menu] == ["L3", "L1", "L2", "L0"]
    assert [account.url[-1] for account in frame.social_accounts] == ["3", "1", "2", "0"]
