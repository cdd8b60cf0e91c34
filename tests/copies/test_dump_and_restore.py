"""The whole paper goes out, and comes in again elsewhere as the same paper."""

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import translation

from rotative.comments import deciding
from rotative.comments.models import Comment, Status
from rotative.content import actions
from rotative.content.models import Article, Home, Picture, Section, Withdrawal, WithdrawalKind
from rotative.copies import dump, folders
from rotative.copies import format as export_format
from rotative.copies.errors import ExportError, RestoreRefusedError
from rotative.copies.restore import restore_paper
from rotative.copies.serializing import exported_fields
from rotative.exporters.management.commands.export import Command as Export
from rotative.exporters.wxr.exporting import export_wxr
from rotative.publishing.models import StoredPage
from rotative.publishing.publisher import publish_until_idle
from rotative.publishing.writing import writing
from tests import builders
from tests.properties.publishing_machine import found_the_paper, make_publisher

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@contextmanager
def elsewhere(settings: Any, folder: Path) -> Iterator[None]:
    """Undo inside-made rows at the end: what comes after stands before an empty database and an empty disk."""
    with writing():
        yield
        transaction.set_rollback(True)
    settings.MEDIA_ROOT = folder / "other-media"


def an_eventful_paper() -> None:
    """Make a paper to which much has happened: moved, taken down, commented, drafted, signed in to."""
    found_the_paper()
    editor = get_user_model().objects.create_superuser("awa", "awa@example.org", "un mot de passe")
    vote, flood = Article.objects.get(slug="vote"), Article.objects.get(slug="crue")
    first = builders.a_comment(vote, status=Status.APPROVED, name="Hadiza")
    builders.a_comment(in_reply_to=first, status=Status.APPROVED, name="Issa", address="192.0.2.7")
    waiting = builders.a_comment(vote, status=Status.WAITING)
    deciding.decide([waiting], Status.SPAM, editor)
    Comment.objects.filter(pk=builders.a_comment(vote).pk).delete()  # a number that is not given again
    builders.a_comment(flood, status=Status.APPROVED)
    politics = Section.objects.get(slug="politique")
    politics.slug = "vie-publique"
    politics.save_revision(user=editor).publish()
    gone = builders.an_article("Un faux", Section.objects.get(slug="economie"))
    actions.take_down(gone, Withdrawal(address=gone.address, kind=WithdrawalKind.NOTICE, notice="Faux."), editor)
    draft = builders.a_draft("Pas encore", live=False)
    Section.objects.get(pk=politics.pk).add_child(instance=draft)
    draft.title = "Pas encore, deuxième version"
    draft.save_revision(user=editor)
    picture = Picture.objects.get()
    picture.tags.add("marché")


def published(root: Path) -> dict[str, tuple[int, bytes]]:
    """Return status and bytes of every page that a publisher makes of the paper as it is now."""
    publisher = make_publisher(root)
    publish_until_idle(publisher)
    publisher.close()
    found = {}
    for page in StoredPage.objects.order_by("path"):
        status = page.status or 0
        body = publisher.disk.files.read(page.path, status, "br") if status in {200, 301, 410} else b""
        found[page.path] = (status, body)
    return found


def rows_of(label: str) -> list[dict[str, Any]]:
    model = apps.get_model(label)
    names = ["pk", *exported_fields(model)]
    return list(model._base_manager.order_by("pk").values(*names))


def test_an_export_in_an_empty_rotative_gives_the_same_store_byte_for_byte(settings: Any, tmp_path: Path) -> None:
    with elsewhere(settings, tmp_path):
        builders.a_newspaper()
        published(tmp_path / "store-before")  # so that old addresses are known to it
        an_eventful_paper()
        before = published(tmp_path / "store-before")
        tables = {label: rows_of(label) for label in export_format.MODELS if label.startswith(("content", "comments"))}
        dump.dump_paper(tmp_path / "paper")

    restored = restore_paper(tmp_path / "paper")

    after = published(tmp_path / "store-after")
    assert after == before
    assert {301, 410} <= {status for status, _body in after.values()}
    assert {label: rows_of(label) for label in tables} == tables
    assert not restored.skipped
    assert restored.files > 0


def test_what_shows_a_picture_is_known_after_an_import_too(settings: Any, tmp_path: Path) -> None:
    with elsewhere(settings, tmp_path):
        picture = builders.a_picture()
        builders.an_article(body=[("image", {"image": picture, "caption": "", "credit": ""})])
        dump.dump_paper(tmp_path / "paper")

    restore_paper(tmp_path / "paper")

    assert Picture.objects.get().get_usage().count() == 1


def test_new_rows_are_numbered_after_those_that_came_in(settings: Any, tmp_path: Path) -> None:
    with elsewhere(settings, tmp_path):
        article = builders.an_article()
        last = builders.a_comment(article, pk=7000)
        dump.dump_paper(tmp_path / "paper")

    restore_paper(tmp_path / "paper")

    assert builders.a_comment(Article.objects.get(pk=article.pk)).pk > last.pk
    assert builders.an_article("Un autre").pk > article.pk


def test_nobody_s_password_leaves_and_who_can_sign_in_here_goes_on_being_able_to(settings: Any, tmp_path: Path) -> None:
    accounts = get_user_model().objects
    with elsewhere(settings, tmp_path):
        here = accounts.create_user("chef", password="là-bas")
        builders.an_author("Awa", user=accounts.create_user("admin", password="là-bas aussi"))
        dump.dump_paper(tmp_path / "paper")
    assert "là-bas" not in (tmp_path / "paper" / "tables" / "accounts.user.jsonl").read_text()
    assert "password" not in (tmp_path / "paper" / "tables" / "accounts.user.jsonl").read_text()
    accounts.create_user("admin", password="ici", pk=here.pk)

    restore_paper(tmp_path / "paper")

    assert accounts.get(username="admin").check_password("ici")
    assert accounts.get(username="admin").author.name == "Awa"
    assert not accounts.get(username="chef").has_usable_password()
    assert accounts.get(username="chef").pk == here.pk


def test_an_account_whose_number_is_taken_gets_another(settings: Any, tmp_path: Path) -> None:
    accounts = get_user_model().objects
    with elsewhere(settings, tmp_path):
        taken = accounts.create_user("chef")
        builders.a_newspaper()
        dump.dump_paper(tmp_path / "paper")
    accounts.create_user("admin", password="ici", pk=taken.pk)

    restore_paper(tmp_path / "paper")

    assert accounts.get(username="admin").check_password("ici")
    assert accounts.get(pk=taken.pk).username == "chef"


def test_addresses_of_readers_devices_stay(tmp_path: Path) -> None:
    builders.a_comment(address="192.0.2.7", network="192.0.2.0", status=Status.APPROVED)

    dump.dump_paper(tmp_path / "paper")

    assert "192.0.2.7" not in (tmp_path / "paper" / "tables" / "comments.comment.jsonl").read_text()


def test_moments_keep_their_microseconds(tmp_path: Path) -> None:
    article = builders.an_article()

    dump.dump_paper(tmp_path / "paper")

    line = (tmp_path / "paper" / "tables" / "content.article.jsonl").read_text()
    assert article.published_at.isoformat() in line


def test_two_exports_of_one_paper_have_the_same_tables(tmp_path: Path) -> None:
    found_the_paper()

    dump.dump_paper(tmp_path / "one")
    dump.dump_paper(tmp_path / "two")

    one, two = (json.loads((tmp_path / name / "manifest.json").read_text()) for name in ("one", "two"))
    assert one["tables"] == two["tables"]
    assert one["others"] == two["others"]


def test_the_manifest_tells_the_digest_of_every_file(tmp_path: Path) -> None:
    builders.an_article(lead_image=builders.a_picture())

    dump.dump_paper(tmp_path / "paper")

    manifest = json.loads((tmp_path / "paper" / "manifest.json").read_text())
    for entry in [*manifest["tables"], *manifest["others"]]:
        data = (tmp_path / "paper" / entry["file"]).read_bytes()
        assert (entry["size"], entry["sha256"]) == (len(data), hashlib.sha256(data).hexdigest())
        assert entry["rows"] == data.count(b"\n")
    listed = [json.loads(line) for line in (tmp_path / "paper" / "files.jsonl").read_text().splitlines()]
    for entry in listed:
        data = (tmp_path / "paper" / "media" / entry["name"]).read_bytes()
        assert entry["sha256"] == hashlib.sha256(data).hexdigest()
    assert len(listed) == 1 + 8


def test_a_file_that_is_not_there_is_told_and_the_rest_goes(settings: Any, tmp_path: Path) -> None:
    with elsewhere(settings, tmp_path):
        picture = builders.a_picture()
        Path(picture.file.path).unlink()
        done = dump.dump_paper(tmp_path / "paper")
        assert done.missing == [picture.file.name]

    restore_paper(tmp_path / "paper")

    assert Picture.objects.get().title == picture.title


# --- the folder


def test_an_export_that_dies_in_the_middle_leaves_nothing_half(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    builders.an_article()
    dump.dump_paper(tmp_path / "paper")
    before = (tmp_path / "paper" / "manifest.json").read_text()

    def die(*_args: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(dump, "_write_media", die)
    for name in ("paper", "another"):
        with pytest.raises(KeyboardInterrupt):
            dump.dump_paper(tmp_path / name)

    assert [path.name for path in tmp_path.iterdir() if path.name not in {"media", "store"}] == ["paper"]
    assert (tmp_path / "paper" / "manifest.json").read_text() == before


def test_what_a_killed_export_left_is_cleared_by_the_next(tmp_path: Path) -> None:
    builders.a_newspaper()
    left = tmp_path / ".paper.new" / "tables"
    left.mkdir(parents=True)
    (left / "content.article.jsonl").write_text("{half a li")

    dump.dump_paper(tmp_path / "paper")

    assert not left.exists()
    assert (tmp_path / "paper" / "tables" / "content.article.jsonl").read_text() == ""


def test_a_folder_that_is_no_export_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "wedding.jpg").write_text("!")

    with pytest.raises(ExportError, match="is no export of Rotative"):
        dump.dump_paper(tmp_path / "photos")

    assert (tmp_path / "photos" / "wedding.jpg").read_text() == "!"


def test_only_its_owner_can_read_an_export(tmp_path: Path) -> None:
    builders.a_newspaper()

    dump.dump_paper(tmp_path / "paper")
    export_wxr(tmp_path / "paper.xml")

    assert (tmp_path / "paper").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "paper.xml").stat().st_mode & 0o777 == 0o600


def test_a_full_disk_is_told_in_a_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def refuse(self: Any, text: str) -> int:
        raise OSError(28, "No space left on device", str(tmp_path / "paper"))

    monkeypatch.setattr(folders.Digesting, "write", refuse)
    with pytest.raises(CommandError, match=r"paper” cannot be written: No space left on device\."):
        call_command("export", "rotative", str(tmp_path / "paper"))


def test_export_alone_means_everything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    builders.a_newspaper()
    monkeypatch.setattr("django.db.connections.close_all", lambda: None)  # a command closes them at its end

    Export().run_from_argv(["rotative", "export", str(tmp_path / "paper")])

    assert dump.is_export(tmp_path / "paper")


# --- what is refused


@pytest.fixture
def paper(settings: Any, tmp_path: Path) -> Path:
    """Make an export of a small paper; the database is empty again."""
    with elsewhere(settings, tmp_path):
        builders.an_article("Vote", lead_image=builders.a_picture(size=(40, 30)))
        dump.dump_paper(tmp_path / "paper")
    return tmp_path / "paper"


def seal(paper: Path) -> None:
    """Make the digests of a manifest fit what somebody has changed."""
    manifest = json.loads((paper / "manifest.json").read_text())
    for entry in [*manifest["tables"], *manifest["others"]]:
        data = (paper / entry["file"]).read_bytes()
        entry["sha256"] = hashlib.sha256(data).hexdigest()
    (paper / "manifest.json").write_text(json.dumps(manifest))


def change_manifest(paper: Path, **values: Any) -> None:
    manifest = json.loads((paper / "manifest.json").read_text())
    (paper / "manifest.json").write_text(json.dumps(manifest | values))


def replace_in(name: str, old: str, new: str) -> Callable[[Path], None]:
    def change(paper: Path) -> None:
        text = (paper / name).read_text()
        assert old in text
        (paper / name).write_text(text.replace(old, new, 1))
        seal(paper)

    return change


def altered_byte(paper: Path) -> None:
    path = paper / "tables" / "content.article.jsonl"
    path.write_text(path.read_text().replace("Le corps", "Le Corps"))


def altered_picture(paper: Path) -> None:
    with next((paper / "media" / "original_images").iterdir()).open("ab") as file:
        file.write(b"!")


def picture_behind_a_link(paper: Path) -> None:
    path = next((paper / "media" / "original_images").iterdir())
    outside = paper.parent / "outside.jpg"
    path.rename(outside)
    path.symlink_to(outside)


def folder_behind_a_link(paper: Path) -> None:
    shutil.move(paper / "tables", paper.parent / "outside")
    (paper / "tables").symlink_to(paper.parent / "outside")


def unknown_table(paper: Path) -> None:
    manifest = json.loads((paper / "manifest.json").read_text())
    manifest["tables"][0] |= {"model": "sessions.Session"}
    (paper / "manifest.json").write_text(json.dumps(manifest))


def table_from_outside(paper: Path) -> None:
    manifest = json.loads((paper / "manifest.json").read_text())
    manifest["tables"][0] |= {"file": "../outside.jsonl"}
    (paper / "manifest.json").write_text(json.dumps(manifest))


def nested_line(paper: Path) -> None:
    (paper / "tables" / "content.article.jsonl").write_text("[" * 100_000 + "\n")
    seal(paper)


PICTURE_NAME = "original_images/test.jpg"
HOSTILE: dict[str, tuple[Callable[[Path], None], str]] = {
    "an altered byte": (altered_byte, "article.jsonl” is damaged"),
    "an altered picture": (altered_picture, "original_images/.*” is damaged"),
    "a picture behind a link": (picture_behind_a_link, "leads out of the export"),
    "tables behind a link": (folder_behind_a_link, "leads out of the export"),
    "a missing table": (lambda paper: (paper / "tables/content.topic.jsonl").unlink(), "topic.jsonl” is damaged or"),
    "no manifest": (lambda paper: (paper / "manifest.json").unlink(), "is no export of a newspaper"),
    "another format": (lambda paper: change_manifest(paper, format="x"), "is no export of a newspaper"),
    "a newer format": (lambda paper: change_manifest(paper, version=99), "made by a newer Rotative"),
    "an unknown table": (unknown_table, "has “sessions.Session”, which this Rotative does not know"),
    "a table from outside": (table_from_outside, "manifest.json” is damaged"),
    "another table's row": (
        replace_in("tables/content.article.jsonl", '"content.article"', '"sessions.session"'),
        "Line 1 of “tables/content.article.jsonl” cannot be read",
    ),
    "an unknown field": (
        replace_in("tables/content.article.jsonl", '"kicker"', '"cracker"'),
        "It has the field “cracker”",
    ),
    "no number": (replace_in("tables/content.article.jsonl", '"pk": ', '"pk": "x", "was": '), "cannot be read"),
    "a row that names nobody": (
        replace_in("tables/content.listing.jsonl", '"article": ', '"article": 99'),
        "contradicts itself",
    ),
    "a nested line": (nested_line, "Line 1 of “tables/content.article.jsonl” cannot be read"),
    "a picture outside": (replace_in("files.jsonl", "original_images/", "../../outside/"), "leads out of the export"),
    "a script for a picture": (replace_in("files.jsonl", ".jpg", ".html"), "no kind of file that a newspaper has"),
    "a row with a picture outside": (
        replace_in("tables/content.picture.jsonl", "original_images/", "/etc/"),
        "leads out of the export",
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_or_damaged_export_is_refused_in_a_sentence(name: str, paper: Path, tmp_path: Path) -> None:
    tamper, sentence = HOSTILE[name]
    tamper(paper)
    homes = Home.objects.count()

    with pytest.raises(RestoreRefusedError, match=sentence), writing():
        restore_paper(paper)

    assert not Article.objects.exists()
    assert Home.objects.count() == homes
    assert not [path for path in (tmp_path / "other-media").rglob("*") if path.is_file()]


def test_a_line_without_end_is_refused_before_it_is_read(monkeypatch: pytest.MonkeyPatch, paper: Path) -> None:
    monkeypatch.setattr(export_format, "LONGEST_LINE", 500)

    with pytest.raises(RestoreRefusedError, match=r"Line 1 of .* is too long"), writing():
        restore_paper(paper)


def test_a_paper_that_is_not_empty_is_not_overwritten(paper: Path) -> None:
    builders.an_article("Un autre")

    with pytest.raises(RestoreRefusedError, match="This newspaper is not empty"), writing():
        restore_paper(paper)

    assert Article.objects.get().title == "Un autre"


def test_files_that_a_killed_import_left_do_not_stop_the_next(settings: Any, paper: Path) -> None:
    shutil.copytree(paper / "media", settings.MEDIA_ROOT)

    restore_paper(paper)

    with Article.objects.get().lead_image.open_file() as file:
        assert file.read()


def test_every_table_goes_along_or_has_a_reason_to_stay() -> None:
    models = apps.get_models(include_auto_created=True)
    left = [
        model._meta.label
        for model in models
        if model._meta.label not in export_format.MODELS
        and model._meta.label not in export_format.LEFT_OUT
        and (model._meta.app_label not in export_format.LEFT_OUT or model._meta.label in export_format.MODELS)
    ]
    assert not left, f"Say in rotative/copies/format.py whether these leave with the paper: {left}"
    assert len(set(export_format.MODELS)) == len(export_format.MODELS)


@pytest.mark.parametrize(
    "name", ["../x", "/x", "a/../x", "a//x", "a\\x", "c:x", ".x", "a/.x", "", "a\nb", "a/", "x" * 256]
)
def test_a_name_that_leads_elsewhere_is_not_safe(name: str) -> None:
    assert not export_format.is_safe(name)
