"""Style and scripts of the newsroom, with the sentences they say."""

import json

from django.templatetags.static import static
from django.utils.html import format_html, format_html_join, json_script
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext
from wagtail import hooks

from rotative.content import device_drafts


@hooks.register("insert_global_admin_css")
def newsroom_style() -> SafeString:
    return format_html('<link rel="stylesheet" href="{}">', static("content/newsroom.css"))


@hooks.register("insert_global_admin_js")
def newsroom_scripts() -> SafeString:
    """Load what every screen needs; the map gives scripts that import each other the names of their stored files."""
    imports = {f"newsroom/{name}": static(f"content/{name}.js") for name in ("session", "drafts")}
    return format_html(
        '{}<script type="importmap">{}</script>{}',
        json_script(device_drafts.sentences(), "newsroom-words"),
        mark_safe(json.dumps({"imports": imports})),  # noqa: S308 (addresses of our own files)
        _scripts("online", "drafts"),
    )


@hooks.register("insert_editor_js")
def editing_scripts() -> SafeString:
    return _scripts("autosave", "sign-in-again")


def _scripts(*names: str) -> SafeString:
    addresses = [(static(f"content/{name}.js"),) for name in names]
    return format_html_join("", '<script type="module" src="{}"></script>', addresses)


@hooks.register("insert_editor_js")
def paste_script() -> SafeString:
    """Add the script that reads what is pasted, and the sentences in which it says what could not be kept."""
    strings = {
        "tables_below": gettext("A table was put into a block of its own, below this text."),
        "tables": gettext("A table stands here as lines: this text cannot hold one."),
        "table_links": gettext("A link in a table was taken out: a table holds words alone. Its words have stayed."),
        "table_superscript": gettext("Raised letters in a table became plain: a table holds words alone."),
        "pictures": gettext("A picture could not be pasted. Add it with a block “Image”."),
        "media": gettext("A film, a sound or a frame could not be pasted. Add it with a block of its own."),
        "notes": gettext("Footnotes became plain marks in the text, and their words stand at its end."),
        "links": gettext("A link was taken out: it leads nowhere for readers. Its words have stayed."),
        "headings": gettext("Headings became paragraphs: this field takes none."),
        "lists": gettext("A list became paragraphs: this field takes none."),
        "superscript": gettext("Raised letters became plain: this field takes none."),
        "subscript": gettext("Lowered letters became plain: the newspaper has none."),
        "struck": gettext("Words that were struck out are no longer: the newspaper does not strike out."),
        "underlined": gettext("Words that were underlined are no longer: the newspaper underlines links alone."),
    }
    return format_html("{}{}", json_script(strings, "paste-strings"), _scripts("paste"))
