"""A copy of the whole paper, as a folder: its form, how it is written (dumped), and how it is read again (restored)."""
