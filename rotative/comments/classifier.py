"""Spam classifier, naive Bayes: two judges, of spam and of abuse, that learn from the newsroom and say why.

A judge never decides. It points a moderator to a comment, and shows the words that spoke for it. It is silent until it
has seen enough decisions, and until it was right often enough about decisions that it had not learned from.

The method is naive Bayes on presence: a feature (a word, a pair of words, a telephone number) weighs what the logarithm
says of how much more often it stands in the comments of a kind than in all others. There is nothing to tune and nothing
random in it, and anybody can check a weight with two counts. Logistic regression was measured beside it, on made-up
comments. It knows spam as well, but a newsroom has little abuse to show: from 1 000 decisions it found half of it where
naive Bayes found three quarters, and both were right nineteen times in twenty.
"""

import json
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from itertools import chain
from typing import Literal, NamedTuple, NoReturn, Self, get_args

from rotative.comments.features import find_features

Kind = Literal["spam", "abuse"]
Label = Literal["ok", "spam", "abuse"]
Reason = Literal["too_few_decisions", "found_too_few", "not_precise_enough"]

KINDS: tuple[Kind, ...] = get_args(Kind)
LABELS: tuple[Label, ...] = get_args(Label)
REASONS: tuple[Reason, ...] = get_args(Reason)

VERSION = 1
LEAST_DECISIONS = 40
LEAST_PRECISION = 0.8
# The threshold is chosen for more than is asked for, so that a little bad luck does not silence the judge.
WANTED_PRECISION = 0.9
LOWEST_THRESHOLD = 0.5
# A precision of one out of one is luck.
LEAST_FOUND = 5

MOST_FEATURES = 20_000
# A word seen once proves nothing, and names and numbers of single readers do not belong in a file of ours.
LEAST_SEEN = 2
SMOOTHING = 0.3
# As though so many words that say nothing stood in every text: one word alone is never sure.
SILENT_WORDS = 4
DECIMALS = 4
# Beyond this a probability does not change any more, and `exp` would overflow.
FARTHEST_ODDS = 30.0
MOST_WORDS = 5


class Decision(NamedTuple):
    """What the newsroom decided about a text."""

    text: str
    label: Label


class Word(NamedTuple):
    """What spoke for a score: a word, a pair or a link in the reader's own spelling, and its weight (above 0)."""

    word: str
    weight: float


class Score(NamedTuple):
    """What a judge thinks of a text: its probability (0 to 1), and the few words that spoke most for it."""

    kind: Kind
    probability: float
    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """How a judge did on the newest fifth of the decisions, after learning from the older ones.

    `learned_from` and `held_out` count decisions on different texts, `positives` those held out that are of the kind.
    `precision` is the share of what it held back that it held back rightly, `recall` the share of the positives that
    it held back; both are 0 when it held back nothing. `reason` says why it is silent, and is None when it is ready:

    * `too_few_decisions`: `missing` more decisions of the kind are needed, or of the others if those are fewer;
    * `found_too_few`: it found fewer than five of the newest, because there were few or because it knows them badly;
    * `not_precise_enough`: too much of what it held back was something else.
    """

    kind: Kind
    learned_from: int
    held_out: int
    positives: int
    precision: float
    recall: float
    threshold: float
    is_ready: bool
    reason: Reason | None
    missing: int = 0


@dataclass(frozen=True, slots=True)
class Judge:
    """What was learned of one kind: the log-odds of any text (`base`), and of each feature (`weights`, best first)."""

    kind: Kind
    base: float
    weights: dict[str, float]

    def rate(self, features: Iterable[str]) -> float:
        """Return the probability that a text with these features is of the kind."""
        weights = [self.weights[feature] for feature in features if feature in self.weights]
        # Where most comments are spam, a text of unknown words would be spam too. What nothing speaks for is not held.
        if not any(weight > 0 for weight in weights):
            return 0.0
        odds = self.base + sum(weights) * _share(len(weights))
        return 1 / (1 + math.exp(-max(-FARTHEST_ODDS, min(FARTHEST_ODDS, odds))))

    def judge(self, features: dict[str, str]) -> Score:
        """Return the score of a text, explained by the spellings of its features."""
        share = _share(sum(feature in self.weights for feature in features))
        heard: dict[str, float] = {}
        for feature, spelling in features.items():
            weight = self.weights.get(feature, 0.0) * share
            if weight > 0:
                # A link and its domain are one thing to the reader.
                heard[spelling] = heard.get(spelling, 0.0) + weight
        loudest = sorted(heard.items(), key=lambda word: (-word[1], word[0]))[:MOST_WORDS]
        return Score(self.kind, self.rate(features), tuple(Word(*word) for word in loudest))


def _share(count: int) -> float:
    """Return what part of its weight each of `count` features keeps.

    Naive Bayes takes words for independent, which they are not: a long text would be sure of anything. Divided by the
    root, the probabilities are nearly honest, and a threshold chosen on one part of the decisions holds for another.
    """
    return 1 / math.sqrt(count + SILENT_WORDS)


# --- Learning --------------------------------------------------------------------------------------------------------

# The features of a text, and what was decided.
Example = tuple[tuple[str, ...], Label]


def learn(decisions: Iterable[Decision]) -> "Model":
    """Return what can be learned from `(text, label)` decisions, the oldest first: the same from the same.

    Raises ValueError for a label that is none of `LABELS`.
    """
    examples = _distinct(decisions)
    reports = tuple(_measure(kind, examples) for kind in KINDS)
    # The figures come from judges that had not seen the newest fifth. Those that are used have seen everything.
    return Model(reports, tuple(_train(report.kind, examples) for report in reports if report.is_ready))


def _distinct(decisions: Iterable[Decision]) -> list[Example]:
    """Return one example for each text, where and as it was last decided.

    The same spam comes a hundred times, with another number in it. Were it in the part that is learned and in the part
    that is measured, the judge would be praised for knowing it by heart. Texts with the same features are one text.
    """
    examples: dict[tuple[str, ...], Label] = {}
    known: dict[str, str] = {}  # one string for each feature, however many texts it stands in
    for text, label in decisions:
        if label not in LABELS:
            raise ValueError(f"A decision is one of {', '.join(LABELS)}, not {label!r}.")
        features = tuple(known.setdefault(feature, feature) for feature in find_features(text))
        examples.pop(features, None)
        examples[features] = label
    return list(examples.items())


def _measure(kind: Kind, examples: Sequence[Example]) -> Report:
    """Report on the newest fifth. The fifth before it is for the threshold, so that no part is used for two things."""
    fifth = len(examples) // 5
    older, newest = examples[: len(examples) - fifth], examples[len(examples) - fifth :]
    oldest, middle = older[: len(older) - fifth], older[len(older) - fifth :]
    positives = _count(kind, newest)
    missing = LEAST_DECISIONS - min(_count(kind, examples), len(examples) - _count(kind, examples))
    if missing > 0:
        return Report(
            kind,
            len(older),
            len(newest),
            positives,
            precision=0.0,
            recall=0.0,
            threshold=1.0,
            is_ready=False,
            reason="too_few_decisions",
            missing=missing,
        )
    threshold = choose_threshold(_rate(_train(kind, oldest), middle))
    held_back = [is_right for rate, is_right in _rate(_train(kind, older), newest) if rate >= threshold]
    found = sum(held_back)
    precision = found / max(1, len(held_back))
    reason = _find_reason(found, precision)
    return Report(
        kind,
        len(older),
        len(newest),
        positives,
        precision=precision,
        recall=found / max(1, positives),
        threshold=threshold,
        is_ready=reason is None,
        reason=reason,
    )


def _count(kind: Kind, examples: Sequence[Example]) -> int:
    return sum(label == kind for _, label in examples)


def _find_reason(found: int, precision: float) -> Reason | None:
    if found < LEAST_FOUND:
        return "found_too_few"
    return "not_precise_enough" if precision < LEAST_PRECISION else None


def _rate(judge: Judge, examples: Sequence[Example]) -> list[tuple[float, bool]]:
    return [(judge.rate(features), label == judge.kind) for features, label in examples]


def choose_threshold(rated: list[tuple[float, bool]]) -> float:
    """Return the lowest threshold that holds back precisely enough, so that it finds the most.

    `rated` has a probability, and whether the text was of the kind, for each decision it is chosen on.
    """
    rated = sorted(rated, reverse=True)
    following = [*(rate for rate, _ in rated), 0.0][1:]
    chosen = LOWEST_THRESHOLD
    found = 0
    for count, ((rate, is_right), next_rate) in enumerate(zip(rated, following, strict=True), start=1):
        found += is_right
        # Equal rates cannot be told apart. Between two that differ, the middle is the least chosen for this part only.
        if rate > max(next_rate, LOWEST_THRESHOLD) and found / count >= WANTED_PRECISION:
            chosen = max(LOWEST_THRESHOLD, (rate + next_rate) / 2)
    return chosen


def _train(kind: Kind, examples: Sequence[Example]) -> Judge:
    """Count in how many texts of the kind and of the others each feature stands, and weigh it by that."""
    inside = Counter(chain.from_iterable(features for features, label in examples if label == kind))
    outside = Counter(chain.from_iterable(features for features, label in examples if label != kind))
    seen = {feature: inside[feature] + outside[feature] for feature in sorted(inside.keys() | outside.keys())}
    seen = {feature: count for feature, count in seen.items() if count >= LEAST_SEEN}
    weights = _weigh(seen, inside, outside)
    by_evidence = sorted(weights, key=lambda feature: -abs(weights[feature]) * seen[feature])
    positives = _count(kind, examples)
    base = math.log((positives + 1) / (len(examples) - positives + 1))
    return Judge(kind, round(base, DECIMALS), {feature: weights[feature] for feature in by_evidence[:MOST_FEATURES]})


def _weigh(features: Iterable[str], inside: Counter[str], outside: Counter[str]) -> dict[str, float]:
    """Return how much more often each feature stands inside than outside, as a logarithm, smoothed and rounded."""
    smoothed = [(feature, inside[feature] + SMOOTHING, outside[feature] + SMOOTHING) for feature in features]
    total_inside = sum(count for _, count, _ in smoothed)
    total_outside = sum(count for _, _, count in smoothed)
    return {
        feature: round(math.log(count_inside / total_inside) - math.log(count_outside / total_outside), DECIMALS)
        for feature, count_inside, count_outside in smoothed
    }


# --- The model -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Model:
    """What was learned: a report on each kind, and a judge for each that is ready."""

    reports: tuple[Report, ...]
    judges: tuple[Judge, ...]

    def score(self, text: str) -> list[Score]:
        """Return the scores that hold a text back for a human: of judges that are ready, from their threshold on."""
        thresholds = {report.kind: report.threshold for report in self.reports}
        return [score for score in self.explain(text) if score.probability >= thresholds[score.kind]]

    def explain(self, text: str) -> list[Score]:
        """Return the score of every judge that is ready, whatever it is."""
        if not self.judges:
            return []
        features = find_features(text)
        return [judge.judge(features) for judge in self.judges]

    def to_json(self) -> str:
        """Return the model as ASCII, the same bytes for the same decisions."""
        saved = {
            "version": VERSION,
            "reports": [asdict(report) for report in self.reports],
            "judges": [asdict(judge) for judge in self.judges],
        }
        return json.dumps(saved, separators=(",", ":"), allow_nan=False)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Return the model that `to_json` wrote. Raises ValueError if this is none, or one of another version."""
        try:
            saved = json.loads(text, parse_constant=_refuse)
        except (ValueError, RecursionError) as error:
            raise ValueError("What the classifier learned cannot be read: this is not JSON. Learn again.") from error
        version = saved.get("version") if isinstance(saved, dict) else None
        if version != VERSION:
            named = f"version {version}" if isinstance(version, int) else "an unknown version"
            raise ValueError(f"What the classifier learned is of {named}; this one reads {VERSION}. Learn again.")
        try:
            reports = tuple(Report(**report) for report in saved["reports"])
            model = cls(reports, tuple(Judge(**judge) for judge in saved["judges"]))
            is_sound = _is_sound(model)
        except (AttributeError, KeyError, OverflowError, TypeError) as error:
            raise ValueError("What the classifier learned is damaged. Learn again.") from error
        if not is_sound:
            raise ValueError("What the classifier learned is damaged. Learn again.")
        return model


def _is_sound(model: Model) -> bool:
    """Tell whether a model that was read can be used and shown."""
    ready = [report.kind for report in model.reports if report.is_ready]
    has_its_judges = [report.kind for report in model.reports] == [*KINDS] and [
        judge.kind for judge in model.judges
    ] == ready
    return has_its_judges and all(map(_is_sound_report, model.reports)) and all(map(_is_sound_judge, model.judges))


def _is_sound_report(report: Report) -> bool:
    shares = report.precision, report.recall, report.threshold
    counts = report.learned_from, report.held_out, report.positives, report.missing
    is_explained = report.reason in (None, *REASONS) and report.is_ready is (report.reason is None)
    return is_explained and all(0 <= share <= 1 for share in shares) and all(isinstance(count, int) for count in counts)


def _is_sound_judge(judge: Judge) -> bool:
    return math.isfinite(judge.base) and all(map(math.isfinite, judge.weights.values()))


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)
