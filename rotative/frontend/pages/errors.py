"""Error pages (404, 410, 503): for addresses where nothing stands, or stands no longer, and for bad days."""

from functools import cache
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from rotative.addresses import NEWSROOM
from rotative.frontend.rendering import render_bare, render_page
from rotative.publishing.page_types import Document, frozen


def not_found() -> Document:
    with frozen():
        return _render_error(
            404,
            _("This page does not exist"),
            _("The address may be mistyped, or the story may have moved. Here is the way back to the news."),
        )


def gone() -> Document:
    with frozen():
        return _render_error(
            410,
            _("This page was withdrawn"),
            _("The newsroom took this page back. It is not at another address."),
        )


def withdrawn(notice: str) -> Document:
    """Render what the newsroom says in the place of an article that it took down."""
    with frozen():
        return _render_error(410, _("This page was withdrawn"), notice)


@cache
def unavailable() -> Document:
    """Render the page for when the database is down: it reads nothing."""
    with frozen():
        return _render_calm(
            503,
            _("Back in a moment"),
            _("The newspaper cannot show this page right now. Nothing is lost: please try again in a minute."),
            _("Front page"),
        )


@cache
def not_sent() -> Document:
    """Render the page for a comment that came while the application was down: it reads nothing."""
    with frozen():
        return _render_calm(
            503,
            _("Your comment has not left yet"),
            _("The newspaper cannot take it right now. Go back: what you typed is still there. Send it again then."),
            _("Front page"),
        )


@cache
def expired() -> Document:
    """Render the page for a form that stayed open too long, or came from another site: it reads nothing."""
    with frozen():
        return _render_calm(
            403,
            _("This form has expired"),
            _("Go back, copy what you typed, reload the page and send it again. Signing in anew may help."),
            _("Front page"),
        )


@cache
def newsroom_failed(language: str, is_kept: bool) -> Document:
    """Render the page for when a screen of the newsroom broke: it reads nothing.

    `is_kept` says that what was typed follows, in a form to be sent again.
    """
    with translation.override(language):
        text = (
            _("This is our fault, and it is in the log. What you typed is kept on this page: you can send it again.")
            if is_kept
            else why_broken()
        )
        return _render_newsroom(500, _("Something broke"), text, language)


def why_broken() -> str:
    return _("This is our fault, and it is in the log. You can go back and try again.")


@cache
def newsroom_cannot_save(language: str) -> Document:
    """Render the page for when nothing can be written, in the language of whoever wanted to: it reads nothing."""
    with translation.override(language):
        return _render_newsroom(503, _("Nothing was saved"), why_not_saved(), language)


def why_not_saved() -> str:
    return _(
        "The disk is full, or takes nothing. Your text is still in your browser: leave this page open, tell who runs "
        "the server, and send it again afterwards. Readers still get the newspaper."
    )


@cache
def newsroom_out_of_reach(language: str, is_kept: bool) -> Document:
    """Render the page for when the database is down, locked or too slow: it reads nothing."""
    with translation.override(language):
        text = (
            _(
                "The database does not answer, or is busy. Nothing was saved, and what you typed is kept on this page: "
                "leave it open, wait a minute, and send it again. If it lasts, tell who runs the server."
            )
            if is_kept
            else why_out_of_reach()
        )
        return _render_newsroom(503, _("The newsroom has to wait"), text, language)


def why_out_of_reach() -> str:
    return _(
        "The database does not answer, or is busy. Nothing was changed: wait a minute, and try again. If it lasts, "
        "tell who runs the server. Readers still get the newspaper."
    )


@cache
def newsroom_signed_out(language: str, is_kept: bool) -> Document:
    """Render the page for what was sent after its session had ended: it reads nothing."""
    with translation.override(language):
        text = (
            _(
                "Nothing was saved, and what you typed is kept on this page. Leave it open, sign in in another tab, "
                "come back here, and send it again."
            )
            if is_kept
            else why_signed_out()
        )
        label = _("Sign in, in another tab")
        return _render_newsroom(403, _("Your session has ended"), text, language, label=label, in_new_tab=True)


def why_signed_out() -> str:
    return _("Your session has ended, and nothing was saved. Sign in in another tab, and try again.")


@cache
def newsroom_expired(language: str, is_kept: bool) -> Document:
    """Render the page for a form that was opened before its writer signed in again: it reads nothing."""
    with translation.override(language):
        text = (
            _(
                "It was opened before you signed in. Nothing was saved, and what you typed is kept on this page: "
                "send it again."
            )
            if is_kept
            else why_expired()
        )
        return _render_newsroom(403, _("This form has expired"), text, language)


def why_expired() -> str:
    return _("This form was opened before you signed in. Reload it, and try again.")


def _render_newsroom(
    status: int, title: str, text: str, language: str, label: str = "", *, in_new_tab: bool = False
) -> Document:
    more: dict[str, Any] = {"way_out": NEWSROOM, "language": language, "in_new_tab": in_new_tab}
    return _render_calm(status, title, text, label or _("The newsroom"), **more)


def _render_calm(status: int, title: str, text: str, label: str, way_out: str = "/", **more: Any) -> Document:
    context = {"title": title, "text": text, "label": label, "way_out": way_out, **more}
    return render_bare("frontend/calm.html", styles=("cards",), status=status, **context)


def _render_error(status: int, title: str, text: str) -> Document:
    # The address is left out: one page serves every wrong address, and repeats nothing that was typed. The newest
    # stories come by a fragment: else each publication would change every page that was ever taken back.
    return render_page(
        "frontend/error.html",
        "/",
        title,
        styles=("cards", "end"),
        status=status,
        text=text,
    )
