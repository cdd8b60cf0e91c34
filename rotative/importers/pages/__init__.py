"""HTML pages of news sites, read into stories: `read_page` for one page, `sources` for a folder or a WARC file of them.

Pure: no database, no network. docs/how-to/import-html-pages.md says it for those who import.
"""

from rotative.importers.pages.page_reader import read_page

__all__ = ["read_page"]
