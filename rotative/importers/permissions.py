"""Who may see imports and act on them: whoever the table of roles gives `importers.change_importjob`."""

from typing import Final

MAY_IMPORT: Final = "importers.change_importjob"
