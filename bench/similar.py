"""Near-duplicates among short Chinese texts: how many are found, how many are wrong, and what a pair costs.

    python -m bench.similar [--comments FILE] [--repeats 5]

The texts are the 197 statements of vTaiwan's conversation about Uber; similar_labels.csv holds what a reader
decided about pairs of their ids, never a text. Three kinds of pairs were read: `found`, the first of our list
and of the peers', so that nobody is judged on another's choice; `random`, drawn from the rest; `read`, seen
by reading all statements, so that recall counts what no method found. Labels were given before any figure was
seen. The threshold comes from invented needs and was not moved for them; one weight was (see README.md).
Words alone are judged: the statements have no place. Figures go to bench/results/similar.json.
"""

import argparse
import csv
import importlib
import itertools
import platform
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import orjson

from lingju.needs.text.similar import PROBABLE, Described, bands, features, score, signature
from lingju.needs.text.tokens import normal

HERE = Path(__file__).parent
COMMENTS = HERE.parents[1] / "shared/data/needs/polis/vtaiwan.uberx/comments.csv"
LABELS, RESULTS = HERE / "similar_labels.csv", HERE / "results" / "similar.json"
CUTS = (0.3, 0.4, 0.5, 0.6, 0.7)

Measure = Callable[[str, str], float]
Pair = tuple[str, str]


@dataclass(frozen=True)
class Label:
    """What a reader decided about two statements."""

    first: int
    second: int
    same: bool
    chosen: str


@dataclass(frozen=True)
class AtCut:
    """How a method does when everything from this score on is a candidate."""

    cut: float
    precision: float
    recall: float
    f1: float


@dataclass(frozen=True)
class Figures:
    """What was measured of one method; the best cut is known only to who has the labels."""

    method: str
    average_precision: float
    best: AtCut
    at: tuple[AtCut, ...]
    us_per_pair_cold: float
    us_per_pair_warm: float


def ours(a: str, b: str) -> float:
    """Return the likeness by words alone."""
    return score(Described(a), Described(b)).score


def plain_jaccard(a: str, b: str) -> float:
    """Return the share of pairs of characters, as minhash libraries estimate it, computed exactly."""
    one, other = ({text[at : at + 2] for at in range(len(text) - 1)} for text in (normal(a), normal(b)))
    return len(one & other) / max(1, len(one | other))


def methods() -> dict[str, Measure]:
    """Return our measure and those of the peers that are installed."""
    known: dict[str, Measure] = {"lingju": ours, "jaccard of bigrams": plain_jaccard}
    try:
        fuzz = importlib.import_module("rapidfuzz.fuzz")
    except ImportError:
        print("rapidfuzz is missing: uv sync --group bench")
        return known
    known["rapidfuzz token_ratio"] = lambda a, b: fuzz.token_ratio(normal(a), normal(b)) / 100
    known["rapidfuzz partial_ratio"] = lambda a, b: fuzz.partial_ratio(normal(a), normal(b)) / 100
    return known


def at_cut(scores: list[float], labels: list[Label], cut: float) -> AtCut:
    """Return precision, recall and F1 at a cut."""
    hits = sum(label.same for label, value in zip(labels, scores, strict=True) if value >= cut)
    named = sum(value >= cut for value in scores)
    precision = hits / named if named else 1.0
    recall = hits / sum(label.same for label in labels)
    return AtCut(cut, precision, recall, 2 * precision * recall / (precision + recall) if hits else 0.0)


def average_precision(scores: list[float], labels: list[Label]) -> float:
    """Return the mean precision at each true pair, ties read in their worst order."""
    ranked = sorted(zip(scores, labels, strict=True), key=lambda item: (-item[0], item[1].same))
    at = [place for place, (_, label) in enumerate(ranked, 1) if label.same]
    return statistics.fmean(nth / place for nth, place in enumerate(at, 1))


def cost(measure: Measure, pairs: list[Pair], repeats: int) -> tuple[float, float]:
    """Return CPU microseconds for a pair: with nothing kept, and with texts already taken apart."""
    cold: list[float] = []
    warm: list[float] = []
    for _ in range(repeats):
        features.cache_clear()
        cold.append(spent(measure, pairs))
        warm.append(spent(measure, pairs))
    return min(cold), min(warm)


def spent(measure: Measure, pairs: list[Pair]) -> float:
    """Return CPU microseconds for a pair of one round."""
    start = time.process_time()
    for a, b in pairs:
        measure(a, b)
    return (time.process_time() - start) / len(pairs) * 1e6


def judge(name: str, measure: Measure, texts: dict[int, str], labels: list[Label], repeats: int) -> Figures:
    """Measure one method on the labelled pairs."""
    pairs = [(texts[label.first], texts[label.second]) for label in labels]
    scores = [measure(a, b) for a, b in pairs]
    best = max((at_cut(scores, labels, cut) for cut in set(scores)), key=lambda found: found.f1)
    cuts = tuple(at_cut(scores, labels, cut) for cut in CUTS)
    return Figures(name, average_precision(scores, labels), best, cuts, *cost(measure, pairs, repeats))


def keys(texts: dict[int, str], labels: list[Label]) -> dict[str, float]:
    """Return how often a pair meets under a key, for true pairs and for all, and what a signature costs."""
    start = time.process_time()
    under = {number: set(bands(signature(text))) for number, text in texts.items()}
    us = (time.process_time() - start) / len(texts) * 1e6
    same = [bool(under[label.first] & under[label.second]) for label in labels if label.same]
    every = [bool(under[a] & under[b]) for a, b in itertools.combinations(texts, 2)]
    return {
        "same_pairs_that_meet": statistics.fmean(same),
        "all_pairs_that_meet": statistics.fmean(every),
        "us_per_signature": us,
    }


def read_labels() -> list[Label]:
    """Return the labelled pairs."""
    with LABELS.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        return [Label(int(r["first"]), int(r["second"]), r["same"] == "1", r["chosen"]) for r in rows]


def show(figures: list[Figures]) -> None:
    """Print a table of all methods, and ours at each cut."""
    print(f"{'method':26}{'AP':>7}{'best F1':>9}{'at':>6}{'us cold':>9}{'us warm':>9}")
    for one in figures:
        best = f"{one.best.f1:9.3f}{one.best.cut:6.2f}"
        print(
            f"{one.method:26}{one.average_precision:7.3f}{best}{one.us_per_pair_cold:9.1f}{one.us_per_pair_warm:9.1f}"
        )
    for cut in figures[0].at:
        mark = " (default)" if cut.cut == PROBABLE else ""
        print(f"from {cut.cut}: precision {cut.precision:.3f} recall {cut.recall:.3f} F1 {cut.f1:.3f}{mark}")


def main(words: list[str]) -> int:
    """Measure every method on the same pairs and write the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--comments", type=Path, default=COMMENTS)
    parser.add_argument("--repeats", type=int, default=5)
    chosen = parser.parse_args(words)
    if not chosen.comments.exists():
        print(f"no statements at {chosen.comments}: nothing measured")
        return 0
    with chosen.comments.open(encoding="utf-8", newline="") as file:
        texts = {int(row["comment-id"]): row["comment-body"] for row in csv.DictReader(file)}
    labels = read_labels()
    figures = [judge(name, one, texts, labels, chosen.repeats) for name, one in methods().items()]
    meeting = keys(texts, labels)
    print(f"{len(labels)} pairs, {sum(label.same for label in labels)} the same")
    show(figures)
    print(" ".join(f"{name} {value:.3f}" for name, value in meeting.items()))
    found = {
        "machine": f"{platform.machine()}, Python {platform.python_version()}",
        "pairs": len(labels),
        "same": sum(label.same for label in labels),
        "methods": [asdict(one) for one in figures],
        "keys": meeting,
    }
    RESULTS.write_bytes(orjson.dumps(found, option=orjson.OPT_INDENT_2) + b"\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
