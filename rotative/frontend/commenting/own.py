"""A reader's own comments and mails, by links that only the owner of an address has: no account is needed."""

from typing import Final

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rotative.comments import mailboxes, notices, posting, privacy, queries
from rotative.comments.origin import make_ticket
from rotative.comments.text import clean_line
from rotative.frontend.commenting.answers import is_from_here, page, reader_view
from rotative.frontend.commenting.forms import Form

MOST_OWN: Final = 500  # of one's own comments, on one page


@reader_view("GET", "POST")
def ask_for_own(request: HttpRequest, form: Form) -> HttpResponse:
    """Send a link to all comments that were written under an e-mail, to that e-mail."""
    title, error = _("My comments"), ""
    email = clean_line(form.get("email"))
    if request.method == "POST" and is_from_here(request, form, "own"):
        if posting.is_email(email):
            with transaction.atomic():
                notices.send_way_to_own(email)
            message = _(
                "If comments were written with %(email)s, a mail brings a link to them. There is one such mail an hour "
                "at most, and three a day: if you have asked before, the link that has come is still good."
            )
            return page(request, 200, title, message % {"email": email})
        error = _("This is no e-mail address: awa@example.org is one.")
    message = _("Give the e-mail that you wrote them with: a link comes by mail, by which you see and delete them.")
    field = {"name": "email", "label": _("E-mail"), "type": "email", "value": email, "error": error}
    status = 422 if error else 200
    return page(
        request, status, title, message, fields=[field], button=_("Send me the link"), ticket=make_ticket("own")
    )


@reader_view("GET", "POST")
def own(request: HttpRequest, form: Form, token: str) -> HttpResponse:
    """Show somebody's comments, and delete what they want deleted."""
    title = _("My comments")
    email = mailboxes.find_owner(token)
    if email is None:
        message = _("This link is too old, or not complete. Ask for another one.")
        return page(request, 410, title, message, way_back="")
    deleted = 0
    if request.method == "POST" and is_from_here(request, form, token):
        chosen = form.get("comment")
        if chosen.isdecimal() and len(chosen) < 19:
            deleted = privacy.delete_own(queries.own_comments(email).filter(pk=int(chosen)))
        elif form.get("all"):
            deleted = privacy.delete_own(queries.own_comments(email))
    comments = list(queries.own_comments(email)[:MOST_OWN])
    message = _("These are all the comments written with %(email)s.") if comments else _("There are none any more.")
    message %= {"email": email}
    if deleted:
        said = ngettext("%(count)d comment was deleted.", "%(count)d comments were deleted.", deleted)
        message = f"{said % {'count': deleted}} {message}"
    fields = [{"name": "all", "value": "1"}] if comments else []
    return page(
        request,
        200,
        title,
        message,
        quoted=comments,
        is_own=True,
        fields=fields,
        button=_("Delete all of them"),
        ticket=make_ticket(token),
    )


@reader_view("GET", "POST")
def confirm(request: HttpRequest, _form: Form, token: str) -> HttpResponse:
    """Let the owner of an address confirm it. A program that opens every link of a mail presses no button."""
    mailbox = mailboxes.find_to_confirm(token)
    title = _("Mails about replies")
    if mailbox is None:
        return page(request, 404, title, _("This link is not complete: copy the whole of it from the mail."))
    told = {"email": mailbox.email}
    if request.method == "POST":
        mailboxes.confirm(mailbox)
        message = _("Thank you: replies are told to %(email)s from now on, and those that have come are on their way.")
        return page(request, 200, title, message % told)
    message = _("Is %(email)s your address? Then replies to your comments are told to it.") % told
    return page(request, 200, title, message, fields=[{"name": "done", "value": "1"}], button=_("Yes, it is mine"))


@reader_view("GET", "POST")
def unsubscribe(request: HttpRequest, _form: Form, token: str) -> HttpResponse:
    """Send no more notices. Mail programs send the form by themselves (RFC 8058): the link is the proof."""
    email = mailboxes.find_email_to_unsubscribe(token)
    title = _("Mails about replies")
    if email is None:
        return page(request, 404, title, _("This link is not complete: copy the whole of it from the mail."))
    if request.method == "POST":
        mailboxes.unsubscribe(email)
        return page(request, 200, title, _("Done: no more mails about replies come to %(email)s.") % {"email": email})
    message = _("Shall no more mails about replies come to %(email)s?") % {"email": email}
    return page(request, 200, title, message, fields=[{"name": "done", "value": "1"}], button=_("No more mails"))
