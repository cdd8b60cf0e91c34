"""Typography: milliseconds for 1 000 words, plain and HTML, beside what parsing and writing the tree would cost.

Run: python bench/typography.py
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from selectolax.lexbor import LexborHTMLParser

from rotative.typography import typeset, typeset_html
from rotative.typography.tokens import read_tokens

PARAGRAPH = (
    "La mairie de Porto-Novo a ouvert mardi, à 18h30, l'enquête publique sur le marché: 25% des places, soit 1 250, "
    'iront aux vendeuses installées avant 2019. "C\'est une bonne nouvelle", dit Mme Sossa, qui paie 5 000 F CFA par '
    "mois. Le conseil n'a pas encore voté le budget - 1 200 000 000 F CFA - et M. Dossou, l'adjoint au commerce, "
    "demande « un calendrier clair ». Les travaux dureront 12-15 mois... Qui logera les étals pendant ce temps ? "
    "Personne ne le sait! Une réunion est prévue le 1er mars à la salle des fêtes, au XXIe arrondissement. "
)
WORDS = 1_000
PAGE_HEAD = (
    '<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>Un marché: qui paiera ?</title>'
    "<style>" + ".a{b:c}" * 600 + '</style><script type="application/ld+json">{"a":"b"}</script></head><body>'
    "<nav><ul>" + '<li><a class="x" href="/rubrique/">Rubrique</a></li>' * 40 + "</ul></nav><article>"
)
TRIES = 40


def words_of(text: str) -> str:
    return " ".join((text * 20).split(" ")[:WORDS])


def article_of(text: str) -> str:
    """Return 1 000 words in paragraphs, with the tags a journalist adds."""
    plain = words_of(text)
    plain = plain.replace("Porto-Novo", '<a href="/topics/porto-novo/">Porto-Novo</a>')
    plain = plain.replace("Mme Sossa", "<strong>Mme Sossa</strong>").replace("bonne", "<em>bonne</em>")
    return "".join(f"<p>{part}</p>\n" for part in plain.replace("? ", "?</p>\n<p>").split("temps "))


def milliseconds(action: Callable[[], object]) -> float:
    """Return the best time of many, in milliseconds: the least disturbed by the neighbours."""
    best = float("inf")
    for _ in range(TRIES):
        start = time.perf_counter()
        action()
        best = min(best, time.perf_counter() - start)
    return best * 1000


def parse_and_write(html: str) -> str | None:
    """Do what a tree needs before and after any rule: parse, visit each text node, write."""
    tree = LexborHTMLParser(html)
    root = tree.root
    assert root is not None
    for node in root.traverse(include_text=True):
        if node.is_text_node:
            node.text_content  # noqa: B018
    return tree.html


def main() -> None:
    plain = words_of(PARAGRAPH)
    article = article_of(PARAGRAPH)
    page = PAGE_HEAD + article + "</article></body></html>"
    done = typeset_html(page)
    rows = [
        ("plain text", plain, lambda: typeset(plain)),
        ("HTML fragment", article, lambda: typeset_html(article)),
        ("HTML page", page, lambda: typeset_html(page)),
        ("HTML page, already right", done, lambda: typeset_html(done)),
        ("HTML page: tokens only", page, lambda: list(read_tokens(page))),
        ("HTML page: lexbor, parse + visit + write", page, lambda: parse_and_write(page)),
    ]
    print(f"{WORDS} words{'':34} {'KB':>6} {'ms':>8} {'ratio':>7}")
    base = 0.0
    for name, text, action in rows:
        spent = milliseconds(action)
        base = base or spent
        print(f"{name:44} {len(text) / 1000:6.1f} {spent:8.2f} {spent / base:7.2f}")
    for unit in ('"', " ", "<", "«", "1 ", "<b>", "<p>"):
        text = unit * (1_000_000 // len(unit))
        start = time.perf_counter()
        typeset_html(text)
        print(f"1 MB of {unit!r:36} {len(text) / 1000:6.0f} {(time.perf_counter() - start) * 1000:8.0f}")


if __name__ == "__main__":
    main()
