"""Print, as JSON, every kind of page of the newspaper in ROTATIVE_HOME under strain: what no designer has in mind.

A word of 250 letters, a long address, a table of fourteen columns, Arabic, emoji and control characters, in every field
that readers see. All is taken back before the script ends: the newspaper stays as it was.
"""

import json
from typing import Any

from django.db import transaction

from rotative.comments.models import Status
from rotative.content import actions, queries
from rotative.content.models import Article, Byline, Correction, Picture, StandingPage
from rotative.content.models.listings import PAPER
from rotative.publishing import render
from tests.builders import a_comment, a_section, a_topic, an_author, an_edition, put_on_front

WORD = "Anticonstitutionnellement" * 10
ADDRESS = "https://exemple.bj/" + "rapport-annuel/" * 14
ARABIC = "كوتونو: افتتاح السوق الكبير بعد ستة أشهر من الأعمال"
EMOJI = "👩🏾‍🌾🇧🇯🎉" * 20
CONTROLS = "Des\x01 signes\x08 de\x0b commande\x1f,\x7f \x85partout\ufffe"
STRAINS = [WORD, ADDRESS, ARABIC, EMOJI, CONTROLS]


def body_of(strain: str, story: Article, picture: Picture) -> list[tuple[str, Any]]:
    link = f'<a href="{ADDRESS}">{ADDRESS}</a>'
    columns = [{"type": "text", "heading": f"Colonne {number} {strain[:40]}"} for number in range(14)]
    rows = [{"values": [f"{number} 000 {strain[:60]}" for number in range(14)]} for _row in range(2)]
    return [
        ("text", f"<p>{strain}</p><h2>{strain}</h2><ul><li>{strain}</li><li>{link}</li></ul><p>{link}</p>"),
        ("table", {"columns": columns, "rows": rows, "caption": strain[:100]}),
        ("quotation", {"text": strain, "attribution": strain[:160]}),
        ("fact_box", {"title": strain[:120], "text": f"<p>{strain}</p>"}),
        ("embed", {"url": ADDRESS, "title": strain[:100], "description": strain}),
        (
            "gallery",
            {"title": strain[:100], "pictures": [{"image": picture.pk, "caption": strain, "credit": strain}] * 2},
        ),
        ("related", {"story": story.pk}),
    ]


def strain_the_paper() -> dict[str, str]:
    """Make strained content; return one address for each kind of page."""
    picture = next(story.lead_image for story in queries.articles() if story.lead_image)
    plain = Article.objects.live().first()
    assert plain is not None
    desk = a_section(WORD)
    desk.description = " ".join(STRAINS)
    desk.save()
    section, edition = a_section(f"Sous {WORD}"[:250], desk), an_edition(f"Pays {WORD}"[:250])
    author, topic = an_author(WORD[:100], biography=" ".join(STRAINS), role=WORD[:100]), a_topic(WORD[:100])
    stories = []
    for number, strain in enumerate(STRAINS):
        article = Article(
            title=strain[:250],
            slug=f"tension-{number}",
            edition=edition,
            kicker=strain[:120],
            standfirst=strain[:600],
            place=strain[:120],
            lead_image=picture if number % 2 else None,
            lead_caption=strain[:300],
            topics=[topic],
            corrections=[Correction(text=strain)],
        )
        article.body = article.body.stream_block.to_python(
            [{"type": kind, "value": value} for kind, value in body_of(strain, plain, picture)]
        )
        article.bylines = [Byline(author=author), Byline(guest=strain[:100])]
        stories.append(actions.publish_article(section, article))
        a_comment(stories[-1], text=strain, name=strain[:50], status=Status.APPROVED)
    put_on_front(queries.get_home(), *stories)
    put_on_front(edition, *stories)
    standing = StandingPage(title=WORD, slug="page-tendue")
    queries.get_home().add_child(instance=standing)
    standing.body = standing.body.stream_block.to_python(
        [{"type": "text", "value": "".join(f"<p>{s}</p>" for s in STRAINS)}]
    )
    standing.save_revision().publish()
    newspaper = queries.get_newspaper()
    newspaper.motto, newspaper.publisher, newspaper.copyright_notice = (WORD[:100],) * 3
    newspaper.save()
    month = queries.months(PAPER)[0]
    return {
        "front": "/",
        "edition": edition.address,
        "section": desk.address,
        "subsection": section.address,
        "topic": topic.address,
        "topics": "/sujets/",
        "author": author.address,
        "authors": "/auteurs/",
        "latest": "/en-continu/",
        "archive": "/archives/",
        "month": f"/archives/{month}/",
        "place-month": f"{section.address}archives/{month}/",
        "standing": standing.address,
        "not-found": "/404.html",
        **{f"article-{number}": story.address for number, story in enumerate(stories)},
    }


with transaction.atomic():
    documents = {kind: render.render(address).document for kind, address in strain_the_paper().items()}
    transaction.set_rollback(True)
print(json.dumps({kind: document.body.decode() for kind, document in documents.items()}))
