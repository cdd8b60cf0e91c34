"""The moderators' screens, as a browser and the script of the queue see them."""

from typing import Any

from django.test import Client
from selectolax.lexbor import LexborHTMLParser, LexborNode

from rotative.comments.models import Comment, Status

QUEUE = "/redaction/commentaires/"
JSON = {"accept": "application/json"}


def screen(client: Client, address: str = "") -> LexborHTMLParser:
    answer = client.get(QUEUE + address)
    assert answer.status_code == 200, address
    return LexborHTMLParser(answer.content.decode())


def numbers(client: Client, query: str = "") -> list[int]:
    """Return the comments that the queue shows, in its order."""
    return [number_of(card) for card in screen(client, query).css("article.moderation-card")]


def number_of(card: LexborNode) -> int:
    return int(card.attributes["data-number"] or 0)


def card(client: Client, comment: Comment, query: str = "") -> LexborNode:
    found = screen(client, query).css_first(f"#comment-{comment.pk}")
    assert found is not None
    return found


def words(node: Any) -> str:
    return " ".join(node.text().split())


def post(client: Client, address: str, fields: dict[str, Any] | None = None, status: int = 200) -> dict[str, Any]:
    answer = client.post(QUEUE + address, fields or {}, headers=JSON)
    assert answer.status_code == status, answer.content
    return dict(answer.json())


def decide(
    client: Client, word: str, *comments: Comment, seen: str = Status.WAITING, query: str = "", status: int = 200
) -> dict[str, Any]:
    fields = {"decision": word, "comment": [comment.pk for comment in comments]}
    fields |= {f"seen-{comment.pk}": seen for comment in comments}
    return post(client, f"decision/{query}", fields, status)


def states(*comments: Comment) -> list[str]:
    return [Comment.objects.get(pk=comment.pk).status for comment in comments]
