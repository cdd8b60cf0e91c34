"""A streaming XML writer, as WordPress writes it; readable again whatever stands in a text."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import IO
from xml.sax.saxutils import escape, quoteattr

# What XML 1.0 cannot hold, not even escaped.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def without_control_characters(text: str) -> str:
    return _FORBIDDEN.sub("", text)


class Writer:
    """Writes elements one after the other, and remembers nothing but how deep it is."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._depth = 0

    @contextmanager
    def element(self, name: str, attributes: Mapping[str, str] | None = None) -> Iterator[None]:
        """Write an element that holds what is written inside."""
        self._line(f"<{name}{_attributes(attributes)}>")
        self._depth += 1
        yield
        self._depth -= 1
        self._line(f"</{name}>")

    def value(self, name: str, text: object = "", attributes: Mapping[str, str] | None = None) -> None:
        """Write an element with a number, a date or an address."""
        self._line(f"<{name}{_attributes(attributes)}>{escape(without_control_characters(str(text)))}</{name}>")

    def text(self, name: str, text: str = "", attributes: Mapping[str, str] | None = None) -> None:
        """Write an element with words, in CDATA: some readers of such files look for nothing else."""
        # What would end the section is cut in two, as WordPress does.
        words = without_control_characters(text).replace("]]>", "]]]]><![CDATA[>")
        self._line(f"<{name}{_attributes(attributes)}><![CDATA[{words}]]></{name}>")

    def meta(self, key: str, value: object) -> None:
        """Write a custom field of the item that is being written; nothing for an empty one."""
        if value not in {"", None}:
            with self.element("wp:postmeta"):
                self.text("wp:meta_key", key)
                self.text("wp:meta_value", str(value))

    def raw(self, line: str) -> None:
        """Write a line as it is."""
        self._line(line)

    def _line(self, line: str) -> None:
        self._stream.write(("\t" * self._depth + line + "\n").encode())


def _attributes(attributes: Mapping[str, str] | None) -> str:
    return "".join(
        f" {name}={quoteattr(without_control_characters(value))}" for name, value in (attributes or {}).items()
    )
