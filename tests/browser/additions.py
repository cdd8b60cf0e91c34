"""Add to the newspaper in ROTATIVE_HOME what the demonstration lacks: an undated article, a withdrawn one, a long talk.

Safe to repeat. Ends when every page is stored, as it must be to be read while the database is away. Prints, as JSON,
the addresses of the withdrawn one, which no list knows any longer, and of the article with fifty comments.
"""

import json
import re
import time
from itertools import islice

from django.utils import timezone
from django.utils.html import strip_tags

from rotative.comments.models import Comment, Status
from rotative.comments.queries import PAGE
from rotative.content import actions, queries
from rotative.content.models import Article
from rotative.publishing.reports import report
from tests.builders import a_comment

DISCUSSED = "can-egalite-de-points-mode-d-emploi"

BODY = [
    (
        "text",
        "<p>Le puits du quartier a été curé par ses riverains. Personne n’a noté le jour où l’eau est revenue.</p>",
    )
]


def published(title: str, slug: str, **fields: bool) -> Article:
    """Return the article of this slug; make and publish it when it is not there."""
    desk = next(desk for desk in queries.desks() if queries.subsections(desk))
    found = Article.objects.filter(slug=slug).first()
    article = Article(title=title, slug=slug, edition=queries.editions()[0], body=BODY, **fields)
    return found or actions.publish_article(queries.subsections(desk)[0], article)


published("Un puits curé, un jour que nul n’a noté", "un-puits-sans-date", is_undated=True)


def discuss(article: Article) -> None:
    """Have fifty readers say two sentences each, which other stories lend them; every third replies."""
    if Comment.objects.filter(article=article).exists():
        return
    others = Article.objects.exclude(pk=article.pk).order_by("pk")
    text = " ".join(
        strip_tags(str(block.value)) for other in others for block in other.body if block.block_type == "text"
    )
    sentences = iter(re.split(r"(?<=[.!?])\s+", text))
    first = None
    for number in range(PAGE):
        said = " ".join(islice(sentences, 2))
        answered = first if number % 3 == 2 else None
        made = a_comment(
            article,
            text=said,
            name=f"Lectrice {number}",
            status=Status.APPROVED,
            in_reply_to=answered,
            created_at=timezone.now(),
        )
        first = first if answered else made


withdrawn = published("Un puits rouvert trop tôt", "un-puits-rouvert-trop-tot")
if withdrawn.live:
    withdrawn.unpublish()
discussed = Article.objects.get(slug=DISCUSSED)
discuss(discussed)
while (state := report()).stale or state.invalidations or not state.pages:
    time.sleep(0.2)
print(json.dumps({"withdrawn": withdrawn.address, "discussed": discussed.address}))
