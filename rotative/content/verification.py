"""Whether an article that was taken down is gone: asked over the network, at every door, as a reader would."""

import time
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import unescape
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from rotative.content.models import Article, Withdrawal
from rotative.publishing import page_types
from rotative.publishing.models import StoredPage
from rotative.publishing.redirects import target_of
from rotative.publishing.store import digest_of

FETCH_SECONDS = 3.0
DOOR_SECONDS = 5.0  # for all pages at one door
# Of the pages that showed the article, so many are asked for at each door; all of them are made again.
MOST_ASKED = 40
# A shorter headline may stand by chance in what every page has, such as the name of a country in the menu.
SHORTEST_HEADLINE = 10
LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss"})


@dataclass(frozen=True)
class Check:
    """What a reader finds at one address, by one door."""

    door: str
    path: str
    answer: str
    is_gone: bool


def doors() -> list[tuple[str, str]]:
    """Return the name and address of each server that a reader may be answered by."""
    return [(_("the site"), settings.SITE_URL), *((address, address) for address in settings.PURGE_URLS)]


def look(article: Article, withdrawal: Withdrawal, known: Sequence[Check] = ()) -> list[Check]:
    """Ask each door for the address of the article and for the pages that showed it; what is `known` is not asked."""
    gone = {(found.door, found.path): found for found in known if found.is_gone}
    checks = []
    for door, server in doors():
        paths = [article.address, *withdrawal.shown_on[:MOST_ASKED]]
        asked = _look_at_door(door, server, article, withdrawal, [path for path in paths if (door, path) not in gone])
        found = gone | {(check.door, check.path): check for check in asked}
        checks += [found[door, path] for path in paths]
    return checks


def _look_at_door(
    name: str, server: str, article: Article, withdrawal: Withdrawal, paths: Sequence[str]
) -> Iterator[Check]:
    until = time.monotonic() + DOOR_SECONDS
    stored = dict(StoredPage.objects.filter(path__in=paths).values_list("path", "digest"))
    parts = urlsplit(server)
    make = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    for path in paths:
        if path != article.address and time.monotonic() > until:
            yield Check(name, path, _("not asked"), is_gone=False)
            continue
        # One connection each: a server that closes them would be taken for one that is down.
        connection = make(parts.hostname or "", parts.port, timeout=FETCH_SECONDS)
        try:
            connection.request("GET", path, headers={"Host": urlsplit(settings.SITE_URL).netloc})
            response = connection.getresponse()
            body = response.read()
        except (OSError, HTTPException) as error:
            yield Check(name, path, str(error) or type(error).__name__, is_gone=False)
            # Whoever does not answer once is not waited for again and again.
            until = 0.0
            continue
        finally:
            connection.close()
        is_new = digest_of(body) == stored.get(path)  # the very bytes that the publisher has made
        if path == article.address:
            is_gone = is_as_chosen(response, body, withdrawal) and (is_new or not shows(article.title, body))
        else:
            is_gone = response.status < 500 and (is_new or article.address.encode() not in body)
        yield Check(name, path, str(response.status), is_gone)


def is_as_chosen(response: HTTPResponse, body: bytes, withdrawal: Withdrawal) -> bool:
    """Tell whether the answer is the one that the newsroom has chosen, whatever it shows."""
    answer = page_types.resolve(withdrawal.address)  # the target may have moved since, or lead on itself
    if answer is None or response.status != answer.document.status:
        return False
    if response.status != 301:
        return response.status == 410
    try:
        target = response.headers["Location"] or target_of(body)
    except ValueError:
        return False
    ends = (target, target_of(answer.document.body))
    found, wanted = (unquote(address).removeprefix(settings.SITE_URL) for address in ends)
    return found == wanted


def shows(headline: str, body: bytes) -> bool:
    """Tell whether a page shows a headline, in whatever typography it was set."""
    sought = squeeze(headline)
    return len(sought) >= SHORTEST_HEADLINE and sought in squeeze(strip_tags(body.decode(errors="replace")))


def squeeze(text: str) -> str:
    """Return the letters and digits of a text: what typesetting leaves alone."""
    decomposed = unicodedata.normalize("NFKD", unescape(text).casefold().translate(LIGATURES))
    return "".join(letter for letter in decomposed if letter.isalnum())


def is_verified(checks: Sequence[Check]) -> bool:
    return bool(checks) and all(found.is_gone for found in checks)
