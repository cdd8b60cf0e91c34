"""The site as the built-in server is told of it: what stands beside pages, pages for errors, and refusals in words.

Refusals are said before anything is known of the person, hence in both languages, a line each.
"""

from collections.abc import Iterable
from typing import Final

from rotative.addresses import COMMENTS, MEDIA, NEWSROOM, NOT_FOUND, NOT_SENT, OLD_QUERY, STATIC, UNAVAILABLE
from rotative.publishing.serving.admission import BUSY, TOO_LARGE, TRUNCATED
from rotative.publishing.serving.headers import NO_STORE
from rotative.publishing.serving.server import Site
from rotative.publishing.serving.wsgi import StartResponse

BESIDE: Final = (NEWSROOM, COMMENTS, STATIC, MEDIA)
PAGE: Final = (
    '<!doctype html><html lang="fr"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    '<meta name="color-scheme" content="light dark"><title>{title}</title>'
    '<p>{french}</p><p lang="en">{english}</p></html>'
)
SENTENCES: Final = {
    BUSY: "Trop de demandes à la fois. Celle-ci n’a pas été enregistrée\N{NO-BREAK SPACE}: revenez à la page "
    "précédente, et réessayez dans un instant.\n"
    "Too many requests at once. This one was not saved: go back to the page before, and try again in a moment.",
    TOO_LARGE: "C’est trop gros pour quelqu’un qui n’est pas connecté (2\N{NO-BREAK SPACE}Mo au plus). Rien n’est "
    "enregistré. Si vous êtes de la rédaction, votre session a pris fin\N{NO-BREAK SPACE}: connectez-vous, puis envoyez"
    " à nouveau.\n"
    "This is too large for somebody who has not signed in (at most 2 MB). Nothing was saved. If you are a member of "
    "the newsroom, your session has ended: sign in, then send it again.",
    TRUNCATED: "L’envoi s’est arrêté avant la fin, et rien n’est enregistré. Vérifiez la connexion, puis envoyez à "
    "nouveau.\n"
    "What was sent broke off before its end, and nothing was saved. Check the connection, then send it again.",
}


def is_beside(path: str) -> bool:
    """Tell whether `path` is none of readers' pages, which alone are stored."""
    return path.startswith(BESIDE) or path == NEWSROOM.rstrip("/")


SITE: Final = Site(
    is_beside=is_beside,
    root_query=OLD_QUERY,
    not_found=NOT_FOUND,
    unavailable=UNAVAILABLE,
    hidden=frozenset({NOT_FOUND, UNAVAILABLE, NOT_SENT}),
    busy="Réessayez dans un instant. – Please try again in a moment.\n",
)


def refuse(start_response: StartResponse, status_line: str) -> Iterable[bytes]:
    """Answer without having looked at what was asked, with a page that can be read on a telephone."""
    french, english = SENTENCES[status_line].splitlines()
    body = PAGE.format(title=status_line[4:], french=french, english=english).encode()
    fields = [
        ("Content-Type", "text/html; charset=utf-8"),
        ("Content-Length", str(len(body))),
        ("Cache-Control", NO_STORE),
    ]
    start_response(status_line, [*fields, ("Retry-After", "1")] if status_line == BUSY else fields)
    return [body]
