"""Published comments: the permanent link to each, the report of a reader, and the feed."""

from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.feedgenerator import Rss201rev2Feed
from django.utils.translation import gettext as _

from rotative.accounts.client_address import find_client_address
from rotative.addresses import COMMENTS, FEED
from rotative.comments import posting, queries
from rotative.comments.models import Complaint
from rotative.comments.origin import make_ticket
from rotative.content.queries import get_newspaper
from rotative.frontend.commenting.answers import is_from_here, not_here, page, reader_view
from rotative.frontend.commenting.forms import Form
from rotative.frontend.metadata import absolute
from rotative.frontend.pages.discussions import address_of
from rotative.frontend.templatetags.rotative import said

FEED_LENGTH: Final = 30


@reader_view("GET")
def show(request: HttpRequest, _form: Form, comment_pk: int) -> HttpResponse:
    """Lead to a comment, on whichever page of its discussion it stands now."""
    comment = queries.find_online(comment_pk)
    if comment is None:
        return not_here(request)
    return HttpResponseRedirect(f"{address_of(comment.article, queries.page_of(comment))}#{comment.anchor}")


@reader_view("GET", "POST")
def complain(request: HttpRequest, form: Form, comment_pk: int) -> HttpResponse:
    """Tell the newsroom what is wrong with a comment."""
    comment = queries.find_online(comment_pk)
    if comment is None:
        return not_here(request)
    address = find_client_address(request)
    ticket = f"complaint:{comment.pk}:{posting.network_of(address)}"
    way_back = comment.link
    ground = form.get("ground")
    if request.method == "POST" and is_from_here(request, form, ticket) and ground in Complaint.Ground.values:
        if posting.complain(comment, ground, form.get("words"), address):
            return page(request, 200, _("Thank you"), _("A moderator looks at it."), way_back=way_back)
        message = _("Very many have reported this comment, and a moderator looks at it. Your report was not added.")
        return page(request, 200, _("It is known already"), message, way_back=way_back)
    fields = [
        {"name": "ground", "label": _("What is wrong with it?"), "choices": Complaint.Ground.choices},
        {"name": "words", "label": _("In a few words (optional)"), "type": "text", "value": form.get("words")},
    ]
    return page(
        request,
        200,
        _("Report a comment"),
        quoted=[comment],
        fields=fields,
        button=_("Report"),
        ticket=make_ticket(ticket),
        way_back=way_back,
    )


@reader_view("GET")
def feed(request: HttpRequest, _form: Form) -> HttpResponse:
    """The newest comments, for those who follow them with a feed reader. No stored page: it would change with each."""
    name = get_newspaper().name
    channel = Rss201rev2Feed(
        title=_("%(newspaper)s – comments") % {"newspaper": name},
        link=absolute("/"),
        description=_("The newest comments"),
        feed_url=absolute(f"{COMMENTS}{FEED}"),
    )
    for comment in queries.newest(FEED_LENGTH):
        channel.add_item(
            title=f"{comment.name} · {comment.article.title}",
            link=absolute(comment.link),
            description=said(comment.text),  # readers of feeds take it for HTML
            pubdate=comment.created_at,
            unique_id=absolute(comment.link),
        )
    body = channel.writeString("utf-8").encode()
    return HttpResponse(
        body, content_type="application/rss+xml; charset=utf-8", headers={"Cache-Control": "public, max-age=60"}
    )
