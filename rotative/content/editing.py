"""The form in which an article is written.

It stands apart from forms.py, because models name it while they are being loaded, and the forms of files cannot be
imported that early.
"""

from typing import Any

from wagtail.admin.forms import WagtailAdminPageForm


class ArticleForm(WagtailAdminPageForm):
    """A draft may wait for its edition; a published article has one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "edition" in self.fields:
            self.fields["edition"].required = True
