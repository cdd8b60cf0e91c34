"""Have comments wait on an article of its own at the newspaper in ROTATIVE_HOME: as many as WAITING says.

With WAITING_AFRESH in place of others, and two moderators are engaged. Prints, as JSON, what one needs to know.
"""

import json
import os
import secrets
from datetime import timedelta

from django.utils import timezone

from rotative.accounts.roles import MODERATOR
from rotative.comments.models import Comment
from rotative.comments.models.comments import digest, fingerprint_of, writer_of
from rotative.comments.text import fold
from rotative.content import actions, queries
from rotative.content.models import Article
from tests.browser.staff import engage

SLUG = "mille-avis-sur-un-puits"
OPINIONS = (
    "Enfin ! Cela fait trois ans que nous attendions ces travaux.",
    "Et qui paiera l’entretien : la mairie, ou nous ?\n\nLa convention de 2019 le dit, relisez-la.",
    "Gagnez 500 000 F par semaine : https://gains.exemple.top/inscription, WhatsApp +229 97 00 00 00",
    "Mon père a creusé le premier puits du quartier à la main. " * 6,
)
REASONS = (
    [{"rule": "newcomer", "detail": "0"}],
    [],
    [{"rule": "looks-like-spam", "detail": "98 % · gagnez, WhatsApp"}, {"rule": "proof", "detail": "missing"}],
    [{"rule": "fast", "detail": ""}],
)
password = secrets.token_urlsafe(16)


def the_article() -> Article:
    found = Article.objects.filter(slug=SLUG).first()
    desk = next(desk for desk in queries.desks() if queries.subsections(desk))
    article = Article(title="Mille avis sur un puits", slug=SLUG, edition=queries.editions()[0], is_undated=True)
    return found or actions.publish_article(queries.subsections(desk)[0], article)


def a_comment(article: Article, number: int) -> Comment:
    name, text = f"Lecteur {number}", f"{OPINIONS[number % len(OPINIONS)]}\n{number}"
    return Comment(
        article=article,
        name=name,
        text=text,
        created_at=timezone.now() - timedelta(hours=1),
        reasons=REASONS[number % len(REASONS)],
        fingerprint=fingerprint_of(article.pk, None, name, text),
        writer=writer_of(name, ""),
        text_digest=digest(fold(text)),
    )


article = the_article()
if os.environ.get("WAITING_AFRESH"):
    # Another password would sign out whoever is at work.
    engage("moderatrice", MODERATOR, password, first_name="Awa")
    engage("moderateur", MODERATOR, password, first_name="Koffi")
    Comment.objects.filter(article=article).delete()
first = Comment.objects.filter(article=article).count()
made = [a_comment(article, first + number) for number in range(int(os.environ.get("WAITING", "0")))]
Comment.objects.bulk_create(made)
print(json.dumps({"story": article.pk}))
