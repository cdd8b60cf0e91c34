"""Files that are kept for a form: when they go."""

import os
import time
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from wagtail.models import UploadedFile

from rotative.content.kept_uploads import KEPT_DAYS, forget_uploads
from rotative.management import background, worker

pytestmark = pytest.mark.django_db


def kept(days: float) -> UploadedFile:
    row = UploadedFile()
    row.file.save("photo.jpg", ContentFile(b"photo"))
    then = time.time() - days * 86_400
    os.utime(row.file.path, (then, then))
    return row


def test_a_file_that_nobody_came_back_for_goes_after_some_days() -> None:
    old, new = kept(KEPT_DAYS + 0.1), kept(KEPT_DAYS - 0.1)

    assert [forget_uploads(), forget_uploads()] == [1, 0]

    assert UploadedFile.objects.get() == new
    assert Path(new.file.path).exists()
    assert not Path(old.file.path).exists()


def test_a_row_whose_file_is_lost_goes_at_once() -> None:
    Path(kept(0).file.path).unlink()
    assert forget_uploads() == 1
    assert not UploadedFile.objects.exists()


def test_the_worker_looks_each_day(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[Any] = []
    monkeypatch.setattr(worker, "run", lambda chores, _should_stop: done.extend(chores))
    background.work()
    assert (86_400, forget_uploads) in done


def test_a_file_is_kept_as_long_as_the_words_of_its_form() -> None:
    script = Path("rotative/content/static/content/drafts.js").read_text()
    assert f"const DAYS = {KEPT_DAYS};" in script
