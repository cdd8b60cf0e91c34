"""`rotative export`: the paper leaves, whole, for WordPress, or as a folder that opens without a server."""

import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from rotative.copies import dump
from rotative.copies.errors import ExportError
from rotative.exporters.mirror.mirroring import make_mirror
from rotative.exporters.wxr.exporting import export_wxr

KINDS = ("rotative", "wxr", "static")
SHOWN_MISSING = 10


class Command(BaseCommand):
    help = "Export the newspaper: everything, for WordPress, or the reader's site as a folder of files."

    def run_from_argv(self, argv: list[str]) -> None:
        """Take `rotative export FOLDER` for `rotative export rotative FOLDER`."""
        if len(argv) > 2 and argv[2] not in KINDS and not argv[2].startswith("-"):
            argv = [*argv[:2], "rotative", *argv[2:]]
        super().run_from_argv(argv)

    def add_arguments(self, parser: CommandParser) -> None:
        kinds = parser.add_subparsers(dest="kind", required=True, metavar="KIND")
        paper = kinds.add_parser("rotative", help="everything, for another Rotative: tables, files, a manifest")
        paper.add_argument("folder", metavar="FOLDER")
        wxr = kinds.add_parser("wxr", help="what WordPress can import, as one file")
        wxr.add_argument("file", metavar="FILE")
        static = kinds.add_parser("static", help="the reader's site, signed, for mirrors and memory sticks")
        static.add_argument("folder", metavar="FOLDER")
        static.add_argument("--base-url", metavar="URL", help="where the mirror will stand: its feeds lead there")
        static.add_argument("--sign", metavar="KEYFILE", help="the key that signs (default: the paper's own)")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            getattr(self, f"export_{options['kind']}")(options)
        except ExportError as error:
            raise CommandError(str(error)) from error

    def export_rotative(self, options: dict[str, Any]) -> None:
        target = Path(options["folder"])
        done = dump.dump_paper(target, self._tell)
        self.stdout.write(
            _("Rows: %(rows)s. Pictures and files: %(files)s (%(megabytes)s MB). Written to %(folder)s.")
            % {
                "rows": done.rows.total(),
                "files": done.files,
                "megabytes": f"{done.bytes / 1e6:.1f}",
                "folder": target,
            }
        )
        for name in done.missing[:SHOWN_MISSING]:
            self.stdout.write(_("Missing: %(name)s is named by a row, and is not there.") % {"name": name})
        if len(done.missing) > SHOWN_MISSING:
            self.stdout.write(_("… and %(count)s more.") % {"count": len(done.missing) - SHOWN_MISSING})

    def export_wxr(self, options: dict[str, Any]) -> None:
        target = Path(options["file"])
        done = export_wxr(target)
        self.stdout.write(
            _("Articles: %(posts)s. Pages: %(pages)s. Pictures and files: %(attachments)s. Written to %(file)s.")
            % {"posts": done.posts, "pages": done.pages, "attachments": done.attachments, "file": target}
        )

    def export_static(self, options: dict[str, Any]) -> None:
        target = Path(options["folder"])
        key = Path(options["sign"]) if options["sign"] else None
        done = make_mirror(target, web_address_of(options["base_url"]), key)
        self.stdout.write(
            _(
                "Files: %(files)s, of which %(written)s were written; removed: %(removed)s. "
                "Folder: %(folder)s. Number: %(number)s."
            )
            % {
                "files": done.files,
                "folder": target,
                "written": done.written,
                "removed": done.removed,
                "number": done.number,
            }
        )
        self.stdout.write(_("Key: %(fingerprint)s") % {"fingerprint": done.fingerprint})

    def _tell(self, label: str, count: int) -> None:
        if sys.stdout.isatty():
            self.stdout.write(f"  {label}: {count}")


def web_address_of(text: str | None) -> str | None:
    """Return the address where a mirror will stand, without a slash at its end."""
    if not text:
        return None
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise CommandError(_("“%(text)s” is no address such as https://mirror.example/paper.") % {"text": text})
    return text.rstrip("/")
