"""How fast Verbatim is, as ratios from one run: each figure beside a peer by name, and whether it is what is asked for.

    python -m tests.benchmarks.speed

The peer is sentence-transformers with its defaults, by itself or with numpy over the same embeddings. The model is compiled and every file read once before anything counts.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

import numpy as np
from sentence_transformers import SentenceTransformer

from index import Library, bundled_statements
from index.corpus.sql_store import SqlStore
from index.search.encoder import open_encoder
from tests.benchmarks.drawn_corpus import RealText, add_bundled, fill_store
from tests.benchmarks.growth_worker import read_golden_questions
from tests.benchmarks.measuring import ROOT, find_percentile, format_markdown, format_plain, time_milliseconds
from tests.benchmarks.peers_adapters import find_model

ROUNDS = 3
"""Each pair is measured so often, in turns; the best of each counts: what else runs only ever slows one down."""

QUESTION_TIMES = 200
ASKERS = 16
ASKING_SECONDS = 5.0
COLD_STARTS = 5
READY_STARTS = 3
PASSAGES = 10_000
STATEMENTS = 50
QUESTION = "what do they say about nuclear technology?"

_READY_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table: ours, beside what, and what is asked of it, each as it is printed.

    `ratio` is how many times as fast it is as what is beside it; `value` is what the demand is about: a ratio, seconds
    or milliseconds.
    """

    name: str
    ours: str
    beside: str
    ratio: float
    demand: str
    value: float
    is_met: bool


def compare_encoders(model: SentenceTransformer, questions: Sequence[str]) -> Figure:
    """Compare the median time of encoding a question."""
    encoder = open_encoder()
    ours, theirs = [], []
    for _ in range(ROUNDS):
        ours.append(statistics.median(time_milliseconds(encoder.encode_query, questions, times=QUESTION_TIMES)))
        by_hand = partial(model.encode, show_progress_bar=False)
        theirs.append(statistics.median(time_milliseconds(by_hand, questions, times=QUESTION_TIMES)))
    ratio = min(theirs) / min(ours)
    return Figure(
        "encode a question, median",
        f"{min(ours):.2f} ms",
        f"sentence-transformers {min(theirs):.2f} ms",
        ratio,
        "faster",
        ratio,
        ratio > 1,
    )


def compare_adding(model: SentenceTransformer) -> Figure:
    """Compare passages added in a second with those that `SentenceTransformer.encode` does with its defaults.

    The texts are the same: the passages that can be found. Verbatim reads, divides, encodes their sentences too, and
    keeps everything on disk.
    """
    ours, theirs = [], []
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory() as folder, Library.open(folder) as library:
            library.add("This statement only has the model loaded.", title="Loading")
            began = time.perf_counter()
            add_bundled(library)
            seconds = time.perf_counter() - began
            rows = [one for portion in SqlStore(library.database).iterate_rows() for one in portion.statements]
        texts = [f"{one.title}. {passage.text}" for one in rows for passage in one.passages]
        ours.append(len(texts) / seconds)
        began = time.perf_counter()
        model.encode(texts, show_progress_bar=False)
        theirs.append(len(texts) / (time.perf_counter() - began))
    ratio = max(ours) / max(theirs)
    return Figure(
        "add statements, passages a second",
        f"{max(ours):.0f}",
        f"SentenceTransformer.encode {max(theirs):.0f}",
        ratio,
        "3 times as many",
        ratio,
        ratio >= 3,
    )


def compare_questions(library: Library, model: SentenceTransformer, questions: Sequence[str]) -> Figure:
    """Compare the median time of a search, warm, one at a time, with the ten nearest embeddings found by hand."""
    portions = SqlStore(library.database).iterate_rows()
    table = np.array([passage.vectors[0] for rows in portions for one in rows.statements for passage in one.passages])

    def find_by_hand(question: str) -> object:
        return np.argsort(-(table @ model.encode(question, show_progress_bar=False)))[:10]

    ours, theirs = [], []
    for _ in range(ROUNDS):
        ours.append(time_milliseconds(library.search, questions, times=QUESTION_TIMES))
        theirs.append(time_milliseconds(find_by_hand, questions, times=QUESTION_TIMES))
    median, by_hand = (min(map(statistics.median, times)) for times in (ours, theirs))
    slowest = min(find_percentile(one, 99) for one in ours)
    return Figure(
        f"question over {PASSAGES:,} passages, median",
        f"{median:.1f} ms (99 of 100 within {slowest:.1f})",
        f"sentence-transformers and numpy {by_hand:.1f} ms",
        by_hand / median,
        "at most 5 ms",
        median,
        median <= 5,
    )


def compare_askers(library: Library, questions: Sequence[str]) -> Figure:
    """Compare what many askers at a time get in a second with what one gets, and on how many cores."""
    one = many = (0.0, 0.0)
    for _ in range(ROUNDS):
        one = max(one, measure_throughput(library, questions, 1))
        many = max(many, measure_throughput(library, questions, ASKERS))
    (many_a_second, many_cores), (one_a_second, one_cores) = many, one
    return Figure(
        f"{ASKERS} askers, questions a second",
        f"{many_a_second:.0f} (on {many_cores:.2f} cores)",
        f"one asker {one_a_second:.0f} (on {one_cores:.2f})",
        many_a_second / one_a_second,
        "1.8 times as many",
        many_a_second / one_a_second,
        many_a_second / one_a_second >= 1.8,
    )


def measure_throughput(library: Library, questions: Sequence[str], askers: int) -> tuple[float, float]:
    """Return the questions answered in a second by threads that ask without a pause, and how many cores that took."""
    answered = [0] * askers
    stop = threading.Event()

    def ask(asker: int) -> None:
        while not stop.is_set():
            library.search(questions[(asker * 7 + answered[asker]) % len(questions)])
            answered[asker] += 1

    threads = [threading.Thread(target=ask, args=(asker,)) for asker in range(askers)]
    began, worked = time.perf_counter(), time.process_time()
    for thread in threads:
        thread.start()
    stop.wait(ASKING_SECONDS)
    stop.set()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - began
    return sum(answered) / seconds, (time.process_time() - worked) / seconds


def compare_cold_starts(data: Path) -> Figure:
    """Compare how long `verbatim ask` takes from nothing to its end with encoding the question alone."""
    ask = [sys.executable, "-m", "bot", "ask", QUESTION]
    ours, theirs = [], []
    for _ in range(1 + COLD_STARTS):
        ours.append(time_process(ask, {"VERBATIM_DATA": str(data)}))
        theirs.append(time_process([sys.executable, "-c", _ENCODE_ALONE, find_model(), QUESTION], {}))
    counted = ours[1:]  # the first reads from disk
    median, by_hand = statistics.median(counted), statistics.median(theirs[1:])
    return Figure(
        f"verbatim ask over {STATEMENTS} statements, from nothing",
        f"{median:.2f} s ({min(counted):.2f} to {max(counted):.2f})",
        f"sentence-transformers, the question alone {by_hand:.2f} s",
        by_hand / median,
        "under 1.5 s",
        median,
        median < 1.5,
    )


def time_process(command: Sequence[str], environment: Mapping[str, str]) -> float:
    """Return the seconds that a command takes."""
    began = time.perf_counter()
    subprocess.run(command, cwd=ROOT, env={**_environment(), **environment}, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began


_ENCODE_ALONE = """
import sys
from sentence_transformers import SentenceTransformer
SentenceTransformer(sys.argv[1], device="cpu").encode(sys.argv[2])
"""


def compare_readiness(data: Path) -> Figure:
    """Compare how long the bot takes until it is connected and ready with loading the model for one question."""
    whole, bot = zip(*(time_until_ready(data) for _ in range(1 + READY_STARTS)), strict=True)
    encode_alone = [sys.executable, "-c", _ENCODE_ALONE, find_model(), QUESTION]
    by_hand = statistics.median(time_process(encode_alone, {}) for _ in range(READY_STARTS))
    median = statistics.median(bot[1:])
    return Figure(
        "the bot is ready",
        f"{median:.2f} s (with the local Slack {statistics.median(whole[1:]):.2f})",
        f"sentence-transformers, one question alone {by_hand:.2f} s",
        by_hand / median,
        "within 3 s",
        median,
        median <= 3,
    )


def time_until_ready(data: Path) -> tuple[float, float]:
    """Return the seconds until the bot says that it is ready: since `verbatim try` began, and since the bot itself.

    Raises:
        RuntimeError: it ended, or took too long.
    """
    command = [sys.executable, "-m", "bot", "try", "--no-browser", "--data", str(data)]
    began = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=ROOT, env=_environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    watch = threading.Timer(_READY_SECONDS, process.kill)
    watch.start()
    try:
        bot_began = began
        for line in process.stdout or ():
            if line.startswith("Starting Verbatim"):
                bot_began = time.perf_counter()
            if line.rstrip().endswith("; ready"):
                return time.perf_counter() - began, time.perf_counter() - bot_began
        raise RuntimeError(f"expected a line that ends with '; ready', got the end of {' '.join(command)}")
    finally:
        watch.cancel()
        process.terminate()  # Ctrl-C is ignored in a background of a shell
        process.communicate()


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("VERBATIM_", "SLACK_"))}
    return {**kept, "HF_HUB_OFFLINE": "1", "PYTHONUNBUFFERED": "1"}


def fill_fifty(data: Path) -> RealText:
    """Fill a store with the bundled statements and one more, and return what there is to draw from in it."""
    with Library.open(data) as library:
        add_bundled(library)
        source = library.get(library.add(bundled_statements()[0]).id)
        more = STATEMENTS - len(library.list_statements())
        for number in range(1, more + 1):
            library.add(f"{source.text}\n\nCopy {number}, for the benchmark.", title=f"{source.title}, copy {number}")
        return RealText.from_store(SqlStore(library.database))


def measure_all(wanted: Callable[[str], bool]) -> Iterable[Figure]:
    """Yield the figures that are wanted, by their names, as they are measured."""
    model = SentenceTransformer(find_model(), device="cpu")
    questions = read_golden_questions()
    with tempfile.TemporaryDirectory() as folder:
        fifty, drawn = Path(folder, "fifty"), Path(folder, "drawn")
        real = fill_fifty(fifty)
        if wanted("encode"):
            yield compare_encoders(model, questions)
        if wanted("add"):
            yield compare_adding(model)
        if wanted("start"):
            yield compare_cold_starts(fifty)
        if wanted("ready"):
            yield compare_readiness(fifty)
        if wanted("questions") or wanted("askers"):
            fill_store(drawn, real, PASSAGES)
            with Library.open(drawn) as library:
                if wanted("questions"):
                    yield compare_questions(library, model, questions)
                if wanted("askers"):
                    yield compare_askers(library, questions)


COLUMNS = ("", "Verbatim", "beside", "times as fast", "asked for", "reached", "met")
PARTS = ("encode", "add", "start", "ready", "questions", "askers")


def to_cells(one: Figure) -> tuple[str, ...]:
    """Return one line of the table."""
    cells = (one.name, one.ours, one.beside, f"{one.ratio:.2f}", one.demand, f"{one.value:.2f}")
    return (*cells, "yes" if one.is_met else "no")


def main() -> None:
    """Measure, and print and keep what was asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.speed", description=__doc__.splitlines()[0])
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS, metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--markdown", action="store_true", help="print the table as Markdown")
    parser.add_argument("--json", type=Path, metavar="FILE", help="keep the figures")
    arguments = parser.parse_args()
    figures = []
    for figure in measure_all(arguments.only.__contains__):
        sys.stderr.write(f"{figure.name}: {figure.ours}; {figure.beside}\n")
        figures.append(figure)
    if arguments.json:
        arguments.json.write_text(json.dumps([asdict(one) for one in figures], indent=1) + "\n", encoding="utf-8")
    rows = [COLUMNS, *map(to_cells, figures)]
    sys.stdout.write(format_markdown(rows) if arguments.markdown else format_plain(rows))


if __name__ == "__main__":
    main()
