"""Fit the model of `captures.likelihood` to labelled pages, and cross-validate it: `script/bench captures PAGES --fit`.

The likelihood of each page's headline is raised by stochastic gradient steps (AdaGrad, with a penalty on large
weights). Pages of one site are never both learned from and judged.
"""

import json
import random
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from math import sqrt
from pathlib import Path
from typing import Any
from zlib import crc32

from rotative.importers.captures import likelihood
from rotative.importers.captures.features import Top
from rotative.importers.captures.likelihood import ABSENT, NONE, probabilities
from rotative.importers.captures.reading import lines_of
from tests.importers.captures.labelled import load_labelled_pages

FOLDS = 5
OURS = 6  # times that a page of our own writing counts
EPOCHS = 30
STEP = 0.1
PENALTY = 0.001  # of each page, on the square of each weight

Page = dict[str, Any]
Weights = Mapping[str, float]
Plain = Callable[[str], str]


def our_pages() -> list[Page]:
    """Return the pages of our own writing in the form of labelled captures."""
    return [
        {
            "site": page.name,
            "capture": page.capture,
            "headlines": page.labelled("H"),
            "lines": [(at, "body" if label == "B" else "", text) for at, (label, text) in enumerate(page.lines)],
        }
        for page in load_labelled_pages()
    ]


class Sample:
    """The candidates of a page, and which of them is the headline."""

    def __init__(self, page: Page, text: str, plain: Plain) -> None:
        lines = lines_of(text)
        self.site = page["site"]
        self.candidates = Top(lines).candidates()
        self.right = _headline_in(page, [plain(line.text) for line in lines], plain)

    @property
    def teaches(self) -> bool:
        return bool(self.candidates) and (self.right == ABSENT or self.right in self.candidates)


def samples_of(pages: Sequence[Page], plain: Plain) -> list[Sample]:
    """Return what is learned from each page: its capture, and the same page with all its menus."""
    samples = [
        Sample(page, page[form], plain) for page in pages for form in ("capture", "whole_page") if page.get(form)
    ]
    return [sample for sample in samples if sample.teaches]


def _headline_in(page: Page, texts: Sequence[str], plain: Plain) -> int:
    """Return the line that a careful reader takes the headline from: the last one above the story."""
    right = [plain(headline) for headline in page["headlines"]]
    body = {plain(text) for _number, label, text in page["lines"] if label == "body" and len(text) > 60}
    story = next((at for at, text in enumerate(texts) if text in body), len(texts))
    ways: tuple[Callable[[str], bool], ...] = (
        lambda text: text in right[:1],
        lambda text: text in right,
        lambda text: any(len(one) > 14 and one in text and len(text) < len(one) + 60 for one in right[:2]),
    )
    for is_right in ways:
        found = [at for at, text in enumerate(texts) if is_right(text)]
        if found:
            return max((at for at in found if at <= story + 1), default=found[0])
    return ABSENT


def fit(samples: Sequence[Sample]) -> Weights:
    """Return the weights under which the headlines of the samples are likeliest, a mean over the later epochs."""
    order = list(samples)
    chance = random.Random(1)
    weights: defaultdict[str, float] = defaultdict(float)
    squares: defaultdict[str, float] = defaultdict(lambda: 1.0)
    means: defaultdict[str, float] = defaultdict(float)
    for epoch in range(EPOCHS):
        chance.shuffle(order)
        for sample in order:
            for name, slope in _slopes(sample, weights).items():
                slope -= PENALTY * weights[name]
                squares[name] += slope * slope
                weights[name] += STEP * slope / sqrt(squares[name])
        if epoch >= EPOCHS // 2:
            for name, weight in weights.items():
                means[name] += weight / (EPOCHS - EPOCHS // 2)
    return {name: round(weight, 3) for name, weight in sorted(means.items())}


def _slopes(sample: Sample, weights: Weights) -> dict[str, float]:
    """Return the gradient of one page's log-likelihood: what its headline has, less what is expected of it."""
    odds = probabilities(sample.candidates, weights)
    slopes: defaultdict[str, float] = defaultdict(float)
    slopes[NONE] = (sample.right == ABSENT) - (1 - sum(odds.values()))
    for at, features in sample.candidates.items():
        error = (at == sample.right) - odds[at]
        for name, value in features.items():
            slopes[name] += error * value
    return slopes


def folds(pages: Sequence[Page], samples: Sequence[Sample]) -> Iterator[tuple[list[Page], Weights]]:
    """Yield the pages of each fold of sites, with weights learned from all other sites."""
    for number in range(FOLDS):
        weights = fit([sample for sample in samples if _fold(sample.site) != number])
        yield [page for page in pages if _fold(page["site"]) == number], weights


def _fold(site: str) -> int:
    return crc32(site.encode()) % FOLDS


def write(weights: Weights) -> Path:
    """Write the weights where the reader of captures looks for them."""
    path = Path(likelihood.__file__).with_name("weights.json")
    path.write_text(json.dumps(weights, indent=0, ensure_ascii=False) + "\n", encoding="utf-8")
    return path
