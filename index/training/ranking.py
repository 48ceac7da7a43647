"""Learn the order of candidates and the probability of an answer, and report them on questions not learned from.

    python -m index.training.ranking FOLDER [--desk FOLDER] [--stores FOLDER] [--write] [--curves FILE.json]

The folder holds question sets in the formats that `verbatim evaluate` reads: `golden/` (48 statements), `data/nq`
(Natural Questions, by way of QED), `data/clapnq` and `data/squad_train` (SQuAD 1.1). They are not part of the
project, for their licences; the questions in `tests/data/ranking` are. Every set is divided in two by what answers a
question, so that no passage is on both sides; each half is reported with what the other half taught. Over the two
sets of statements three more sorts of questions are asked: what is off their subject, and must be refused, the bare
subjects that they name ("ballistic missiles"), which must be answered, and words of two subjects that no passage has
together ("vital escalation"), which must not. `--write` then learns from all and writes `index/search/ranking.json`;
`--stores` keeps the encoded statements, so that the next run takes minutes less.
"""

import argparse
import hashlib
import json
import re
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import asdict, dataclass
from enum import Enum, auto
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from index.engines.passages.answer import LIKELY
from index.engines.passages.terms import find_other_names
from index.evaluation.question_sets import JudgedQuestion, read_questions, read_statements
from index.evaluation.units import Corpus, UnitKind, choose_kinds, fill_library
from index.library import Library
from index.search.features import Features
from index.search.ranking import Columns, Ranking, Weights, summarise
from index.text.tokens import analyse, is_stop_word

RANKING = Path(__file__).parents[1] / "search/ranking.json"
DESK = Path("tests/data/ranking")
OFF_TOPIC = "off_topic_questions.txt"

PENALTY = 0.01
"""On the squares of the order's weights: of .001, .01 and .03 the best on half of the questions, by little."""

INVERSE_REGULARIZATION = 100.0
"""On the squares of the two probabilities' weights, beside a sum over a few thousand questions."""

MOST_QUESTIONS = 1_400
"""Of a set, so that learning takes minutes; the first in the order of a digest of their ids."""

HIDDEN_SHARE = 0.5
"""Of the questions of sets without unanswerable ones, how many are asked again with their statement left out."""

SUBJECTS = 150
"""Bare subjects that are asked for over a set of statements."""

_SUBJECT_PASSAGES = range(2, 13)
"""A subject is two words that stand side by side in this many passages."""

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class RefusalCurve:
    """What refusing more or less costs on one set of questions; shares in [0, 1], and where the product stands."""

    label: str
    wrong_refusals: Sequence[float]
    false_answers: Sequence[float]
    chosen: tuple[float, float]


class Sort(Enum):
    """What kind of question an example is of."""

    ASKED = auto()
    HIDDEN = auto()  # asked again with the statements left out that answer it
    SUBJECT = auto()  # no question: two words that passages have side by side
    UNRELATED_WORDS = auto()  # no question: two words of subjects that no passage has together
    OFF_TOPIC = auto()  # of nothing that the statements are about


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """Files of one set, and how much a question of it counts for the order and for the two probabilities.

    A set without unanswerable questions counts less for these: hiding what answers leaves questions that are easily
    told from the answered ones. `is_of_statements` tells that bare subjects and what is off the subject are asked too.
    Of many statements the first `most_statements` in the order of a digest are taken, with the questions they answer.
    """

    name: str
    statements: Path
    questions: tuple[Path, ...]
    weight: float
    head_weight: float
    hides: bool = False
    is_of_statements: bool = False
    most_statements: int | None = None


@dataclass(frozen=True, slots=True)
class Example:
    """A question with its candidates; `answers` (m,) tells which answer. The half is 0 or 1."""

    set_name: str
    sort: Sort
    half: int
    weight: float
    head_weight: float
    features: Features
    answers: NDArray[np.bool_]
    keys: NDArray[np.int64]
    gold: int


def list_sets(folder: Path, desk: Path) -> list[QuestionSet]:
    """Return the sets that are learned from."""
    data = folder / "data"
    return [
        QuestionSet(
            "golden",
            folder / "golden/docs.jsonl",
            (folder / "golden/questions.jsonl",),
            weight=3,
            head_weight=3,
            is_of_statements=True,
        ),
        QuestionSet(
            "desk",
            desk / "desk_statements.jsonl.gz",
            (desk / "desk_questions.jsonl.gz",),
            weight=3,
            head_weight=3,
            is_of_statements=True,
        ),
        QuestionSet(
            "clapnq",
            data / "clapnq/docs.jsonl.gz",
            (data / "clapnq/questions.jsonl.gz", data / "clapnq/questions_unanswerable.jsonl.gz"),
            weight=4,
            head_weight=2,
        ),
        QuestionSet(
            "nq",
            data / "nq/docs.jsonl.gz",
            (data / "nq/questions.jsonl.gz",),
            weight=2,
            head_weight=0.5,
            hides=True,
        ),
        QuestionSet(
            "squad",
            data / "squad_train/docs.jsonl.gz",
            (data / "squad_train/questions.jsonl.gz",),
            weight=1,
            head_weight=0.5,
            hides=True,
            most_statements=256,
        ),
    ]


# -- examples ----------------------------------------------------------------------------------------------------------


def collect_examples(chosen: QuestionSet, library: Library, off_topic: Sequence[str]) -> Iterator[Example]:
    """Add the statements of a set to a library, ask its questions, and yield what they found."""
    records = read_statements(chosen.statements)
    questions = read_questions(chosen.questions, records)
    if chosen.most_statements:
        records = sorted(records, key=lambda one: _digest(one.id))[: chosen.most_statements]
    kept = {one.id for one in records}
    questions = [one for one in questions if all(_statement_of(gold) in kept for gold in one.gold_ids)]
    corpus = fill_library(library, records, advance=lambda: None)
    asking = _Asking(library, corpus)
    yield from _ask_questions(chosen, asking, questions, kept)
    if chosen.is_of_statements:
        texts = {one.passage.id: one.passage.text for one in corpus.passages}
        for subject, naming in find_subjects(texts).items():
            yield from asking.ask(chosen, Sort.SUBJECT, subject, subject, naming.__contains__, len(naming))
        for strangers in find_strangers(texts):
            yield from asking.ask(chosen, Sort.UNRELATED_WORDS, strangers, strangers, lambda _: False, 0)
        for question in off_topic:
            yield from asking.ask(chosen, Sort.OFF_TOPIC, question, question, lambda _: False, 0)


def _ask_questions(
    chosen: QuestionSet, asking: "_Asking", questions: Sequence[JudgedQuestion], statement_ids: Set[str]
) -> Iterator[Example]:
    kinds = choose_kinds(questions, statement_ids)
    for question in sorted(questions, key=lambda one: _digest(one.id))[:MOST_QUESTIONS]:
        answering = asking.find_answering(question, kinds[question.id])
        gold = len(question.gold_ids)
        home = _home_of(question)
        yield from asking.ask(chosen, Sort.ASKED, question.text, home, answering.__contains__, gold)
        if chosen.hides and answering and _digest(question.id) % 100 < 100 * HIDDEN_SHARE:
            yield from asking.ask(chosen, Sort.HIDDEN, question.text, home, lambda _: False, 0, without=answering)


def find_subjects(texts: Mapping[str, str]) -> dict[str, frozenset[str]]:
    """Return bare subjects of some passages by their ids: two words, and the passages that have them side by side."""
    naming: dict[tuple[str, str], set[str]] = {}
    written: dict[tuple[str, str], str] = {}
    for passage_id, text in texts.items():
        for match in _TWO_WORDS.finditer(text):
            terms = analyse(f"{match[1]} {match[2]}")
            if len(terms) == len(match.groups()) and not any(map(is_stop_word, terms)):
                pair = (terms[0], terms[1])
                naming.setdefault(pair, set()).add(passage_id)
                written.setdefault(pair, f"{match[1]} {match[2]}")
    pairs = [pair for pair, ids in naming.items() if len(ids) in _SUBJECT_PASSAGES]
    pairs.sort(key=lambda pair: _digest(" ".join(pair)))
    return {written[pair]: frozenset(naming[pair]) for pair in pairs[:SUBJECTS]}


def find_strangers(texts: Mapping[str, str]) -> list[str]:
    """Return the first word of one subject before the last of another, where no passage has both."""
    subjects = [one.split() for one in find_subjects(texts)]
    held = [frozenset(analyse(text)) for text in texts.values()]
    found = []
    for at, (first, _) in enumerate(subjects):
        for _, last in subjects[at + 1 :] + subjects[:at]:
            both = frozenset(analyse(f"{first} {last}"))
            if len(both) > 1 and not any(both <= one for one in held):
                found.append(f"{first} {last}")
                break
    return found


_TWO_WORDS = re.compile(r"\b(?=([A-Za-z]{4,}) ([a-z]{4,})\b)")


class _Asking:
    """Candidates of a library's searcher, and which of them answer."""

    def __init__(self, library: Library, corpus: Corpus) -> None:
        self._searcher = library._get_searcher()
        self._corpus = corpus
        statements = library._store.get_changed_statements(0).statements
        self._statement_keys = {one.id: key for key, one in statements.items() if one is not None}
        self._passage_ids = {
            row.key: one.passages[row.position].id
            for portion in library._store.iterate_rows()
            for rows in portion.statements
            if (one := statements[rows.statement_key]) is not None
            for row in rows.passages
        }
        self._statement_of = {one.passage.id: one.passage.statement_id for one in corpus.passages}

    def find_answering(self, question: JudgedQuestion, kind: UnitKind) -> frozenset[str]:
        """Return the ids of the passages that answer a question."""
        units = self._corpus.units[kind]
        return frozenset(one for one in self._statement_of if question.gold_ids.intersection(units.get(one, ())))

    def ask(
        self,
        chosen: QuestionSet,
        sort: Sort,
        text: str,
        home: str,
        answers: Callable[[str], bool],
        gold: int,
        without: frozenset[str] = frozenset(),
    ) -> Iterator[Example]:
        """Yield the example of a question, if it has candidates.

        Args:
            chosen: the set it is asked in.
            sort: what kind of question it is.
            text: what is asked.
            home: what decides in which half it is.
            answers: tells whether the passage with an id answers.
            gold: how many units answer.
            without: passages whose statements are left out.
        """
        within = None
        if without:
            hidden = {self._statement_of[one] for one in without}
            within = frozenset(key for one, key in self._statement_keys.items() if one not in hidden)
        candidates = self._searcher.find_candidates(text, within=within, other_names=find_other_names)
        if candidates is None or candidates.is_unsaid:
            return
        yield Example(
            set_name=chosen.name,
            sort=sort,
            half=_digest(home) % 2,
            weight=chosen.weight,
            head_weight=chosen.head_weight * _HEAD_SHARES[sort],
            features=candidates.features,
            answers=np.array([answers(self._passage_ids[key]) for key in candidates.keys.tolist()], dtype=np.bool_),
            keys=candidates.keys,
            gold=gold,
        )


_HEAD_SHARES = {Sort.ASKED: 1.0, Sort.HIDDEN: 1.0, Sort.SUBJECT: 0.3, Sort.UNRELATED_WORDS: 0.3, Sort.OFF_TOPIC: 1.0}
"""How much of its set's weight an example has for the two probabilities: the easily told counts less."""


def _home_of(question: JudgedQuestion) -> str:
    """Return what decides in which half a question is: the statement that answers it, where one does."""
    return _statement_of(min(question.gold_ids, default=question.id))


def _statement_of(gold_id: str) -> str:
    return gold_id.split("#", maxsplit=1)[0]


def _digest(text: str) -> int:
    return int(hashlib.sha256(text.encode()).hexdigest(), 16)


# -- learning ----------------------------------------------------------------------------------------------------------


def learn(examples: Sequence[Example]) -> dict[str, Weights]:
    """Return the three combinations, learned one after the other."""
    order = learn_order([one for one in examples if one.sort is Sort.ASKED and one.answers.any()])
    ordered = [(one, order.combine(one.features.columns)) for one in examples]
    summaries = [summarise(one.features, values) for one, values in ordered]
    weights = np.array([one.head_weight for one in examples])
    best = np.array([bool(one.answers[np.argmax(values)]) for one, values in ordered])
    answerable = np.array([bool(one.answers.any()) for one in examples])
    return {
        "order": order,
        "best": learn_head(summaries, best, weights),
        "answered": learn_head(summaries, answerable, weights),
    }


def learn_order(examples: Sequence[Example]) -> Weights:
    """Return the combination that makes the answering candidates likeliest: a conditional logit.

    Source: McFadden, Conditional logit analysis of qualitative choice behavior, 1974.
    """
    names = tuple(examples[0].features.columns)
    rows, means, scales = _scale(np.concatenate([_stack(one.features.columns, names) for one in examples]))
    sizes = [len(one.answers) for one in examples]
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    group = np.repeat(np.arange(len(sizes)), sizes)
    answers = np.concatenate([one.answers for one in examples]).astype(float)
    share = np.array([one.weight for one in examples]) / sum(one.weight for one in examples)

    def loss(weights: Values) -> tuple[float, Values]:
        values = rows @ weights
        exponents = np.exp(values - np.maximum.reduceat(values, starts)[group])
        total = np.add.reduceat(exponents, starts)
        right = np.add.reduceat(exponents * answers, starts) + 1e-12
        slope = (exponents / total[group] - exponents * answers / right[group]) * share[group]
        return (
            float(-(share * np.log(right / total)).sum() + PENALTY * (weights**2).sum()),
            rows.T @ slope + 2 * PENALTY * weights,
        )

    fitted = minimize(loss, np.zeros(len(names)), jac=True, method="L-BFGS-B", options={"maxiter": 500})
    return Weights(names, means, scales, fitted.x, 0.0)


def learn_head(summaries: Sequence[Columns], truths: NDArray[np.bool_], weights: Values) -> Weights:
    """Return the logistic regression of a truth on the summaries of questions."""
    names = tuple(summaries[0])
    rows, means, scales = _scale(np.concatenate([_stack(one, names) for one in summaries]))
    model = LogisticRegression(C=1 / INVERSE_REGULARIZATION, max_iter=2_000).fit(rows, truths, sample_weight=weights)
    return Weights(names, means, scales, model.coef_[0], float(model.intercept_[0]))


def _stack(columns: Columns, names: Sequence[str]) -> Values:
    return np.stack([columns[name] for name in names], axis=1)


def _scale(rows: Values) -> tuple[Values, Values, Values]:
    means, deviations = rows.mean(axis=0), rows.std(axis=0)
    scales = np.where(deviations < 1e-5, 1.0, deviations)
    return (rows - means) / scales, means, scales


# -- reporting ---------------------------------------------------------------------------------------------------------


def report(examples: Sequence[Example], learned: Mapping[int, Ranking]) -> Iterator[str]:
    """Yield a line for each set: every half judged with what the other taught."""
    for name in dict.fromkeys(one.set_name for one in examples):
        of_set = [one for one in examples if one.set_name == name]
        ranked = [(one, learned[1 - one.half].rank(one.features)) for one in of_set]
        asked = [(one, found) for one, found in ranked if one.sort is Sort.ASKED and one.gold]
        hits = [one.answers[np.lexsort((one.keys, -found.order))] for one, found in asked]
        gains = [_ndcg(hit, one.gold) for hit, (one, _) in zip(hits, asked, strict=True)]
        first = np.mean([hit[0] for hit in hits])
        line = f"{name}: {len(asked)} answerable, nDCG@10 {np.mean(gains):.4f}, success@1 {first:.3f}"
        judged = [(one, found) for one, found in ranked if one.sort in (Sort.ASKED, Sort.HIDDEN)]
        top = np.array([found.probabilities.max() for _, found in judged])
        right = np.array([one.answers[np.argmax(found.order)] for one, found in judged])
        line += f", calibration error {_calibration_error(top, right):.3f}"
        refused = [found.answered for one, found in ranked if one.sort is Sort.ASKED and not one.gold]
        hidden = [found.answered for one, found in ranked if one.sort is Sort.HIDDEN]
        for label, negatives in (("unanswerable", refused), ("hidden", hidden)):
            if len(negatives) > 5:
                positives = [found.answered for _, found in asked]
                least = np.quantile(positives, 0.05)
                area = roc_auc_score([1] * len(positives) + [0] * len(negatives), positives + negatives)
                line += (
                    f"; {len(negatives)} {label}: area {area:.3f}, false answers at 5 % wrong refusals "
                    f"{np.mean(np.array(negatives) >= least):.2f} (from {least:.2f})"
                )
        sorts = {"bare subjects": Sort.SUBJECT, "strangers": Sort.UNRELATED_WORDS, "off the subject": Sort.OFF_TOPIC}
        for label, sort in sorts.items():
            answered = [found.answered >= LIKELY for one, found in ranked if one.sort is sort]
            line += f"; {len(answered)} {label}, {np.mean(answered):.1%} answered" if answered else ""
        yield line


def trace_refusals(examples: Sequence[Example], learned: Mapping[int, Ranking]) -> Iterator[RefusalCurve]:
    """Yield for each set with questions written to be unanswerable what refusing more or less costs."""
    for name in dict.fromkeys(one.set_name for one in examples):
        of_set = [one for one in examples if one.set_name == name and one.sort is Sort.ASKED]
        values = np.array([learned[1 - one.half].rank(one.features).answered for one in of_set])
        answerable = np.array([one.gold > 0 for one in of_set])
        if (~answerable).sum() < 10:
            continue

        def shares(
            least: float, values: Values = values, answerable: NDArray[np.bool_] = answerable
        ) -> tuple[float, float]:
            return float((values[answerable] < least).mean()), float((values[~answerable] >= least).mean())

        points = [shares(least) for least in np.linspace(0, 1, 201)]
        refused, answered = zip(*points, strict=True)
        yield RefusalCurve(f"{name}, {len(of_set):,} questions", refused, answered, shares(LIKELY))


def _ndcg(hits: NDArray[np.bool_], gold: int) -> float:
    discounts = 1 / np.log2(np.arange(2, 12))
    return float((hits[:10] * discounts[: len(hits[:10])]).sum() / discounts[: min(gold, 10)].sum())


def _calibration_error(scores: Values, truths: NDArray[np.bool_]) -> float:
    bins = np.array_split(np.argsort(scores), 10)
    return float(sum(abs(scores[one].mean() - truths[one].mean()) * len(one) for one in bins if len(one)) / len(scores))


def to_dict(weights: Weights) -> dict[str, Any]:
    """Return a combination as JSON values."""
    rows = zip(weights.names, weights.means, weights.scales, weights.weights, strict=True)
    return {
        "bias": round(weights.bias, 5),
        "values": {
            name: {"weight": round(weight, 5), "mean": round(mean, 6), "scale": round(scale, 6)}
            for name, mean, scale, weight in rows
        },
    }


def main() -> None:
    """Learn, report, and write where asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--stores", type=Path, help="where the encoded statements are kept for the next run")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--desk", type=Path, default=DESK, help="the questions of the repository")
    parser.add_argument("--curves", type=Path, help="write the refusal curves, for tests.benchmarks.refusals")
    arguments = parser.parse_args()
    examples: list[Example] = []
    off_topic = (arguments.desk / OFF_TOPIC).read_text(encoding="utf-8").splitlines()
    with tempfile.TemporaryDirectory() as unkept:
        for one in list_sets(arguments.folder, arguments.desk):
            with Library.open((arguments.stores or Path(unkept)) / one.name) as library:
                examples += collect_examples(one, library, off_topic)
            sys.stdout.write(f"{one.name}: {sum(each.set_name == one.name for each in examples)} questions asked\n")
    halves = {half: Ranking(**learn([one for one in examples if one.half == half])) for half in (0, 1)}
    sys.stdout.writelines(f"{line}\n" for line in report(examples, halves))
    for curve in (curves := list(trace_refusals(examples, halves))):
        refused, answered = curve.chosen
        sys.stdout.write(f"{curve.label}: {refused:.1%} wrongly refused, {answered:.1%} falsely answered\n")
    if arguments.curves:
        arguments.curves.write_text(json.dumps([asdict(curve) for curve in curves]), encoding="utf-8")
    if arguments.write:
        learned = {name: to_dict(weights) for name, weights in learn(examples).items()}
        RANKING.write_text(json.dumps(learned, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
