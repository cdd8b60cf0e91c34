"""The audit log of an import in words, as entries and as CSV, in the reader's language."""
