"""Pictures of an old site: each once, developed anew; what is missing is said and costs nothing else."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from rotative.content.models import Picture
from rotative.importers.models import FetchedPicture, ImportJob, Made
from rotative.importers.pictures import Found, Shelves, bring_in
from rotative.importers.stories import PictureAt
from tests.importers.web import OldSite, old_site

pytestmark = pytest.mark.django_db


@pytest.fixture
def site() -> Iterator[OldSite]:
    with old_site() as found:
        yield found


@pytest.fixture
def job() -> ImportJob:
    return ImportJob.objects.create(kind="wordpress", source="x")


def photograph(colour: str = "teal") -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(file, "JPEG")
    return file.getvalue()


def bring(job: ImportJob, *pictures: PictureAt, **options: object) -> Found:
    return bring_in(job, pictures, Shelves(allow_private=True, **options))  # type: ignore[arg-type]


def test_a_picture_comes_with_its_words_and_is_noted_for_the_undoing(job: ImportJob, site: OldSite) -> None:
    site.answers = {"/pont.jpg": photograph()}
    found = bring(job, PictureAt(f"{site.url}/pont.jpg", "Le pont", credit="Awa Tossou"))
    picture = Picture.objects.get(pk=found.numbers[f"{site.url}/pont.jpg"])
    assert (picture.description, picture.credit, picture.width) == ("Le pont", "Awa Tossou", 40)
    assert picture.renditions.count() > 1
    assert Made.objects.get(job=job).number == picture.pk


def test_it_is_fetched_once_and_the_same_bytes_are_one_picture(job: ImportJob, site: OldSite) -> None:
    site.answers = {"/a.jpg": photograph(), "/b.jpg": photograph()}
    both = [PictureAt(f"{site.url}/{name}.jpg") for name in "ab"]
    first = bring(job, *both)
    assert len(set(first.numbers.values())) == Picture.objects.count() == 1
    assert bring(job, *both).numbers == first.numbers
    assert sorted(site.asked) == ["/a.jpg", "/b.jpg"]


def test_what_is_missing_or_no_picture_is_said_and_looked_for_again_when_asked(job: ImportJob, site: OldSite) -> None:
    site.answers = {"/page.jpg": b"<html>"}
    gone, page = PictureAt(f"{site.url}/gone.jpg"), PictureAt(f"{site.url}/page.jpg")
    found = bring(job, gone, page)
    assert found.reasons == {gone.address: "status 404", page.address: "no picture"}
    site.answers["/gone.jpg"] = photograph()
    assert not bring(job, gone).numbers
    assert bring(job, gone, retries=True).numbers


def test_a_picture_that_the_newsroom_deleted_stays_deleted(job: ImportJob, site: OldSite) -> None:
    site.answers = {"/a.jpg": photograph()}
    picture = PictureAt(f"{site.url}/a.jpg")
    bring(job, picture)
    Picture.objects.get().delete()
    assert bring(job, picture).reasons == {picture.address: "deleted"}


@pytest.mark.parametrize(
    "address", ["https://ancien.example/wp-content/uploads/2019/05/pont%20neuf.jpg", "2019/05/pont neuf.jpg"]
)
def test_a_copy_of_the_uploads_is_looked_at_first(job: ImportJob, tmp_path: Path, address: str) -> None:
    (tmp_path / "2019/05").mkdir(parents=True)
    (tmp_path / "2019/05/pont neuf.jpg").write_bytes(photograph())
    assert bring(job, PictureAt(address), uploads=tmp_path, online=False).numbers


@pytest.mark.parametrize(
    "path", ["../secret.jpg", "/uploads/../../secret.jpg", "uploads/%2e%2e/secret.jpg", "link.jpg", "a\0b.jpg"]
)
def test_nothing_beside_the_uploads_is_read(job: ImportJob, tmp_path: Path, path: str) -> None:
    (tmp_path / "secret.jpg").write_bytes(photograph())
    uploads = tmp_path / "uploads"
    uploads.mkdir()
    (uploads / "link.jpg").symlink_to(tmp_path / "secret.jpg")
    found = bring(job, PictureAt(f"https://x.example/{path.lstrip('/')}"), uploads=uploads, online=False)
    assert not found.numbers


def test_offline_nothing_is_fetched(job: ImportJob, site: OldSite) -> None:
    bring(job, PictureAt(f"{site.url}/a.jpg"), online=False)
    assert site.asked == []
    assert FetchedPicture.objects.get().reason == "not fetched"
