"""Who may see imports and act on them: whoever the table of roles gives `importers.change_importjob`."""

from typing import Any, Final

MAY_IMPORT: Final = "importers.change_importjob"


def may_import(user: Any) -> bool:
    return bool(user.has_perm(MAY_IMPORT))
