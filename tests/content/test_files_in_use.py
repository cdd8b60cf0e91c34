"""Who may change the files that pages show: nobody who may not publish those pages, by whichever screen."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Collection

from rotative.accounts import roles
from rotative.accounts.models import User
from rotative.content.models import Article, MediaFile, Newspaper, Picture
from tests.builders import a_draft, a_picture, a_section, an_article, an_author
from tests.newsroom import a_person, messages_of, signed_in

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db,
    pytest.mark.usefixtures("files_collected"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture
def reporter() -> User:
    return a_person(roles.REPORTER)


def a_sound(owner: User) -> MediaFile:
    return MediaFile.objects.create(title="Reportage", file=ContentFile(b"ID3", "r.mp3"), uploaded_by_user=owner)


def shown_in_text(file: MediaFile) -> dict[str, Any]:
    return {"body": [("text", f'<p>Le <a linktype="document" id="{file.pk}">rapport</a></p>')]}


def words_of(file: Picture | MediaFile) -> tuple[str, str, int, str]:
    kept = type(file).objects.get(pk=file.pk)
    return kept.title, kept.file.name, kept.collection_id, getattr(kept, "description", "")


def another_picture() -> SimpleUploadedFile:
    with a_picture("Autre").file.open("rb") as file:
        return SimpleUploadedFile("autre.jpg", file.read())


PICTURE_FORM = {"title": "Autre", "description": "Autre", "credit": "", "tags": ""}


def edit_picture(client: Client, picture: Picture) -> Any:
    path = reverse("wagtailimages:edit", args=[picture.pk])
    return client.post(path, PICTURE_FORM | {"file": another_picture()}, follow=True)


def edit_words_of_picture(client: Client, picture: Picture) -> Any:
    return client.post(reverse("wagtailimages:edit", args=[picture.pk]), PICTURE_FORM, follow=True)


def delete_picture(client: Client, picture: Picture) -> Any:
    return client.post(reverse("wagtailimages:delete", args=[picture.pk]), follow=True)


def edit_uploaded_picture(client: Client, picture: Picture) -> Any:
    fields = {f"image-{picture.pk}-{name}": value for name, value in PICTURE_FORM.items()}
    path = reverse("wagtailimages:edit_multiple", args=[picture.pk])
    return client.post(path, fields, headers={"X-Requested-With": "XMLHttpRequest"})


def delete_uploaded_picture(client: Client, picture: Picture) -> Any:
    path = reverse("wagtailimages:delete_multiple", args=[picture.pk])
    return client.post(path, headers={"X-Requested-With": "XMLHttpRequest"})


def in_bulk(action: str, kind: str) -> Callable[[Client, Any], Any]:
    def send(client: Client, file: Any) -> Any:
        other = Collection.get_first_root_node().add_child(name="Ailleurs")
        path = reverse("wagtail_bulk_action", args=["content", kind, action])
        return client.post(f"{path}?id={file.pk}", {"collection": other.pk, "tags": "x"})

    return send


PICTURE_WAYS: dict[str, Callable[[Client, Any], Any]] = {
    "another file": edit_picture,
    "other words": edit_words_of_picture,
    "deletion": delete_picture,
    "the screen after an upload": edit_uploaded_picture,
    "deletion after an upload": delete_uploaded_picture,
    "deletion of many": in_bulk("delete", "picture"),
    "another collection": in_bulk("add_to_collection", "picture"),
}


@pytest.mark.parametrize("way", PICTURE_WAYS.values(), ids=PICTURE_WAYS)
def test_who_uploaded_a_picture_cannot_change_it_once_others_have_published_it(
    way: Callable[[Client, Any], Any], reporter: User
) -> None:
    picture = a_picture(uploaded_by_user=reporter)
    an_article(owner=reporter, lead_image=picture)
    before = words_of(picture)
    way(signed_in(reporter), picture)
    assert words_of(picture) == before


@pytest.mark.parametrize("way", PICTURE_WAYS.values(), ids=PICTURE_WAYS)
def test_who_uploaded_a_picture_changes_it_while_no_reader_sees_it(
    way: Callable[[Client, Any], Any], reporter: User
) -> None:
    picture = a_picture(uploaded_by_user=reporter)
    article = a_draft(owner=reporter, live=False, lead_image=picture)
    a_section().add_child(instance=article)
    before = words_of(picture)
    way(signed_in(reporter), picture)
    assert not Picture.objects.filter(pk=picture.pk).exists() or words_of(picture) != before


def test_who_may_publish_what_shows_a_picture_may_change_it(reporter: User) -> None:
    picture = a_picture(uploaded_by_user=reporter)
    an_article(lead_image=picture)
    edit_words_of_picture(signed_in(a_person(roles.DESK_EDITOR)), picture)
    assert words_of(picture)[0] == "Autre"


MEDIA_FORM = {"title": "Autre", "tags": ""}


def edit_sound(client: Client, file: MediaFile) -> Any:
    form = MEDIA_FORM | {"file": SimpleUploadedFile("autre.mp3", b"ID3 autre")}
    return client.post(reverse("wagtaildocs:edit", args=[file.pk]), form, follow=True)


def delete_sound(client: Client, file: MediaFile) -> Any:
    return client.post(reverse("wagtaildocs:delete", args=[file.pk]), follow=True)


def edit_uploaded_sound(client: Client, file: MediaFile) -> Any:
    fields = {f"doc-{file.pk}-{name}": value for name, value in MEDIA_FORM.items()}
    path = reverse("wagtaildocs:edit_multiple", args=[file.pk])
    return client.post(path, fields, headers={"X-Requested-With": "XMLHttpRequest"})


def delete_uploaded_sound(client: Client, file: MediaFile) -> Any:
    path = reverse("wagtaildocs:delete_multiple", args=[file.pk])
    return client.post(path, headers={"X-Requested-With": "XMLHttpRequest"})


MEDIA_WAYS: dict[str, Callable[[Client, Any], Any]] = {
    "another file": edit_sound,
    "deletion": delete_sound,
    "the screen after an upload": edit_uploaded_sound,
    "deletion after an upload": delete_uploaded_sound,
    "deletion of many": in_bulk("delete", "mediafile"),
    "another collection": in_bulk("add_to_collection", "mediafile"),
}


@pytest.mark.parametrize("way", MEDIA_WAYS.values(), ids=MEDIA_WAYS)
@pytest.mark.parametrize("is_published", [True, False], ids=["published", "draft"])
def test_a_media_file_is_kept_as_a_picture_is(
    way: Callable[[Client, Any], Any], is_published: bool, reporter: User
) -> None:
    file = a_sound(reporter)
    if is_published:
        an_article(owner=reporter, **shown_in_text(file))
    before = words_of(file)
    way(signed_in(reporter), file)
    is_as_before = MediaFile.objects.filter(pk=file.pk).exists() and words_of(file) == before
    assert is_as_before == is_published


def in_a_gallery(picture: Picture) -> list[Any]:
    slides = [{"image": picture.pk, "caption": "", "credit": ""}] * 2
    return [("gallery", {"title": "", "pictures": slides})]


def test_a_picture_within_a_gallery_is_kept_too(reporter: User) -> None:
    picture = a_picture(uploaded_by_user=reporter)
    article = an_article(owner=reporter)
    slide = {"image": picture.pk, "caption": "", "credit": ""}
    gallery = {"type": "gallery", "value": {"title": "", "pictures": [slide, slide]}}
    article.body = json.dumps([gallery])
    article.save_revision().publish()
    before = words_of(picture)
    edit_picture(signed_in(reporter), picture)
    assert words_of(picture) == before


def test_a_picture_that_an_hour_will_publish_stays_what_was_approved(reporter: User) -> None:
    picture = a_picture(uploaded_by_user=reporter)
    article = a_draft(owner=reporter, live=False)
    a_section().add_child(instance=article)
    article.lead_image = picture
    article.go_live_at = timezone.now() + timedelta(days=1)
    article.save_revision().publish()
    assert not Article.objects.get(pk=article.pk).live
    before = words_of(picture)
    edit_picture(signed_in(reporter), picture)
    assert words_of(picture) == before


def test_a_picture_that_an_editor_has_before_them_stays_as_they_see_it(reporter: User) -> None:
    picture = a_picture(uploaded_by_user=reporter)
    article = a_draft(owner=reporter, live=False, lead_image=picture)
    a_section().add_child(instance=article)
    article.save_revision(user=reporter)
    article.get_workflow().start(article, reporter)
    before = words_of(picture)
    edit_picture(signed_in(reporter), picture)
    assert words_of(picture) == before


def test_a_portrait_and_the_nameplate_are_changed_by_whoever_may_change_what_shows_them(reporter: User) -> None:
    portrait, nameplate = a_picture(uploaded_by_user=reporter), a_picture(uploaded_by_user=reporter)
    an_author(portrait=portrait)
    newspaper = Newspaper.load()
    newspaper.nameplate = nameplate
    newspaper.save()
    for picture in (portrait, nameplate):
        before = words_of(picture)
        edit_words_of_picture(signed_in(reporter), picture)
        assert words_of(picture) == before
        edit_words_of_picture(signed_in(a_person(roles.EDITOR_IN_CHIEF)), picture)
        assert words_of(picture) != before


def test_the_refusal_names_the_page_and_says_what_to_do(reporter: User) -> None:
    picture, sound = a_picture(uploaded_by_user=reporter), a_sound(reporter)
    an_article("Le pont rouvre", owner=reporter, lead_image=picture, **shown_in_text(sound))
    for response in (edit_picture(signed_in(reporter), picture), delete_sound(signed_in(reporter), sound)):
        said = messages_of(response)
        assert "Le pont rouvre" in said
        assert "Demandez à un chef de rubrique" in said or "Ask an editor" in said


def test_a_refused_file_can_still_be_chosen_and_seen_in_the_list(reporter: User) -> None:
    picture = a_picture("Marché de nuit", uploaded_by_user=reporter)
    an_article(owner=reporter, lead_image=picture)
    client = signed_in(reporter)
    assert b"March\xc3\xa9 de nuit" in client.get(reverse("wagtailimages:index")).content
    assert client.get(reverse("wagtailimages_chooser:chosen", args=[picture.pk])).status_code == 200
