"""The forms in which pages are written.

They stand apart from forms.py, because models name them while they are being loaded, and the forms of files cannot be
imported that early.
"""

from typing import Any

from wagtail.admin.forms import WagtailAdminPageForm


class ReaderPageForm(WagtailAdminPageForm):
    """A page whose title gives no address, such as an emoji alone, gets one when it is saved."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:
            self.fields["slug"].required = False


class ArticleForm(ReaderPageForm):
    """A draft may wait for its edition; a published article has one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "edition" in self.fields:
            self.fields["edition"].required = True
