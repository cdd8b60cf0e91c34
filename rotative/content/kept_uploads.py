"""Temporary storage of uploads while something else in their form is wrong: no browser sends a file twice.

They lie where Wagtail keeps those of its upload of many, out of readers' reach, until the form is right. What nobody
comes back for goes after some days.
"""

from datetime import datetime, timedelta
from typing import Any, Final

from django import forms
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import File
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _
from wagtail.models import UploadedFile as StoredUpload

FIELD = "kept_file"
KEPT_DAYS: Final = 14  # as long as a browser keeps the words of the form: static/content/drafts.js


class KeptUpload(UploadedFile):  # type: ignore[type-arg] # Django does not take the argument at run time
    """A file that was sent with the form before, and was found good then."""

    def __init__(self, row: StoredUpload) -> None:
        name = row.file.name.rpartition("/")[2]
        super().__init__(row.file.open("rb"), name, size=row.file.size)
        self.row = row


class KeepsUpload(forms.ModelForm):  # type: ignore[type-arg] # Django does not take the argument at run time
    """A form with a `file`, which a person chooses once, however often the rest comes back."""

    kept_file = forms.CharField(required=False, widget=forms.HiddenInput)
    user: Any
    former: StoredUpload | None = None  # what was kept before another file was chosen

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.user = kwargs.get("user")
        super().__init__(*args, **kwargs)
        if "file" not in self.fields:
            del self.fields[FIELD]
        elif self.is_bound and (row := self._find_kept()):
            if self.files.get(self.add_prefix("file")):
                self.former = row
            else:
                self.files = MultiValueDict({self.add_prefix("file"): [KeptUpload(row)]})

    def full_clean(self) -> None:
        super().full_clean()
        # Wagtail's upload of many keeps files by itself; its forms are no request's.
        if FIELD in self.fields and isinstance(self.data, QueryDict) and self.errors and "file" not in self.errors:
            self._keep(self.cleaned_data.get("file"))

    def save(self, commit: bool = True) -> Any:
        saved = super().save(commit=commit)
        file = self.cleaned_data.get("file")
        if commit and isinstance(file, KeptUpload):
            forget(file.row)
        if commit:
            self._forget_former()
        return saved

    def _find_kept(self) -> StoredUpload | None:
        number = self.data.get(self.add_prefix(FIELD), "")
        if not (number.isascii() and number.isdigit() and len(number) < 19):
            return None
        label = self._meta.model._meta
        rows = StoredUpload.objects.filter(pk=int(number), uploaded_by_user=self.user)
        kept = rows.filter(
            for_content_type__app_label=label.app_label, for_content_type__model=label.model_name
        ).first()
        return kept if kept and kept.file.storage.exists(kept.file.name) else None

    def _keep(self, file: Any) -> None:
        if not isinstance(file, UploadedFile) or self.user is None:
            return
        row = file.row if isinstance(file, KeptUpload) else self._store(file)
        self._forget_former()
        data: Any = self.data.copy()  # type: ignore[attr-defined] # a QueryDict has it
        data[self.add_prefix(FIELD)] = str(row.pk)
        self.data = data
        field = self.fields["file"]
        field.required = field.widget.is_required = False
        self["file"].help_text = _("“%(name)s” is kept: you need not choose it again.") % {"name": file.name}

    def _forget_former(self) -> None:
        if self.former:
            forget(self.former)
        self.former = None

    def _store(self, file: Any) -> StoredUpload:
        kind = ContentType.objects.get_for_model(self._meta.model)
        row = StoredUpload(for_content_type=kind, uploaded_by_user=self.user)
        file.seek(0)
        row.file.save(file.name, File(file), save=True)
        return row


def forget(row: StoredUpload) -> None:
    row.file.delete(save=False)  # first: of a row without a file there is something to see, of a file without a row not
    row.delete()


def forget_uploads() -> int:
    """Delete files that wait for a form and that nobody came back for; return how many."""
    limit = timezone.now() - timedelta(days=KEPT_DAYS)
    old = [row for row in StoredUpload.objects.order_by("pk") if _is_older(row, limit)]
    for row in old:
        forget(row)
    return len(old)


def _is_older(row: StoredUpload, limit: datetime) -> bool:
    try:
        return bool(row.file.storage.get_modified_time(row.file.name) < limit)  # the row has no time
    except FileNotFoundError:
        return True
