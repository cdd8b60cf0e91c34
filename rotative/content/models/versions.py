"""What a stored version says of where it comes from."""

from typing import Any


class NamesItsForm:
    """Has each version that is stored from a form name that form (editing.py), so that the form knows its own words."""

    written_in = ""  # while it is being stored

    def serializable_data(self) -> dict[str, Any]:
        data: dict[str, Any] = super().serializable_data()  # type: ignore[misc]
        return data | {"written_in": self.written_in} if self.written_in else data
