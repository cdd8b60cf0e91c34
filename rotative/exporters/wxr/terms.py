"""What WordPress sorts posts by: authors, categories of sections and of editions, tags."""

from dataclasses import dataclass, field

from rotative.content.models import Author, Edition, Newspaper, Section, Topic
from rotative.exporters.wxr.writing import Writer

NEWSROOM = "redaction"  # who wrote what nobody signed


@dataclass
class Terms:
    """The names under which the file knows each section, edition and author."""

    categories: dict[int, tuple[str, str]] = field(default_factory=dict)  # by page: (address, name)
    logins: dict[int, str] = field(default_factory=dict)  # by author
    newsroom: str = NEWSROOM


def write_terms(writer: Writer) -> Terms:
    """Write all that posts refer to, parents before children; return under which names."""
    terms = Terms()
    _write_authors(writer, terms)
    _write_categories(writer, terms)
    for topic in Topic.objects.order_by("pk").iterator():
        with writer.element("wp:tag"):
            writer.value("wp:term_id", topic.pk)
            writer.text("wp:tag_slug", topic.slug)
            writer.text("wp:tag_name", topic.name)
            writer.text("wp:tag_description", topic.description)
    return terms


def _write_authors(writer: Writer, terms: Terms) -> None:
    for author in Author.objects.order_by("pk").iterator():
        terms.logins[author.pk] = author.slug
        first, _space, last = author.name.rpartition(" ")
        _write_author(writer, author.pk, author.slug, author.email, (author.name, first, last))
    while terms.newsroom in terms.logins.values():
        terms.newsroom += "-1"
    name = Newspaper.load().name
    _write_author(writer, max(terms.logins, default=0) + 1, terms.newsroom, "", (name, "", ""))


def _write_author(writer: Writer, number: int, login: str, email: str, names: tuple[str, str, str]) -> None:
    display, first, last = names
    with writer.element("wp:author"):
        writer.value("wp:author_id", number)
        writer.text("wp:author_login", login)
        writer.text("wp:author_email", email or f"{login}@invalid.example")  # WordPress wants one, and no two alike
        writer.text("wp:author_display_name", display)
        writer.text("wp:author_first_name", first)
        writer.text("wp:author_last_name", last)


def _write_categories(writer: Writer, terms: Terms) -> None:
    taken: set[str] = set()
    for section in Section.objects.select_related("desk").order_by("path"):
        parent = terms.categories[section.desk_id][0] if section.desk_id else ""
        address = _free(section.slug, taken, parent)
        terms.categories[section.pk] = (address, section.title)
        _write_category(writer, section.pk, address, parent, (section.title, section.description))
    for edition in Edition.objects.order_by("path"):
        address = _free(edition.slug, taken, "edition")
        terms.categories[edition.pk] = (address, edition.title)
        _write_category(writer, edition.pk, address, "", (edition.title, edition.search_description))


def _free(slug: str, taken: set[str], prefix: str) -> str:
    """Return an address that no other category has: WordPress tells them apart by it alone."""
    address = slug
    while address in taken:
        address = f"{prefix or 'rubrique'}-{address}"
    taken.add(address)
    return address


def _write_category(writer: Writer, number: int, address: str, parent: str, words: tuple[str, str]) -> None:
    with writer.element("wp:category"):
        writer.value("wp:term_id", number)
        writer.text("wp:category_nicename", address)
        writer.text("wp:category_parent", parent)
        writer.text("wp:cat_name", words[0])
        writer.text("wp:category_description", words[1])
