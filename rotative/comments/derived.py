"""Denormalised counts: how many comments each discussion has, compared with what is approved, and put right."""

from collections.abc import Iterator
from contextlib import nullcontext
from typing import Final

from django.db.models import Count, Max

from rotative.comments.models import Comment, Discussion
from rotative.comments.models.comments import recount
from rotative.content.derived import Mismatch, parts
from rotative.content.models import Article
from rotative.publishing.writing import writing

CHUNK: Final = 500  # articles in one transaction, and in memory


def mismatches(*, mend: bool = False) -> Iterator[Mismatch]:
    """Yield the discussions whose count is wrong; with `mend` each is put right before it is yielded."""
    for part in parts(Article.objects.all(), size=CHUNK):
        with writing() if mend else nullcontext():
            found = list(_examine(part))
            if mend:
                recount([number for number, _difference in found])
        yield from (difference for _number, difference in found)


def _examine(articles: list[int]) -> Iterator[tuple[int, Mismatch]]:
    approved = Comment.objects.approved().filter(article__in=articles).order_by().values_list("article")
    right = {number: (count, latest) for number, count, latest in approved.annotate(Count("pk"), Max("pk"))}
    kept = Discussion.objects.filter(article__in=articles).values_list("article", "count", "latest")
    stored = {number: (count, latest) for number, count, latest in kept}
    for number in sorted(stored.keys() | right.keys()):
        if stored.get(number) != right.get(number):
            told = [str(count[0]) if (count := counts.get(number)) else "–" for counts in (stored, right)]
            yield number, Mismatch(f"article:{number}", "comments", *told)
