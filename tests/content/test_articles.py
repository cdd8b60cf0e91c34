from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from wagtail.models import Page

from rotative.content import actions, queries
from rotative.content.models import Article, Author, Byline, Correction, Edition, Listing, Section
from rotative.publishing.writing import writing
from tests.builders import (
    a_draft,
    a_newspaper,
    a_picture,
    a_section,
    a_topic,
    an_article,
    an_author,
    an_edition,
    put_on_front,
)

pytestmark = pytest.mark.django_db


def test_the_first_publication_dates_an_article_and_later_ones_do_not() -> None:
    article = an_article()
    published_at = article.published_at
    assert published_at is not None
    article.title = "Autre titre"
    article.save_revision().publish()
    assert Article.objects.get(pk=article.pk).published_at == published_at


def test_a_date_from_an_archive_is_kept_and_an_unknown_one_is_not_guessed() -> None:
    assert an_article(published_at=datetime(2014, 5, 1, tzinfo=UTC)).published_at == datetime(2014, 5, 1, tzinfo=UTC)
    assert an_article(is_undated=True).published_at is None


def test_a_date_cannot_be_given_and_unknown_at_once() -> None:
    with pytest.raises(ValidationError, match=r"unknown|inconnue"):
        a_draft(is_undated=True, published_at=timezone.now()).clean()


def test_readers_are_told_of_the_latest_of_updates_and_corrections() -> None:
    start = datetime(2026, 3, 1, 8, tzinfo=UTC)
    article = an_article(published_at=start, corrections=[Correction(made_at=start + timedelta(days=2), text="x")])
    assert article.shown_update == start + timedelta(days=2)
    article.updated_at = start + timedelta(days=3)
    assert article.shown_update == start + timedelta(days=3)
    assert an_article(published_at=start, updated_at=start - timedelta(days=1)).shown_update is None


def test_a_byline_is_an_author_or_a_guest_and_not_both() -> None:
    for byline in (Byline(), Byline(author=an_author(), guest="Rokia")):
        with pytest.raises(ValidationError):
            byline.clean()
    Byline(author=an_author()).clean()
    Byline(guest="Rokia").clean()


def test_saving_a_draft_of_a_live_article_changes_nothing_that_readers_see() -> None:
    article = an_article("Ancien titre")
    article.title = "Nouveau titre"
    article.save_revision()
    assert queries.latest("paper", 1)[0].title == "Ancien titre"


def test_an_article_refused_at_publication_leaves_nothing_behind() -> None:
    section = a_section()
    with pytest.raises(ValidationError):
        actions.publish_article(section, a_draft("Surtitre trop long", kicker="x" * 200))
    assert not Article.objects.exists()
    section.refresh_from_db()
    assert section.numchild == 0


def test_sections_have_two_levels() -> None:
    section = a_section("Politique", a_section("News"))
    assert not Section.can_create_at(section)
    with pytest.raises(ValidationError, match=r"two levels|deux niveaux"):
        Section.objects.get(pk=section.pk).add_child(instance=Section(title="Trop bas", slug="trop-bas", live=True))


def test_a_desk_with_subsections_cannot_move_below_another() -> None:
    desk, other = a_section("News"), a_section("Économie")
    a_section("Politique", desk)
    desk.refresh_from_db()
    assert not desk.can_move_to(other)
    assert not other.can_move_to(other)
    assert other.can_move_to(desk)


def test_the_systems_own_addresses_cannot_be_taken() -> None:
    home = a_newspaper()
    with pytest.raises(ValidationError) as raised:
        home.add_child(instance=Section(title="Archives", slug="archives", live=True))
    assert "slug" in raised.value.message_dict


def test_an_article_may_be_called_like_a_page_of_the_system_but_never_archives() -> None:
    assert an_article("Recherche").address == "/politique/recherche/"
    with pytest.raises(ValidationError):
        an_article("Archives")


def test_the_list_of_something_that_is_gone_goes_with_it() -> None:
    topic = a_topic()
    an_article(topics=[topic])
    key = topic.collection_key
    topic.delete()
    assert not Listing.objects.filter(collection=key).exists()


def test_sections_are_found_by_their_address_and_made_when_missing() -> None:
    a_newspaper()
    section, made = actions.find_or_make_section(["News – Infos", "Politique"])
    assert section.address == "/news-infos/politique/"
    assert [each.title for each in made] == ["News – Infos", "Politique"]
    assert actions.find_or_make_section(["News - Infos", "Politique"]) == (section, [])


def test_copies_of_pictures_are_made_at_publication_and_keep_their_weight() -> None:
    picture = a_picture(size=(2000, 1400))
    an_article(lead_image=picture, edition=an_edition())
    copies = {copy.filter_spec: copy for copy in picture.renditions.all()}
    assert len(copies) == 8
    assert all(copy.file.size <= 20_000 for spec, copy in copies.items() if "avif" in spec)


def test_a_replaced_picture_gets_copies_under_new_names() -> None:
    first, second = a_picture(size=(900, 600)), a_picture(size=(901, 601))
    second.title = first.title
    names = [p.get_rendition("width-320|format-jpeg|jpegquality-76").file.name for p in (first, second)]
    assert names[0] != names[1]


def test_what_code_puts_on_a_page_is_numbered_as_a_form_would_number_it() -> None:
    """Else an editor who moves one story down would number that one alone, and another order would be published."""
    article = an_article(authors=[an_author("Awa"), an_author("Bio")], guests=["Rokia"])
    home = queries.get_home()
    put_on_front(home, article, an_article())
    assert [byline.sort_order for byline in article.bylines.all()] == [0, 1, 2]
    stored = queries.get_home()
    assert [story.sort_order for story in stored.stories.all()] == [0, 1]
    assert [story.sort_order for story in stored.get_latest_revision_as_object().stories.all()] == [0, 1]


def test_a_draft_that_names_what_is_gone_can_still_be_opened_and_published() -> None:
    article = an_article("Le pont", section=a_section("Ville"))
    article.bylines = [Byline(author=an_author("Kofi Ahou")), Byline(guest="Une voisine")]
    article.edition, article.title = an_edition("Togo"), "Le pont rouvre"
    article.save_revision()
    region = Page.objects.get(pk=a_section("Région").pk)
    with writing():
        Page.objects.get(pk=article.pk).move(region, "last-child")
    for gone in (
        Author.objects.get(name="Kofi Ahou"),
        Edition.objects.get(title="Togo"),
        Section.objects.get(slug="ville"),
    ):
        gone.delete()

    draft = Article.objects.get(pk=article.pk).get_latest_revision_as_object()

    assert (draft.title, draft.edition, draft.section.slug) == ("Le pont rouvre", None, "region")
    assert [str(byline) for byline in draft.bylines.all()] == ["Une voisine"]
    draft.save_revision().publish()
    assert Article.objects.get(pk=article.pk).title == "Le pont rouvre"


def test_articles_that_are_changed_in_bulk_stand_in_the_lists_of_what_they_say_now() -> None:
    article = an_article(edition=an_edition("Bénin"))
    edition = an_edition("Togo")

    def lists() -> set[str]:
        return set(Listing.objects.filter(article=article).values_list("collection", flat=True))

    Article.objects.filter(pk=article.pk).update(edition=edition)
    assert edition.collection_key in lists()
    Article.objects.filter(pk=article.pk).update(live=False)
    assert lists() == set()
    Article.objects.filter(pk=article.pk).update(live=True, published_at=datetime(2020, 2, 3, tzinfo=UTC))
    assert set(Listing.objects.filter(article=article).values_list("month", flat=True)) == {"2020-02"}
