"""Cache keys: the names by which a page notes its dependencies, and a change says what it touched.

Five shapes, all plain text:

* object `article:42`: a field of it that readers see has changed, or it came to them or was taken from them
* collection `section:3/articles`, `section:3/articles/2026-09`: membership, order or cut-off may have changed
* path `path:/politique/x/`: something starts or stops to exist there
* site `site:frame`: what has no number, such as the menu
* everything `site:everything`: every page, and the search for those that are missing
"""

EVERYTHING = "site:everything"
LONGEST = 1100  # the longest path, and its prefix
PATH = "path:"


def object_key(kind: str, number: object) -> str:
    """Name one row: `article:42`."""
    return f"{kind}:{number}"


def collection_key(owner: str, *steps: str) -> str:
    """Name a list that belongs to `owner`, itself a key or the name of a list: `section:3/articles/2026-09`."""
    return "/".join((owner, *steps))


def path_key(path: str) -> str:
    """Name what stands at an address: `path:/politique/x/`."""
    return PATH + path


def site_key(name: str) -> str:
    """Name a thing of which the paper has one: `site:frame`."""
    return f"site:{name}"


def path_of(key: str) -> str | None:
    """Return the path that a path key names, or None for another key."""
    return key.removeprefix(PATH) if key.startswith(PATH) else None
