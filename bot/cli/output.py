"""Records → the terminal or a pipe. Text of statements is never read as mark-up.

On a terminal it is wrapped, and control characters are shown as marks; in a pipe or a file it comes out as it is.
"""

import contextlib
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

from bot.settings import Settings
from bot.visible import visible
from index import (
    Answer,
    Hit,
    Library,
    Passage,
    PassageKind,
    Span,
    Statement,
    StatementSummary,
    Visibility,
    format_date,
)

if TYPE_CHECKING:  # importing what measures would hold up every answer
    from index import Estimate, EvaluationReport, Examination


class AddingProgress:
    """How far the adding of files has come: the bar moves with what is on disk, the rate with what is encoded."""

    def __init__(self, progress: Progress, files: Sequence[Path]) -> None:
        self._progress = progress
        self._sizes = {file: _size(file) for file in files}
        self._encoding = progress.add_task("", total=None, visible=False)
        self._files = progress.add_task(
            "Adding statements",
            total=sum(self._sizes.values()),
            done=0,
            files=len(files),
            encoding=progress.tasks[self._encoding],
        )

    def advance_passages(self, count: int) -> None:
        """Tell that more passages are encoded."""
        self._progress.advance(self._encoding, count)

    def advance_file(self, file: Path) -> None:
        """Tell that a file was added, or that it cannot be."""
        task = self._progress.tasks[self._files]
        self._progress.update(self._files, advance=self._sizes[file], done=task.fields["done"] + 1)


@contextlib.contextmanager
def adding(files: Sequence[Path]) -> Iterator[AddingProgress]:
    """Show progress while files are added: how many, passages a second, and the time left by the files' sizes."""
    with _progress(_EncodingRateColumn(), count=TextColumn("{task.fields[done]}/{task.fields[files]}")) as progress:
        yield AddingProgress(progress, files)


class _EncodingRateColumn(ProgressColumn):
    """How many passages are encoded a second."""

    def render(self, task: Task) -> Text:
        rate = _format_rate(task.fields["encoding"])
        return Text(f"{rate.removesuffix('/s')} passages/s" if rate else "")


def _format_rate(task: Task) -> str:
    speed = task.finished_speed or task.speed
    return f"{speed:,.0f}/s" if speed and speed >= 10 else f"{speed:.1f}/s" if speed else ""


def _size(file: Path) -> int:
    """Return the size of a file in bytes, at least 1: the bar should move with one that cannot be read too."""
    try:
        return max(file.stat().st_size, 1)
    except (OSError, ValueError):
        return 1


@contextlib.contextmanager
def re_encoding() -> Iterator[Callable[[int, int], None]]:
    """Show progress while statements are encoded again; what is yielded takes how many are done of how many."""
    with _progress() as progress:
        task = progress.add_task("Encoding statements", total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)


def print_statements(statements: Sequence[StatementSummary]) -> None:
    """Print a line a statement in a pipe, with tabs: id, date, paragraphs, title, visibility; on a terminal two."""
    for one in statements:
        if _is_terminal():
            _line(f"{one.date or '          '}  {one.title}", style="bold")
            mark = " · internal" if one.visibility is Visibility.INTERNAL else ""
            _line(f"            {one.id} · {one.paragraphs} ¶{mark}", style="dim")
        else:
            _line(f"{one.id}\t{one.date or ''}\t{one.paragraphs}\t{one.title}\t{one.visibility}")


def print_statement(statement: Statement) -> None:
    """Print a statement with its paragraphs numbered."""
    _line(statement.title, style="bold")
    is_internal = statement.visibility is Visibility.INTERNAL
    facts = (format_date(statement.date), *statement.issuers, statement.source or "", "internal" if is_internal else "")
    for fact in facts:
        if fact:
            _line(fact, style="dim")
    for passage in statement.passages:
        if passage.kind is PassageKind.BORDER:  # "End Text." says where the statement ends, and no more
            continue
        _line("")
        _line(passage.label, style="cyan")
        _quote(passage, ())


def print_answer(answer: Answer) -> None:
    """Print an answer: the headline, its parts, then each passage with what matters in it in bold."""
    _line(answer.headline, style="bold")
    if not answer.answered:
        _print_notes(answer)
    for line in answer.overview:
        _line(f"- {line}")
    heading = ""
    for evidence in answer.evidence:
        _line("")
        if evidence.heading and evidence.heading != heading:
            _line(evidence.heading, style="bold")
        heading = evidence.heading
        _line(_source(evidence.statement, evidence.place), style="cyan")
        _quote(evidence.passage, evidence.spans, evidence.excerpt)
    if answer.answered and answer.notes:
        _line("")
        _print_notes(answer)


def print_hits(hits: Sequence[Hit]) -> None:
    """Print hits, best first, with rank and score."""
    if not hits:
        _line("No passages.")
    for hit in hits:
        _line(f"{hit.rank}. {hit.score:.3f}  {hit.passage.id}", style="dim")
        _line(_source(hit.statement, hit.passage.label), style="cyan")
        _quote(hit.passage, hit.spans)
        _line("")


def print_status(library: Library, settings: Settings) -> None:
    """Print what the store holds, who encoded it, and which of Slack's settings are there, never their values."""
    statements = library.list_statements()
    path = library.database.path
    tokens = {
        "SLACK_BOT_TOKEN": settings.slack_bot_token,
        "SLACK_APP_TOKEN": settings.slack_app_token,
        "SLACK_SIGNING_SECRET": settings.slack_signing_secret,
    }
    facts = {
        "Statements": f"{len(statements):,}",
        "Paragraphs": f"{sum(one.paragraphs for one in statements):,}",
        "Sentences": f"{sum(one.sentences for one in statements):,}",
        "Store": f"{path} ({path.stat().st_size / 1024**2:.1f} MiB)",
        "Model": library.model_name or "none yet",
        "Database": library.database.software,
        **{name: "set" if value else "not set" for name, value in tokens.items()},
    }
    for name, fact in facts.items():
        _line(f"{name:22}{fact}")


def print_examination(examination: "Examination") -> None:
    """Print a line a check, and below it what is wrong and what to do."""
    for check in examination.checks:
        _line(f"{'WRONG' if check.problems else 'ok':7}{check.name:12}{check.looked_at}".rstrip())
        for problem in check.problems[:_SHOWN_PROBLEMS]:
            _line(f"       - {problem}")
        if len(check.problems) > _SHOWN_PROBLEMS:
            _line(f"       - and {len(check.problems) - _SHOWN_PROBLEMS:,} more; --json lists all")
        if check.remedy:
            _line(f"       {check.remedy}")


_SHOWN_PROBLEMS = 10


# -- evaluations -----------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def evaluating(*, is_shown: bool) -> Iterator[Callable[[str, int, int], None]]:
    """Show how far an evaluation has come; what is yielded takes a task, how many are done, and of how many."""
    with _progress(_RateColumn(), is_shown=is_shown) as progress:
        tasks = {}

        def show(task: str, done: int, total: int) -> None:
            if task not in tasks:
                tasks[task] = progress.add_task(task, total=total)
            progress.update(tasks[task], completed=done)

        yield show


class _RateColumn(ProgressColumn):
    """How many are done a second."""

    def render(self, task: Task) -> Text:
        return Text(_format_rate(task))


def print_evaluation(report: "EvaluationReport") -> None:
    """Print what an evaluation found, 80 columns wide: figures with their 95 % intervals, then what they rest on."""
    corpus = report.corpus
    _line(f"{corpus.statements:,} statements, {corpus.paragraphs:,} paragraphs, {corpus.passages:,} passages searched")
    _line(f"{report.answerable:,} answerable questions, {report.questions - report.answerable:,} unanswerable")
    _line(f"Model: {report.model}")
    _print_not_found(report)
    if report.answerable:
        console = Console(highlight=False)
        console.print(_systems_table(report))
        _line("With 95 % intervals; the better variant of each peer, α best in hindsight.")
        console.print(_differences_table(report))
        if report.ours.groups:
            console.print(_groups_table(report))
    _print_refusals(report)
    _print_evidence(report)


def _print_not_found(report: "EvaluationReport") -> None:
    corpus = report.corpus
    if corpus.copies:
        _line(f"{corpus.copies:,} statements have the same words as an earlier one, which stands for them.")
    if corpus.paragraphs_without_passage:
        _line(f"{corpus.paragraphs_without_passage:,} paragraphs cannot be found.")
    if corpus.unsearched:
        kinds = ", ".join(f"{count:,} {kind}" for kind, count in sorted(corpus.unsearched.items()))
        _line(f"Passages not searched: {kinds}.")
    if corpus.gold_without_passage:
        some = ", ".join(corpus.gold_without_passage[:_NAMED_GOLD])
        more = ", …" if len(corpus.gold_without_passage) > _NAMED_GOLD else ""
        _line(f"{len(corpus.gold_without_passage):,} of what answers questions cannot be found: {some}{more}")


def _systems_table(report: "EvaluationReport") -> Table:
    """Return the figures of every system: the better variant of each peer, named; intervals below the figures."""
    metrics = _shown_metrics(report)
    table = _table("", *metrics)
    for system in (report.ours, *report.best_peers):
        name = "\n".join(part for part in (system.name, system.variant) if part)
        cells = [_with_interval(system.figures[metric], "–") for metric in metrics]
        table.add_row(Text(visible(name)), *cells, style="bold" if system is report.ours else None)
    return table


def _differences_table(report: "EvaluationReport") -> Table:
    metrics = [metric for metric in _shown_metrics(report) if metric not in {"success@5", "success@10"}]
    table = _table(f"{report.ours.name} minus", *metrics)
    for name, figures in report.differences.items():
        table.add_row(name, *(_with_interval(figures[metric], " ", sign="+") for metric in metrics))
    return table


def _groups_table(report: "EvaluationReport") -> Table:
    """Return a line for the questions of each mode and type: our figures, then the nDCG@10 of each peer."""
    table = _table("", "questions", "success@1", "ndcg@10", *(system.name for system in report.best_peers))
    for group, figures in report.ours.groups.items():
        table.add_row(
            Text(visible(group)),
            f"{figures['ndcg@10'].count:,}",
            _share(figures["success@1"].value),
            _share(figures["ndcg@10"].value),
            *(_share(system.groups[group]["ndcg@10"].value) for system in report.best_peers),
        )
    return table


def _print_refusals(report: "EvaluationReport") -> None:
    refusals = report.refusals
    for label, estimate in (
        ("Unanswerable questions answered", refusals.false_answers),
        ("Answerable questions refused", refusals.wrong_refusals),
    ):
        if estimate is not None:
            _line(f"{label + ':':36}{_in_words(estimate)}")
    if refusals.roc_area is not None:
        peers = [f"{one.name} {_share(one.roc_area)}" for one in report.best_peers if one.roc_area is not None]
        _line(f"{'ROC area of the top score:':36}{_share(refusals.roc_area)} ({', '.join(peers)})")
        refused = refusals.least_wrong_refusals(_FALSE_ANSWERS)
        _line(f"{f'Refused at {_FALSE_ANSWERS:.0%} answered falsely:':36}{_share(refused)}")
    risks = ", ".join(f"{_share(refusals.risk_at(coverage))} at {coverage:.0%}" for coverage in _COVERAGES)
    _line(f"{'Wrong top hits, by share answered:':36}{risks}")
    if refusals.calibration_error is not None:
        _line(f"{'Calibration error of the score:':36}{_share(refusals.calibration_error)}")


def _print_evidence(report: "EvaluationReport") -> None:
    evidence = report.evidence
    if evidence is None or evidence.contained is None or evidence.marked_share is None:
        return
    _line(f"{'Answer within the marked words:':36}{_in_words(evidence.contained)}")
    _line(f"{'Marked share of those passages:':36}{_share(evidence.marked_share)}")


_NAMED_GOLD = 5
_FALSE_ANSWERS = 0.1
_COVERAGES = (0.5, 0.75, 1.0)


def _shown_metrics(report: "EvaluationReport") -> list[str]:
    """Return the metrics that fit in a line: of many cut-offs of recall the first and the last."""
    names = list(report.ours.figures)
    recalls = [name for name in names if name.startswith("recall@")]
    left_out = set(recalls[1:-1])
    return [name for name in names if name not in left_out]


def _table(*headings: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    for at, heading in enumerate(headings):
        lines = visible(heading).replace("@", "\n@")
        table.add_column(Text(lines), justify="right" if at else "left", overflow="fold")
    return table


def _with_interval(estimate: "Estimate", between: str, *, sign: str = "") -> str:
    ends = between.join(_share(end, digits=2, sign=sign) for end in (estimate.low, estimate.high))
    return f"{_share(estimate.value, sign=sign)}\n{ends}"


def _in_words(estimate: "Estimate") -> str:
    interval = f"{_share(estimate.low)}–{_share(estimate.high)}"
    return f"{_share(estimate.value)} ({interval}) of {estimate.count:,}"


def _share(value: float | None, *, digits: int = 3, sign: str = "") -> str:
    """Return a figure in [-1, 1] without the zero before its point."""
    return "–" if value is None else f"{value:{sign}.{digits}f}".replace("0.", ".", 1)


# -- what the rest share ---------------------------------------------------------------------------------------------


def _source(statement: StatementSummary, place: str) -> str:
    return f"{statement.title} · {format_date(statement.date)} · {place}"


def _print_notes(answer: Answer) -> None:
    for note in answer.notes:
        _line(note, style="italic")


def _quote(passage: Passage, spans: Sequence[Span], excerpt: Span | None = None) -> None:
    """Print a passage, or the part of it that is asked for, with the spans in bold."""
    shown = excerpt or Span(passage.start, passage.end)
    words = passage.text[shown.start - passage.start : shown.end - passage.start]
    before = "[…] " if shown.start > passage.start else ""
    after = " […]" if shown.end < passage.end else ""
    if not _is_terminal():
        _line(f"{before}{words}{after}")
        return
    quoted = Text(before, style="dim")
    at = 0
    for span in sorted(spans, key=lambda one: one.start):
        start, end = max(span.start - shown.start, at), min(span.end - shown.start, len(words))
        quoted.append(visible(words[at:start]), style="not dim")
        quoted.append(visible(words[start:end]), style="bold not dim")
        at = max(end, at)
    quoted.append(visible(words[at:]), style="not dim")
    quoted.append(after)
    Console(highlight=False).print(Padding(quoted, (0, 0, 0, 2)))


def _line(text: str, *, style: str = "") -> None:
    if _is_terminal():
        Console(highlight=False).print(Text(visible(text), style=style))
    else:
        sys.stdout.write(f"{text}\n")


def _is_terminal() -> bool:
    return sys.stdout.isatty()


def _progress(*columns: ProgressColumn, count: ProgressColumn | None = None, is_shown: bool = True) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        count or MofNCompleteColumn(),
        *columns,
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        # In a pipe or a file it would leave empty lines.
        disable=not is_shown or not sys.stderr.isatty(),
        console=Console(stderr=True),
        transient=True,
        # Lines that go to a pipe or a file must stay there.
        redirect_stdout=_is_terminal(),
        redirect_stderr=sys.stderr.isatty(),
    )
