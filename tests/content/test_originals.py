"""Originals of pictures are the newsroom's: readers get copies, and nobody guesses an address."""

import importlib
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from rotative.accounts import roles
from rotative.content.models import Picture
from rotative.content.storage import hide_originals, signed_link
from tests.builders import a_picture
from tests.newsroom import a_client

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("files_collected"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


def public_files(settings: Any) -> list[str]:
    """Return the files that a server gives to anybody: all but hidden ones."""
    media = Path(settings.MEDIA_ROOT)
    found = [path.relative_to(media) for path in media.rglob("*") if path.is_file()]
    return [str(path) for path in found if not any(part.startswith(".") for part in path.parts)]


def bytes_of(picture: Picture) -> bytes:
    with picture.file.open("rb") as file:
        return bytes(file.read())


def test_an_original_lies_where_no_server_looks_and_no_other_user_enters(settings: Any) -> None:
    picture = a_picture()
    assert public_files(settings) == []
    assert picture.file.name.startswith("original_images/")
    assert (Path(settings.MEDIA_ROOT) / ".originals").stat().st_mode & 0o777 == 0o700


def test_a_picture_that_waits_for_its_alternative_text_is_not_public_either(settings: Any) -> None:
    original = bytes_of(a_picture())
    sent = SimpleUploadedFile("scoop.jpg", original)
    a_client(roles.REPORTER).post(reverse("wagtailimages:add_multiple"), {"title": "Scoop", "files[]": sent})
    assert [name for name in public_files(settings) if "images/" not in name] == []


def test_no_screen_of_the_newsroom_makes_a_public_copy_whose_name_can_be_guessed(settings: Any) -> None:
    picture = a_picture()
    original = bytes_of(picture)
    client = a_client(roles.DESK_EDITOR)
    for name, arguments in (("index", []), ("edit", [picture.pk]), ("delete", [picture.pk])):
        assert client.get(reverse(f"wagtailimages:{name}", args=arguments)).status_code == 200
    client.get(reverse("wagtailimages_chooser:choose"))
    made = public_files(settings)
    assert made
    for name in made:
        assert len(name.rpartition("-")[2].partition(".")[0]) == 32, name
        assert (Path(settings.MEDIA_ROOT) / name).read_bytes() != original


@pytest.mark.parametrize(
    ("role", "status"),
    [(roles.REPORTER, 200), (roles.DESK_EDITOR, 200), (roles.ADVERTISING_MANAGER, 302), (None, 302)],
)
def test_the_newsroom_sees_an_original_by_its_role(role: roles.Role | None, status: int) -> None:
    picture = a_picture()
    answer: Any = a_client(role).get(picture.file.url)
    assert answer.status_code == status
    if status == 200:
        assert b"".join(answer.streaming_content) == bytes_of(picture)
        assert answer["Content-Type"] == "image/jpeg"
        assert "no-store" in answer["Cache-Control"]


def test_who_has_not_signed_in_sees_no_original() -> None:
    picture = a_picture()
    assert Client().get(picture.file.url).url.startswith("/redaction/login/")
    assert Client().get(f"/medias/{picture.file.name}").status_code == 404


def test_a_signed_link_gives_the_one_original_for_some_weeks() -> None:
    picture, other = a_picture(), a_picture("Autre")
    with time_machine.travel("2026-11-30 12:00Z", tick=False):
        link = signed_link(picture.file.name)
        answer: Any = Client().get(link)
        assert b"".join(answer.streaming_content) == bytes_of(picture)
        assert Client().get(link.replace(picture.file.name, other.file.name)).status_code == 404
    with time_machine.travel("2026-12-13 12:00Z", tick=False):
        answer = Client().get(link)
        assert answer.status_code == 200
    with time_machine.travel("2026-12-29 12:00Z", tick=False):
        assert Client().get(link).status_code == 404


def test_originals_of_an_older_version_are_moved_once_and_found_again(settings: Any) -> None:
    picture = a_picture()
    data, media = bytes_of(picture), Path(settings.MEDIA_ROOT)
    (media / ".originals" / "original_images").rename(media / "original_images")
    assert public_files(settings)

    hide_originals()
    hide_originals()

    assert public_files(settings) == []
    assert bytes_of(picture) == data


def test_what_an_older_backup_brings_joins_what_is_there(settings: Any) -> None:
    kept, brought = a_picture(), a_picture("Autre")
    media = Path(settings.MEDIA_ROOT)
    (media / "original_images").mkdir()
    Path(brought.file.path).rename(media / brought.file.name)

    hide_originals()

    assert bytes_of(kept)
    assert bytes_of(brought)
    assert not (media / "original_images").exists()


def test_an_upgrade_forgets_thumbnails_and_keeps_what_readers_have(settings: Any) -> None:
    picture = a_picture()
    thumbnail, copy = (
        picture.get_rendition("max-165x165"),
        picture.get_rendition("width-640|format-jpeg|jpegquality-76"),
    )
    migration = importlib.import_module("rotative.content.migrations.0005_copies_for_readers_only")

    migration.forget_thumbnails(apps, None)

    assert not Path(thumbnail.file.path).exists()
    assert Path(copy.file.path).exists()
    assert list(picture.renditions.values_list("pk", flat=True)) == [copy.pk]
