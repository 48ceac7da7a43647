"""Records → the terminal or a pipe. Text of statements is never read as mark-up.

On a terminal it is wrapped, and control characters are shown as marks; in a pipe or a file it comes out as it is.
"""

import contextlib
import sqlite3
import sys
from collections.abc import Callable, Iterator, Sequence

from rich.console import Console
from rich.padding import Padding
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.text import Text

from bot.settings import Settings
from bot.visible import visible
from index import Answer, Hit, Library, Passage, Span, Statement, StatementSummary, format_date


@contextlib.contextmanager
def adding(total: int) -> Iterator[Callable[[], None]]:
    """Show progress while statements are added; what is yielded moves it on by one."""
    with _progress() as progress:
        task = progress.add_task("Adding statements", total=total)
        yield lambda: progress.advance(task)


@contextlib.contextmanager
def re_encoding() -> Iterator[Callable[[int, int], None]]:
    """Show progress while statements are encoded again; what is yielded takes how many are done of how many."""
    with _progress() as progress:
        task = progress.add_task("Encoding statements", total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)


def print_statements(statements: Sequence[StatementSummary]) -> None:
    """Print a line a statement in a pipe: id, date, paragraphs and title with tabs between; on a terminal two."""
    for one in statements:
        if _is_terminal():
            _line(f"{one.date or '          '}  {one.title}", style="bold")
            _line(f"            {one.id} · {one.paragraphs} ¶", style="dim")
        else:
            _line(f"{one.id}\t{one.date or ''}\t{one.paragraphs}\t{one.title}")


def print_statement(statement: Statement) -> None:
    """Print a statement with its paragraphs numbered."""
    _line(statement.title, style="bold")
    for fact in (format_date(statement.date), *statement.issuers, statement.source or ""):
        if fact:
            _line(fact, style="dim")
    for passage in statement.passages:
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
        "SQLite": sqlite3.sqlite_version,
        **{name: "set" if value else "not set" for name, value in tokens.items()},
    }
    for name, fact in facts.items():
        _line(f"{name:22}{fact}")


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


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
        # Lines that go to a pipe or a file must stay there.
        redirect_stdout=_is_terminal(),
        redirect_stderr=sys.stderr.isatty(),
    )
