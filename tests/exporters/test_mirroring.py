"""The reader's site as a folder: it opens without a server, follows the paper, and can be proved authentic."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
import time_machine
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import override_settings
from django.utils import timezone, translation

from rotative.comments.models import Status
from rotative.content.models import Article, Home, Section
from rotative.copies.errors import ExportError
from rotative.exporters.mirror.mirroring import make_mirror
from rotative.exporters.mirror.pages import rewrite
from rotative.exporters.mirror.signing import load_or_make_key
from rotative.exporters.verification import SIGNED_WITH, fingerprint_of, load_key, verify
from rotative.publishing.publisher import publish_until_idle
from rotative.publishing.writing import writing
from tests import builders
from tests.properties.publishing_machine import make_publisher

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).parents[2]
SITE = "https://estuaire.example"
ADDRESS = "/vie-publique/vote/"


@pytest.fixture(autouse=True)
def site(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.SITE_URL = SITE
    settings.HOME = tmp_path / "home"
    with translation.override("en"):
        yield


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "mirror"


def publish() -> None:
    publisher = make_publisher(Path(settings.STORE_ROOT))
    publish_until_idle(publisher)
    publisher.close()


def make_paper() -> None:
    """Make and publish a small paper, with a picture, a comment, an old address and a story that was taken back."""
    builders.a_newspaper()
    publish()
    section = builders.a_section("Politique")
    linked = builders.an_article("Autre", section)
    article = builders.an_article(
        "Vote",
        section,
        lead_image=builders.a_picture(size=(40, 30)),
        body=[("text", f'<p>Voir <a linktype="page" id="{linked.pk}">là</a> et <a href="{SITE}/sujets/">ici</a>.</p>')],
    )
    builders.a_comment(article, status=Status.APPROVED)
    builders.put_on_front(Home.objects.get(), article)
    builders.an_article("Retiré", section).unpublish()
    publish()
    section = Section.objects.get()
    section.slug = "vie-publique"
    section.save_revision().publish()
    publish()


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: Any) -> Path:
    """Publish the paper once, into files that the tests of this module copy: a mirror is made of files alone."""
    root = tmp_path_factory.mktemp("paper")
    chosen = {
        "SITE_URL": SITE,
        "STORE_ROOT": root / "store",
        "MEDIA_ROOT": root / "media",
        "STORAGES": {
            "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
            "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
        },
    }
    with django_db_blocker.unblock(), override_settings(**chosen), writing():
        make_paper()
        transaction.set_rollback(True)
    with django_db_blocker.unblock():
        connection.close()
    return root


@pytest.fixture
def paper(stored: Path, settings: Any) -> None:
    """Put the stored pages and the pictures of the small paper where the settings say."""
    shutil.copytree(stored / "store", settings.STORE_ROOT)
    shutil.copytree(stored / "media", settings.MEDIA_ROOT)


@pytest.fixture
def living_paper(db: None) -> Article:
    """Make the small paper with its database, for what changes it."""
    make_paper()
    return Article.objects.get(title="Vote")


def contents(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Return when each file was written, and its bytes."""
    return {
        path.relative_to(folder).as_posix(): (path.stat().st_mtime_ns, path.read_bytes())
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def addresses_in(html: str) -> Iterator[str]:
    for name, value in re.findall(r'\s(href|src|srcset|poster)="([^"]*)"', html):
        parts = [part.split()[0] for part in value.split(", ")] if name == "srcset" else [value]
        yield from map(unescape, parts)


def test_every_relative_link_and_picture_leads_to_a_file_of_the_mirror(paper: None, folder: Path) -> None:
    make_mirror(folder)

    followed = 0
    for page in folder.rglob("*.html"):
        if page.name == "404.html":
            continue
        for address in addresses_in(page.read_text()):
            assert not address.startswith("/"), f"{page}: {address}"
            if re.match(r"[a-z]+:|#", address):
                continue
            target = (page.parent / unquote(re.split("[?#]", address)[0])).resolve()
            assert target.is_file(), f"{page}: {address}"
            assert target.is_relative_to(folder.resolve())
            followed += 1
    assert followed > 100


def test_a_page_of_a_mirror_asks_nobody_for_anything_and_has_no_form(paper: None, folder: Path) -> None:
    make_mirror(folder)

    html = (folder / ADDRESS[1:] / "index.html").read_text()
    assert "<form" not in html
    assert '<script type="module"' not in html
    assert "data-fragment" not in html
    assert "data-copy" not in html
    assert "manifest.webmanifest" not in html
    assert f'<a href="{SITE}{ADDRESS}#commenter">' in html
    assert "img-src &#x27;self&#x27; file:" in html
    assert "script-src" not in html
    assert f'<link rel="canonical" href="{SITE}{ADDRESS}">' in html
    assert not (folder / "fragments").exists()


def test_a_link_in_a_story_stays_in_the_mirror_when_it_can(paper: None, folder: Path) -> None:
    make_mirror(folder)

    html = (folder / ADDRESS[1:] / "index.html").read_text()
    assert '<a href="../autre/index.html"' in html
    assert '<a href="../../sujets/index.html"' in html


def test_feeds_and_sitemaps_keep_whole_addresses(paper: None, folder: Path) -> None:
    make_mirror(folder)
    assert f"<link>{SITE}{ADDRESS}</link>" in (folder / "flux" / "rss.xml").read_text()

    make_mirror(folder, base_url="https://mirror.example/estuaire")
    assert f"<link>https://mirror.example/estuaire{ADDRESS}</link>" in (folder / "flux" / "rss.xml").read_text()
    assert 'href="https://mirror.example/estuaire/static/' in (folder / "404.html").read_text()


def test_an_old_address_leads_on_within_the_mirror(paper: None, folder: Path) -> None:
    make_mirror(folder)

    html = (folder / "politique" / "vote" / "index.html").read_text()
    assert 'content="0;url=../../vie-publique/vote/index.html"' in html
    assert f'<link rel="canonical" href="{SITE}{ADDRESS}">' in html


def test_a_story_that_was_taken_back_says_so_in_the_mirror(paper: None, folder: Path) -> None:
    make_mirror(folder)

    pages = [page for page in folder.rglob("index.html") if page.parent.name == "retire"]
    assert pages
    assert all("Retiré" not in page.read_text() for page in pages)


def test_a_second_run_touches_nothing_when_nothing_has_changed(paper: None, folder: Path) -> None:
    make_mirror(folder)
    before = contents(folder)

    done = make_mirror(folder)

    assert (done.written, done.removed) == (0, 0)
    assert contents(folder) == before


def test_a_second_run_writes_what_has_changed_and_removes_what_is_gone(living_paper: Article, folder: Path) -> None:
    first = make_mirror(folder)
    before = contents(folder)
    Article.objects.get(title="Autre").delete()
    living_paper.title = "Vote, suite"
    living_paper.save_revision().publish()
    builders.a_topic("Coton")
    publish()

    done = make_mirror(folder)

    after = contents(folder)
    assert 0 < done.written < len(after)
    assert "sujets/coton/index.html" in after.keys() - before.keys()
    assert b"Vote, suite" in after[f"{ADDRESS[1:]}index.html"][1]
    picture = next(name for name in after if name.endswith(".avif"))
    assert after[picture] == before[picture]
    assert done.number > first.number
    assert verify(folder).is_good


def test_a_page_that_no_longer_exists_leaves_no_folder(paper: None, folder: Path, settings: Any) -> None:
    make_mirror(folder)
    for file in (Path(settings.STORE_ROOT) / "pages" / "sujets").rglob("*.*"):
        file.unlink()

    done = make_mirror(folder)

    assert done.removed == 1
    assert not (folder / "sujets").exists()
    assert verify(folder).is_good


def test_a_file_that_was_altered_in_the_mirror_is_mended(paper: None, folder: Path) -> None:
    make_mirror(folder)
    (folder / "index.html").write_text("Hacked")

    assert make_mirror(folder).written == 1
    assert verify(folder).is_good


def test_what_a_killed_run_left_is_removed(paper: None, folder: Path) -> None:
    make_mirror(folder)
    (folder / ".index.html.new").write_text("<!doc")
    (folder / "manifest.sig").write_bytes(b"of another manifest")

    make_mirror(folder)

    assert not (folder / ".index.html.new").exists()
    assert verify(folder).is_good


def test_a_run_that_dies_early_can_be_followed_by_another(
    paper: None, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_args: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("rotative.exporters.mirror.mirroring._Run.copy", die)
    with pytest.raises(KeyboardInterrupt):
        make_mirror(folder)
    assert not verify(folder).is_good
    monkeypatch.undo()

    make_mirror(folder)
    assert verify(folder).is_good


def test_an_unchanged_mirror_is_signed_again_after_a_day(paper: None, folder: Path) -> None:
    first = make_mirror(folder)

    with time_machine.travel(timezone.now() + timezone.timedelta(days=2), tick=False):
        second = make_mirror(folder)

    assert second.written == 0
    assert second.number > first.number


def test_a_folder_that_is_no_mirror_is_not_touched(paper: None, folder: Path) -> None:
    folder.mkdir()
    (folder / "wedding.jpg").write_text("!")

    with pytest.raises(ExportError, match="is no mirror of a newspaper"):
        make_mirror(folder)

    assert [path.name for path in folder.iterdir()] == ["wedding.jpg"]


def test_a_link_in_the_folder_is_not_followed(paper: None, folder: Path, tmp_path: Path) -> None:
    make_mirror(folder)
    shutil.rmtree(folder / "flux")
    (tmp_path / "outside").mkdir()
    (folder / "flux").symlink_to(tmp_path / "outside")

    with pytest.raises(ExportError, match="is a link to somewhere else"):
        make_mirror(folder)

    assert not list((tmp_path / "outside").iterdir())


def test_a_paper_without_pages_says_what_to_do(settings: Any, folder: Path) -> None:
    with pytest.raises(CommandError, match=r"rotative rebuild --all"):
        call_command("export", "static", str(folder))


def test_the_key_is_made_once_and_only_its_owner_can_read_it(paper: None, folder: Path, settings: Any) -> None:
    first = make_mirror(folder)

    key = settings.HOME / "secrets" / "mirror.pem"
    assert key.stat().st_mode & 0o777 == 0o600
    assert b"PRIVATE" not in (folder / "manifest.pub").read_bytes()
    assert make_mirror(folder.with_name("another")).fingerprint == first.fingerprint
    assert fingerprint_of(load_key((folder / "manifest.pub").read_bytes())) == first.fingerprint


def test_a_key_that_is_none_is_refused(paper: None, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "key").write_text("no key")

    with pytest.raises(ExportError, match="is no Ed25519 key"):
        make_mirror(folder, key=tmp_path / "key")


def test_the_mirror_is_made_while_the_database_is_down(paper: None, folder: Path, django_db_blocker: Any) -> None:
    with django_db_blocker.block():
        assert make_mirror(folder).files > 0


def test_what_only_looks_like_an_attribute_in_a_text_stays(paper: None) -> None:
    html = '<p>On écrit href="/x/" ainsi.</p><a class="b" href="/x/?a=1&amp;b=2#c">x</a>'

    assert rewrite(html, lambda address: f"[{address}]", "/") == (
        '<p>On écrit href="/x/" ainsi.</p><a class="b" href="[/x/?a=1&amp;b=2#c]">x</a>'
    )


# --- verification


@pytest.fixture
def mirror(paper: None, folder: Path) -> Path:
    make_mirror(folder)
    return folder


def replace_byte(folder: Path) -> None:
    data = bytearray((folder / "index.html").read_bytes())
    data[100] ^= 1
    (folder / "index.html").write_bytes(bytes(data))


def replace_with_link(folder: Path) -> None:
    (folder / "index.html").rename(folder.parent / "outside.html")
    (folder / "index.html").symlink_to(folder.parent / "outside.html")


def test_a_whole_mirror_is_whole_and_with_the_key_authentic(mirror: Path, settings: Any) -> None:
    assert verify(mirror).sentence().startswith("Whole: ")
    fingerprint = verify(mirror).fingerprint
    for key in (fingerprint, fingerprint.replace(" ", "").upper(), str(mirror / "manifest.pub")):
        verdict = verify(mirror, key)
        assert verdict.is_good
        assert verdict.sentence().startswith("Whole and authentic: ")
    assert verdict.files == len(contents(mirror)) - len(SIGNED_WITH)


@pytest.mark.parametrize(
    ("tamper", "found"),
    [
        (replace_byte, {"altered": ["index.html"]}),
        (replace_with_link, {"altered": ["index.html"]}),
        (lambda folder: os.truncate(folder / "index.html", 10), {"altered": ["index.html"]}),
        (lambda folder: (folder / "flux" / "rss.xml").unlink(), {"missing": ["flux/rss.xml"]}),
        (lambda folder: (folder / "flux" / "evil.html").write_text("!"), {"surplus": ["flux/evil.html"]}),
        (lambda folder: (folder / "evil").symlink_to("/etc"), {"surplus": ["evil"]}),
        (lambda folder: os.mkfifo(folder / "pipe"), {"surplus": ["pipe"]}),
    ],
)
def test_what_was_changed_is_named(mirror: Path, tamper: Callable[[Path], None], found: dict[str, list[str]]) -> None:
    tamper(mirror)

    verdict = verify(mirror, verify(mirror).fingerprint)

    assert not verdict.is_good
    assert {name: getattr(verdict, name) for name in ("missing", "altered", "surplus")} == {
        "missing": [],
        "altered": [],
        "surplus": [],
        **found,
    }
    assert verdict.sentence().startswith("Not to be trusted: of number ")


def signed_by_another(mirror: Path) -> None:
    make_mirror(mirror, key=mirror.parent / "another.pem")


def signed_again_with_another_list(mirror: Path) -> None:
    text = (mirror / "manifest.json").read_text()
    (mirror / "manifest.json").write_text(text.replace("index.html", "../x.html", 1))


@pytest.mark.parametrize(
    ("tamper", "sentence"),
    [
        (signed_by_another, "Not to be trusted: it was signed with another key"),
        (signed_again_with_another_list, "Not to be trusted: the list of files was altered"),
        (lambda folder: (folder / "manifest.sig").unlink(), "no signed mirror of a newspaper: manifest.sig"),
        (lambda folder: (folder / "manifest.pub").write_text("x"), "no signed mirror of a newspaper"),
        (lambda folder: (folder / "manifest.json").unlink(), "no signed mirror of a newspaper: manifest.json"),
    ],
)
def test_who_cannot_sign_is_found_out(mirror: Path, tamper: Callable[[Path], None], sentence: str) -> None:
    fingerprint = verify(mirror).fingerprint
    tamper(mirror)

    verdict = verify(mirror, fingerprint)

    assert not verdict.is_good
    assert sentence in verdict.sentence()


@pytest.mark.parametrize("path", ["../404.html", *sorted(SIGNED_WITH)])
def test_a_list_that_leads_out_of_the_folder_or_to_its_own_signature_is_refused_even_when_it_is_signed(
    mirror: Path, settings: Any, path: str
) -> None:
    key = load_or_make_key(settings.HOME / "secrets" / "mirror.pem")
    text = (mirror / "manifest.json").read_text().replace('"404.html"', f'"{path}"', 1)
    (mirror / "manifest.json").write_text(text)
    (mirror / "manifest.sig").write_bytes(key.sign(text.encode()))

    assert "leads out of the folder" in verify(mirror).sentence()


def test_an_old_copy_is_found_by_its_number(living_paper: Article, folder: Path) -> None:
    old = make_mirror(folder)
    shutil.copytree(folder, folder.with_name("old"))
    living_paper.title = "Vote, suite"
    living_paper.save_revision().publish()
    publish()
    new = make_mirror(folder)

    assert verify(folder, new.fingerprint, at_least=new.number).is_good
    verdict = verify(folder.with_name("old"), new.fingerprint, at_least=new.number)
    assert not verdict.is_good
    assert verdict.sentence().startswith(f"An old copy: it has number {old.number}")


def test_the_command_says_it_in_one_sentence_and_ends_with_1(mirror: Path, capsys: Any) -> None:
    call_command("verify", str(mirror))
    assert capsys.readouterr().out.startswith("Whole: ")

    replace_byte(mirror)
    with pytest.raises(SystemExit) as ended:
        call_command("verify", str(mirror), key=verify(mirror).fingerprint)

    assert ended.value.code == 1
    out = capsys.readouterr().out
    assert out.splitlines()[1] == "  altered file: index.html"


def test_a_copy_can_be_checked_where_there_is_no_newspaper(mirror: Path, tmp_path: Path) -> None:
    nowhere = tmp_path / "nowhere"
    nowhere.mkdir()
    variables = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "rotative.exporters.verification", str(mirror), verify(mirror).fingerprint]

    good = subprocess.run(command, cwd=nowhere, env=variables, capture_output=True, text=True)
    replace_byte(mirror)
    bad = subprocess.run(command, cwd=nowhere, env=variables, capture_output=True, text=True)

    assert (good.returncode, bad.returncode) == (0, 1)
    assert good.stdout.startswith("Whole and authentic: ")
    assert "altered: index.html" in bad.stdout
    assert not list(nowhere.iterdir())


def test_openssl_can_check_the_signature_alone(mirror: Path) -> None:
    if not shutil.which("openssl"):
        pytest.skip("openssl is not installed")
    words = "openssl pkeyutl -verify -pubin -inkey manifest.pub -rawin -in manifest.json -sigfile manifest.sig"

    assert subprocess.run(words.split(), cwd=mirror, capture_output=True).returncode == 0
    replace_in_manifest = (mirror / "manifest.json").read_text().replace("index.html", "other.html", 1)
    (mirror / "manifest.json").write_text(replace_in_manifest)
    assert subprocess.run(words.split(), cwd=mirror, capture_output=True).returncode != 0


def test_a_key_that_is_neither_file_nor_fingerprint_is_told(mirror: Path) -> None:
    assert "neither the file of a public key nor a fingerprint" in verify(mirror, "abc").sentence()
