"""The reader of captures on the labelled pages of our own writing: how much it may not fall short of."""

from statistics import fmean

from bench.extraction import compare
from rotative.importers.captures.reading import read_capture
from tests.importers.captures.labelled import load_labelled_pages

PAGES = load_labelled_pages()
FEWEST_HEADLINES = 0.88
LOWEST_F1 = 0.985


def test_headlines_are_found() -> None:
    right = [read_capture(page.capture).story.headline == page.labelled("H")[0].partition(" | ")[0] for page in PAGES]
    assert fmean(right) >= FEWEST_HEADLINES


def test_bodies_are_read_whole_and_without_what_stands_around_them() -> None:
    counts = [
        compare("\n".join(page.labelled("B")), "\n".join(read_capture(page.capture).paragraphs)) for page in PAGES
    ]
    precision = fmean(both / max(both + more, 1) for both, more, _less in counts)
    recall = fmean(both / max(both + less, 1) for both, _more, less in counts)
    assert 2 * precision * recall / (precision + recall) >= LOWEST_F1
