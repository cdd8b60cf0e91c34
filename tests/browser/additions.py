"""Add to the newspaper in ROTATIVE_HOME what the demonstration lacks: an undated article, and a withdrawn one.

Safe to repeat. Prints, as JSON, the address of the withdrawn one, which no list knows any longer.
"""

import json
import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rotative.settings")
django.setup()

from rotative.content import actions, queries  # noqa: E402
from rotative.content.models import Article  # noqa: E402

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
withdrawn = published("Un puits rouvert trop tôt", "un-puits-rouvert-trop-tot")
if withdrawn.live:
    withdrawn.unpublish()
print(json.dumps({"withdrawn": withdrawn.address}))
