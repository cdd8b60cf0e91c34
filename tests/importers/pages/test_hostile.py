"""Pages made to hurt: read or refused in little time, and nothing that acts comes through."""

import re
import time
import tracemalloc

import pytest

from rotative.importers.errors import Reason, SourceRefusedError
from rotative.importers.pages import read_page
from rotative.importers.pages.decoding import MAX_BYTES
from rotative.importers.story.depth import flatten
from rotative.importers.story.stories import Doubt, Embed, Gallery, Image, Repair, Story, Table, Text
from tests.importers.pages.invented import P1, P2, P3, P4, STORY, a_page

pytestmark = pytest.mark.slow

PROSE = "".join(f"<p>{text}</p>" for text in STORY)
HOSTILE = {
    "two hundred thousand nested tags": "<div>" * 200_000 + PROSE,
    "nested tags that are closed": "<b>" * 100_000 + PROSE + "</b>" * 100_000,
    "comments that never end": "<!--" * 200_000 + PROSE,
    "a script that never ends": PROSE + "<script>" * 50_000,
    "ends of nothing": "</div>" * 200_000 + PROSE,
    "a tag that never ends": PROSE + "<a " + "b=c " * 300_000,
    "attributes without end": "<p " + " ".join(f'a{number}="x"' for number in range(20_000)) + ">x</p>" + PROSE,
    "entities of entities": "&amp;" * 200_000 + PROSE,
    "NULs": PROSE.replace(" ", "\0 "),
    "a hundred thousand passages": PROSE + "<p>mot</p>" * 100_000,
    "a hundred thousand links": PROSE + "<a href=x>y</a>" * 100_000,
    "one line of three megabytes": PROSE + "<p>" + "mot " * 750_000 + "</p>",
    "lists in lists": PROSE + "<ul><li>" * 20_000,
    "tables in tables": PROSE + "<table><tr><td>" * 5_000,
    "json in json": PROSE + '<script type="application/ld+json">' + '{"@graph":[' * 50_000 + "</script>",
    "microdata in microdata": PROSE
    + ('<div itemscope itemprop="comment" itemtype="https://schema.org/Comment">' + "<i itemprop=x>y</i>" * 25) * 190,
    "json that repeats": PROSE + '<script type="application/ld+json">{"a":1}</script>' * 20_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_page_is_read_or_refused_in_bounded_time(name: str) -> None:
    started = time.process_time()
    try:
        read_page(a_page(HOSTILE[name]))
    except SourceRefusedError as refused:
        assert refused.reason in {Reason.NO_ARTICLE, Reason.NO_HEADLINE, Reason.TOO_LARGE}
    assert time.process_time() - started < 10


def test_the_filter_on_depth_costs_little_and_keeps_the_text() -> None:
    html = "<div>" * 200_000 + PROSE
    tracemalloc.start()
    started = time.process_time()
    flat, was_deep = flatten(html)
    seconds = time.process_time() - started
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert was_deep
    assert flat.count("<div>") == 200
    assert P1 in flat
    assert seconds < 5  # traced; without, a fifth of a second
    assert peak < 100 * 1024 * 1024


def test_a_page_that_is_too_deep_is_read_and_doubted() -> None:
    story = read_page(a_page("<div>" * 1_000 + PROSE + "</div>" * 1_000))
    assert Doubt.TOO_DEEP in {doubt for doubt, _ in story.doubts}
    assert P4 in all_html(story)


def test_elements_whose_end_may_be_left_out_do_not_count_as_depth() -> None:
    assert flatten("<ul>" + "<li>mot" * 1_000 + "<p>mot" * 1_000) == (
        "<ul>" + "<li>mot" * 1_000 + "<p>mot" * 1_000,
        False,
    )


def test_a_page_over_the_limit_is_refused_before_anything_reads_it() -> None:
    started = time.process_time()
    with pytest.raises(SourceRefusedError) as refused:
        read_page(b"<p>" + b"x" * 20_000_000)
    assert refused.value.reason is Reason.TOO_LARGE
    assert refused.value.facts == {"megabytes": MAX_BYTES // (1024 * 1024)}
    assert time.process_time() - started < 1


ACTING = (
    f'<p onclick="alert(1)" onmouseover=alert(2) style="background:url(javascript:alert(3))">{P1}</p>'
    f'<p><a href="javascript:alert(4)">Ici</a> {P2}</p>'
    f'<p><a href=" JaVa&#x0A;Script:alert(5)" onfocus="x()">Là</a> {P3}</p>'
    f'<p>{P4} <img src="x" onerror="alert(6)"><a href="data:text/html,<script>alert(7)</script>">là</a></p>'
    '<svg onload="alert(8)"><script>alert(9)</script></svg><iframe srcdoc="<script>alert(10)"></iframe>'
    '<iframe src="javascript:alert(11)"></iframe><object data="x.swf"></object>'
    '<math><mi xlink:href="javascript:x"></mi></math>'
)


def test_nothing_that_acts_comes_through_and_it_is_counted() -> None:
    story = read_page(a_page(ACTING), "https://courrier-delta.example/x")
    html = all_html(story)
    assert P1 in html
    assert P3 in html
    assert "alert" not in html
    assert "javascript" not in html.lower()
    assert story.repairs[Repair.UNSAFE] >= 5


def test_only_the_elements_of_running_text_are_left() -> None:
    html = all_html(
        read_page(a_page(ACTING.replace("<p>", '<p class="x" id="y"><font color=red><u>z</u></font> ')), "")
    )
    assert set(re.findall(r"</?([a-z0-9]+)", html)) <= {"p", "h2", "h3", "b", "i", "sup", "ol", "ul", "li", "a", "br"}
    assert not re.search(r"<[^>]*\s(?!href=)[a-z]+=", html)


def test_entities_that_spell_markup_stay_text() -> None:
    words = "Le mot &lt;script&gt;alert(1)&lt;/script&gt; n’est qu’un mot, et &amp;lt;b&amp;gt; aussi, dit la doyenne."
    html = all_html(read_page(a_page(PROSE + f"<p>{words}</p>{PROSE.replace('lagune', 'mer')}")))
    assert "&lt;script&gt;" in html
    assert "<script" not in html


def test_a_page_that_is_cut_off_is_read_as_far_as_it_goes() -> None:
    page = a_page(PROSE)
    story = read_page(page[: page.index(P4.encode()) + 40])
    assert P3 in all_html(story)
    assert P4 not in all_html(story)


def test_a_page_that_ends_inside_a_letter_is_utf_8_all_the_same() -> None:
    page = a_page(PROSE)
    story = read_page(page[: page.index("«".encode()) + 1] + page[page.index("«".encode()) :])
    assert "étals" in all_html(story)


@pytest.mark.parametrize("charset", ["utf-16", "utf-7", "base64", "x-unknown", "rot13", "idna", "utf-8\0"])
def test_a_charset_that_is_none_is_not_believed(charset: str) -> None:
    assert P1 in all_html(
        read_page(a_page(charset=f'<meta charset="{charset}">'), content_type=f"text/html; charset={charset}")
    )


def all_html(story: Story) -> str:
    parts = []
    for block in story.blocks:
        if isinstance(block, Text):
            parts.append(block.html)
        elif isinstance(block, Table):
            parts += [cell for row in block.rows for cell in row]
        elif isinstance(block, Embed):
            parts.append(block.url)
        elif isinstance(block, Image):
            parts.append(block.picture.address)
        elif isinstance(block, Gallery):
            parts += [picture.address for picture in block.pictures]
    return "".join(parts)
