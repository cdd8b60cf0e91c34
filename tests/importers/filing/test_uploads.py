"""Files of an old site: each once, pictures developed anew; what is missing is said and costs nothing else."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from wagtail.contrib.redirects.models import Redirect

from rotative.content.models import Article, MediaFile, Picture
from rotative.importers.filing import jobs, undoing
from rotative.importers.filing.uploads import Shelves, bring_in
from rotative.importers.models import FetchedFile, ImportJob, Made
from rotative.importers.story.stories import FileAt, KnownFiles, PictureAt
from rotative.importers.wordpress.source import Export
from tests.builders import a_newspaper
from tests.importers.wordpress.exports import SITE, a_category, an_export, an_item
from tests.old_site import OldSite, old_site

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


def bring(job: ImportJob, *files: PictureAt | FileAt, **options: object) -> KnownFiles:
    return bring_in(job, files, Shelves(allow_private=True, **options))  # type: ignore[arg-type]


def test_a_picture_comes_with_its_words_and_is_noted_for_the_undoing(job: ImportJob, site: OldSite) -> None:
    site.answers = {"/pont.jpg": photograph()}
    found = bring(job, PictureAt(f"{site.url}/pont.jpg", "Le pont", credit="Awa Tossou"))
    picture = Picture.objects.get(pk=found.pictures[f"{site.url}/pont.jpg"])
    assert (picture.description, picture.credit, picture.width) == ("Le pont", "Awa Tossou", 40)
    assert picture.renditions.count() > 1
    assert Made.objects.get(job=job).number == picture.pk


def test_it_is_fetched_once_and_the_same_bytes_are_one_picture(job: ImportJob, site: OldSite) -> None:
    site.answers = {"/a.jpg": photograph(), "/b.jpg": photograph()}
    both = [PictureAt(f"{site.url}/{name}.jpg") for name in "ab"]
    first = bring(job, *both)
    assert len(set(first.pictures.values())) == Picture.objects.count() == 1
    assert bring(job, *both).pictures == first.pictures
    assert sorted(site.asked) == ["/a.jpg", "/b.jpg"]


def test_what_is_missing_or_no_picture_is_said_and_looked_for_again_when_asked(job: ImportJob, site: OldSite) -> None:
    site.answers = {"/page.jpg": b"<html>"}
    gone, page = PictureAt(f"{site.url}/gone.jpg"), PictureAt(f"{site.url}/page.jpg")
    found = bring(job, gone, page)
    assert found.reasons == {gone.address: "status 404", page.address: "no picture"}
    site.answers["/gone.jpg"] = photograph()
    assert not bring(job, gone).pictures
    assert bring(job, gone, retries=True).pictures


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
    assert bring(job, PictureAt(address), uploads=tmp_path, online=False).pictures


@pytest.mark.parametrize(
    "path", ["../secret.jpg", "/uploads/../../secret.jpg", "uploads/%2e%2e/secret.jpg", "link.jpg", "a\0b.jpg"]
)
def test_nothing_beside_the_uploads_is_read(job: ImportJob, tmp_path: Path, path: str) -> None:
    (tmp_path / "secret.jpg").write_bytes(photograph())
    uploads = tmp_path / "uploads"
    uploads.mkdir()
    (uploads / "link.jpg").symlink_to(tmp_path / "secret.jpg")
    found = bring(job, PictureAt(f"https://x.example/{path.lstrip('/')}"), uploads=uploads, online=False)
    assert not found.pictures


@pytest.mark.parametrize("address", ["http://[x/uploads/a.jpg", f"https://x.example/uploads/{'a' * 300}.jpg"])
def test_what_no_file_can_be_called_is_missing_like_any_other(job: ImportJob, tmp_path: Path, address: str) -> None:
    assert bring(job, PictureAt(address), uploads=tmp_path, online=False).reasons == {address: "not fetched"}


def test_offline_nothing_is_fetched(job: ImportJob, site: OldSite) -> None:
    bring(job, PictureAt(f"{site.url}/a.jpg"), online=False)
    assert site.asked == []
    assert FetchedFile.objects.get().reason == "not fetched"


# --- sounds, films, PDFs


def test_a_sound_comes_as_it_is_and_once(job: ImportJob, site: OldSite) -> None:
    site.answers = {"/a.mp3": b"ID3 sound", "/b.mp3": b"ID3 sound"}
    found = bring(job, FileAt(f"{site.url}/a.mp3", "Le journal de midi"), FileAt(f"{site.url}/b.mp3"))
    media = MediaFile.objects.get()
    assert set(found.media.values()) == {media.pk}
    assert (media.title, media.file.read()) == ("Le journal de midi", b"ID3 sound")
    media.file.close()


def test_a_file_that_contains_something_else_is_refused(job: ImportJob, site: OldSite) -> None:
    site.answers = {"/a.pdf": b"<html><script>alert(1)</script>"}
    found = bring(job, FileAt(f"{site.url}/a.pdf"))
    assert (found.media, list(found.reasons.values())) == ({}, ["no media"])
    assert not MediaFile.objects.exists()


def test_the_old_address_of_a_file_leads_to_the_new_one(site: OldSite) -> None:
    job = ImportJob.objects.create(kind="wordpress", source="x", site=site.url.removeprefix("http://"))
    site.answers = {"/uploads/pont.jpg": photograph(), "/uploads/avis.pdf": b"%PDF-1.7"}
    found = bring(job, PictureAt(f"{site.url}/uploads/pont.jpg"), FileAt(f"{site.url}/uploads/avis.pdf"))
    picture, media = Picture.objects.get(), MediaFile.objects.get()
    targets = dict(Redirect.objects.values_list("old_path", "redirect_link"))
    assert targets["/uploads/avis.pdf"] == media.file.url
    assert targets["/uploads/pont.jpg"] in [copy.url for copy in picture.renditions.all()]
    assert (found.pictures, found.media) == (
        {f"{site.url}/uploads/pont.jpg": picture.pk},
        {f"{site.url}/uploads/avis.pdf": media.pk},
    )


def test_a_file_of_another_site_leaves_no_address_here(job: ImportJob, site: OldSite) -> None:
    site.answers = {"/avis.pdf": b"%PDF-1.7"}
    bring(job, FileAt(f"{site.url}/avis.pdf"))
    assert not Redirect.objects.exists()


def test_a_wordpress_paper_keeps_its_sounds_and_pdfs_and_an_undo_takes_them_back(tmp_path: Path) -> None:
    """An interview that plays, a notice that is linked, an archive that no newspaper serves."""
    uploads = tmp_path / "uploads"
    uploads.mkdir()
    (uploads / "entretien.mp3").write_bytes(b"ID3 sound")
    (uploads / "avis.pdf").write_bytes(b"%PDF-1.7")
    folder = f"{SITE}/wp-content/uploads"
    body = f'[audio src="{folder}/entretien.mp3"]\n\n<p>Lire <a href="{folder}/avis.pdf">l’avis</a>.</p>'
    names = ("entretien.mp3", "avis.pdf", "fonds.zip")
    files = [
        an_item(number, name, "", post_type="attachment", status="inherit", attachment_url=f"{folder}/{name}")
        for number, name in enumerate(names, 2)
    ]
    a_newspaper()
    with Export(
        an_export(tmp_path / "e.xml", a_category("politique", "Politique"), an_item(1, body=body), *files)
    ) as source:
        job = ImportJob.objects.create(kind="wordpress", source="e.xml", site=source.name)
        jobs.run(job, source, Shelves(uploads=uploads, online=False))

    sound, notice = MediaFile.objects.order_by("-title")
    player, text = Article.objects.get().body.raw_data
    assert (player["type"], player["value"]["file"]) == ("audio", sound.pk)
    assert f'href="{notice.file.url}"' in text["value"]
    lines = {line.title: (line.outcome, line.reason) for line in job.lines.filter(title__contains=".")}
    assert lines == {
        "entretien.mp3": ("imported", "media"),
        "avis.pdf": ("imported", "media"),
        "fonds.zip": ("skipped", "file"),
    }
    undoing.undo(job)
    assert not MediaFile.objects.exists()
    assert not Redirect.objects.exists()
    assert not FetchedFile.objects.exists(), "nor was anything else looked for"


def test_what_a_picture_is_called_in_another_story_is_counted_when_it_is_called_something_else_here(
    tmp_path: Path,
) -> None:
    (tmp_path / "pont.jpg").write_bytes(photograph())
    shown = [
        an_item(n, body=f'<p>a</p><img src="{SITE}/pont.jpg" alt="{alt}">')
        for n, alt in enumerate(["Le pont", "Le bac", ""])
    ]
    a_newspaper()
    with Export(an_export(tmp_path / "e.xml", *shown)) as source:
        job = ImportJob.objects.create(kind="wordpress", source="e.xml", site=source.name)
        jobs.run(job, source, Shelves(uploads=tmp_path, online=False))
    left = [line.report["left_out"] for line in job.lines.filter(key__startswith="post:").order_by("number")]
    assert left == [{}, {"other descriptions": 1}, {}]
