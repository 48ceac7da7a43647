"""Give Verbatim and its peers the same paragraphs and questions, in the same run, and print what each does.

    python -m tests.benchmarks.peers --peers-python .peers/bin/python

Peers are used as their documentation shows, with their defaults and the same model, each in a process of its own, one
after another; every round begins with another of them. `peers-requirements.txt` says how to make their environment;
one that is not there is left out, and named.
"""

import argparse
import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from index.evaluation.metrics import choose_metrics, score_rankings
from index.evaluation.question_sets import (
    divide_paragraphs,
    paragraph_id,
    read_questions,
    read_statements,
    split_paragraph_id,
)
from tests.benchmarks.measuring import EVALUATION, MEBIBYTE, ROOT, find_percentile, format_markdown, format_plain
from tests.benchmarks.peers_adapters import PEERS, VERBATIM, K
from tests.benchmarks.peers_data import Question, Unit, Work

STATEMENTS = EVALUATION / "golden_statements.jsonl"
QUESTIONS = (EVALUATION / "golden_questions.jsonl",)

# Nothing is fetched and nothing is reported.
ENVIRONMENT = {
    "ANONYMIZED_TELEMETRY": "False",
    "DO_NOT_TRACK": "1",
    "HAYSTACK_TELEMETRY_ENABLED": "False",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_OFFLINE": "1",
    "TOKENIZERS_PARALLELISM": "true",
}


@dataclass(frozen=True, slots=True)
class Figures:
    """What a peer does: times in seconds or milliseconds, memory in bytes, qualities in [0, 1]."""

    label: str
    success_at_1: float
    ndcg_at_10: float
    passages_per_second: float
    index_seconds: float
    p50_milliseconds: float
    p99_milliseconds: float
    peak_bytes: int
    resident_bytes: int
    start_seconds: float


def load_work(statements: Path, questions: Sequence[Path]) -> Work:
    """Return the paragraphs of statements, and the questions that have an answer among them.

    Of statements of the same words the first is kept, and stands for the others.

    Raises:
        QuestionSetError: a file is not as it should be.
    """
    records = read_statements(statements)
    first_of: dict[str, str] = {}
    kept_as = {one.id: first_of.setdefault(" ".join(one.text.split()), one.id) for one in records}
    units = [
        Unit(
            id=paragraph_id(record.id, number),
            statement_id=record.id,
            title=record.title,
            date=record.date.isoformat() if record.date else "",
            text=record.text[start:end],
        )
        for record in records
        if kept_as[record.id] == record.id
        for number, (start, end) in enumerate(divide_paragraphs(record.text))
    ]
    asked = [
        Question(one.id, one.text, tuple(sorted({_rename(gold_id, kept_as) for gold_id in one.gold_ids})))
        for one in read_questions(questions, records)
        if one.is_answerable
    ]
    return Work(tuple(units), tuple(asked))


def _rename(gold_id: str, kept_as: Mapping[str, str]) -> str:
    named = split_paragraph_id(gold_id)
    return kept_as[gold_id] if named is None else paragraph_id(kept_as[named[0]], named[1])


def rank_as_asked(question: Question, found: Sequence[str]) -> list[str]:
    """Return a ranking of units, or of their statements where whole statements answer the question."""
    if all(split_paragraph_id(one) for one in question.relevant):
        return list(found)
    return list(dict.fromkeys(one.rpartition("#")[0] for one in found))


def run_peer(kind: str, name: str, python: str, work_file: Path) -> dict[str, Any]:
    """Run a peer in a process of its own and return what it measured.

    Raises:
        subprocess.CalledProcessError: it is not installed, or failed; `stderr` says how.
    """
    interpreter = sys.executable if name == VERBATIM else python
    worker = [interpreter, "-m", "tests.benchmarks.peers_worker", kind, name, str(work_file), repr(time.time())]
    done = subprocess.run(
        worker, cwd=ROOT, env={**os.environ, **ENVIRONMENT}, check=True, capture_output=True, text=True
    )
    figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return figures


def start_once(names: Sequence[str], python: str, work: Work, folder: Path) -> None:
    """Start every peer once without counting it: its files are then in memory, and Verbatim's model is compiled."""
    first = folder / "first.json"
    Work(work.units[:1], work.questions[:1]).write(first)
    for name in names:
        with contextlib.suppress(subprocess.CalledProcessError):
            run_peer("start", name, python, first)


def measure_round(names: Sequence[str], python: str, work: Work, folder: Path) -> dict[str, Figures]:
    """Return what each of some peers does once, in this order; those that fail are named and left out."""
    whole, first = folder / "work.json", folder / "first.json"
    work.write(whole)
    measured = {}
    for name in names:
        sys.stderr.write(f"{PEERS[name].plain_name} …\n")
        try:
            start = run_peer("start", name, python, first)
            measured[name] = _to_figures(run_peer("work", name, python, whole), start, work)
        except subprocess.CalledProcessError as error:
            reason = error.stderr.strip().splitlines()[-1:] or [f"ended with status {error.returncode}"]
            sys.stderr.write(f"{PEERS[name].plain_name} is left out: {reason[0]}\n")
    return measured


def _to_figures(measured: Mapping[str, Any], start: Mapping[str, Any], work: Work) -> Figures:
    times = measured["question_milliseconds"]
    rankings = [rank_as_asked(one, measured["rankings"][one.id]) for one in work.questions]
    metrics = choose_metrics([K])
    scores = score_rankings(rankings, [one.relevant for one in work.questions], metrics).mean(axis=0).tolist()
    means = dict(zip(metrics, scores, strict=True))
    return Figures(
        label=measured["label"],
        success_at_1=means["success@1"],
        ndcg_at_10=means[f"ndcg@{K}"],
        passages_per_second=len(work.units) / measured["index_seconds"],
        index_seconds=measured["index_seconds"],
        p50_milliseconds=find_percentile(times, 50),
        p99_milliseconds=find_percentile(times, 99),
        peak_bytes=measured["peak_bytes"],
        resident_bytes=measured["resident_bytes"],
        start_seconds=start["start_seconds"],
    )


def take_best(rounds: Sequence[Figures]) -> Figures:
    """Return the best of several rounds, figure by figure: what else runs on a machine only ever slows one down."""
    return replace(
        rounds[0],
        passages_per_second=max(one.passages_per_second for one in rounds),
        index_seconds=min(one.index_seconds for one in rounds),
        p50_milliseconds=min(one.p50_milliseconds for one in rounds),
        p99_milliseconds=min(one.p99_milliseconds for one in rounds),
        peak_bytes=min(one.peak_bytes for one in rounds),
        resident_bytes=min(one.resident_bytes for one in rounds),
        start_seconds=min(one.start_seconds for one in rounds),
    )


COLUMNS = ("", "success@1", "nDCG@10", "index/s", "question p50", "p99", "memory", "start")


def to_cells(one: Figures) -> tuple[str, ...]:
    """Return a peer's line of the table."""
    return (
        one.label,
        f"{one.success_at_1:.3f}",
        f"{one.ndcg_at_10:.3f}",
        f"{one.passages_per_second:.0f}",
        f"{one.p50_milliseconds:.1f} ms",
        f"{one.p99_milliseconds:.1f} ms",
        f"{one.peak_bytes / MEBIBYTE:,.0f} MiB",
        f"{one.start_seconds:.1f} s",
    )


def read_arguments() -> argparse.Namespace:
    """Return what was asked for on the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.peers", description=__doc__.splitlines()[0])
    parser.add_argument("--peers-python", help="the interpreter of the peers' environment; without it, by hand only")
    parser.add_argument("--statements", type=Path, default=STATEMENTS, help="JSON lines, also .gz")
    parser.add_argument("--questions", type=Path, nargs="+", default=QUESTIONS, help="JSON lines, also .gz")
    parser.add_argument("--first-questions", type=int, metavar="N", help="ask only the first N")
    parser.add_argument("--passages", type=int, metavar="N", help="index those that answer, and others up to N")
    parser.add_argument("--no-titles", action="store_true", help="keep the titles of statements from everyone")
    parser.add_argument("--only", nargs="+", choices=PEERS, metavar="PEER", help=", ".join(PEERS))
    parser.add_argument("--rounds", type=int, default=3, help="how often; the best of each figure is shown")
    parser.add_argument("--markdown", action="store_true", help="print the table as Markdown")
    parser.add_argument("--json", type=Path, metavar="FILE", help="keep all figures of all rounds")
    parser.add_argument("--plot", type=Path, metavar="FILE.png", help="draw quality against the time of a question")
    parser.add_argument("--read", type=Path, metavar="FILE", help="show the figures kept by --json instead of a run")
    return parser.parse_args()


def measure(arguments: argparse.Namespace) -> dict[str, Any]:
    """Run all rounds and return everything that was measured, as JSON values."""
    work = load_work(arguments.statements, arguments.questions)
    work = work.cut(questions=arguments.first_questions, units=arguments.passages)
    work = work.without_titles() if arguments.no_titles else work
    here = [VERBATIM, *([] if arguments.peers_python else ["by-hand"])]
    names = [name for name in arguments.only or PEERS if arguments.peers_python or name in here]
    python = arguments.peers_python or sys.executable
    rounds: dict[str, list[Figures]] = {name: [] for name in names}
    with tempfile.TemporaryDirectory() as folder:
        start_once(names, python, work, Path(folder))
        for number in range(arguments.rounds):
            sys.stderr.write(f"round {number + 1} of {arguments.rounds}: {len(work.units)} passages, ")
            sys.stderr.write(f"{len(work.questions)} questions\n")
            turned = names[number % len(names) :] + names[: number % len(names)]
            for name, figures in measure_round(turned, python, work, Path(folder)).items():
                rounds[name].append(figures)
    return {
        "passages": len(work.units),
        "questions": len(work.questions),
        "processors": os.cpu_count(),
        "rounds": {name: [asdict(one) for one in several] for name, several in rounds.items() if several},
    }


def main() -> None:
    """Measure, and print, keep and draw what was asked for."""
    arguments = read_arguments()
    kept = json.loads(arguments.read.read_text(encoding="utf-8")) if arguments.read else measure(arguments)
    if arguments.json:
        arguments.json.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    best = {name: take_best([Figures(**one) for one in several]) for name, several in kept["rounds"].items()}
    rows = [COLUMNS, *(to_cells(one) for one in sorted(best.values(), key=lambda one: -one.ndcg_at_10))]
    sys.stdout.write(
        f"{kept['passages']:,} passages, {kept['questions']:,} questions, {kept['processors']} processors\n"
    )
    sys.stdout.write(format_markdown(rows) if arguments.markdown else format_plain(rows))
    if arguments.plot:
        from tests.benchmarks.plots import Dot, draw_peers

        dots = [Dot(PEERS[name].plain_name, one.p50_milliseconds, one.ndcg_at_10) for name, one in best.items()]
        draw_peers(dots, arguments.plot)


if __name__ == "__main__":
    main()
