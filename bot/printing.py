"""Records → the terminal. Text of statements is printed as it is, never read as mark-up."""

import contextlib
import sqlite3
import sys
from collections.abc import Callable, Iterator, Sequence

from rich.console import Console, Group
from rich.padding import Padding
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from bot.settings import Settings
from bot.views import format_date
from index import Answer, Hit, Library, Passage, Span, Statement, StatementSummary

_out = Console(highlight=False, width=None if sys.stdout.isatty() else 1_000_000)
"""Lines that go to a pipe or a file are never broken: what is quoted must come out as it is."""


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
    """Print a table of statements; lines with tabs where the output is not a terminal."""
    if not sys.stdout.isatty():
        for one in statements:
            _out.print(Text(f"{one.id}\t{one.date or ''}\t{one.paragraphs}\t{one.title}"))
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("Date", no_wrap=True)
    table.add_column("¶", justify="right")
    table.add_column("Title and id", overflow="fold")
    for one in statements:
        name = Text.assemble((one.title, "bold"), "\n", (one.id, "dim"))
        table.add_row(str(one.date or "–"), str(one.paragraphs), name)
    _out.print(table)


def print_statement(statement: Statement) -> None:
    """Print a statement with its paragraphs numbered."""
    _out.print(Text(statement.title, style="bold"))
    facts = [format_date(statement.date), *statement.issuers, *([statement.source] if statement.source else [])]
    _out.print(Text("\n".join(facts), style="dim"))
    for passage in statement.passages:
        _out.print()
        _out.print(Text(passage.label, style="cyan"))
        _out.print(Padding(Text(passage.text), (0, 0, 0, 2), expand=False))


def print_answer(answer: Answer) -> None:
    """Print an answer: the headline, then each passage with its best sentence in bold."""
    _out.print(Text(answer.headline, style="bold"))
    if not answer.answered:
        _print_notes(answer)
    for evidence in answer.evidence:
        _out.print()
        _out.print(_quotation(evidence.statement, evidence.passage, evidence.spans))
    if answer.answered:
        _print_notes(answer)


def print_hits(hits: Sequence[Hit]) -> None:
    """Print hits, best first, with rank and score."""
    if not hits:
        _out.print("No passages.")
    for hit in hits:
        _out.print(Text(f"{hit.rank}. {hit.score:.3f}  {hit.passage.id}", style="dim"))
        _out.print(_quotation(hit.statement, hit.passage, hit.spans))
        _out.print()


def print_status(library: Library, settings: Settings) -> None:
    """Print what the store holds, who encoded it, and which of Slack's settings are there, never their values."""
    statements = library.list_statements()
    path = library.database.path
    tokens = {
        "SLACK_BOT_TOKEN": settings.slack_bot_token,
        "SLACK_APP_TOKEN": settings.slack_app_token,
        "SLACK_SIGNING_SECRET": settings.slack_signing_secret,
    }
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_row("Statements", f"{len(statements):,}")
    table.add_row("Paragraphs", f"{sum(one.paragraphs for one in statements):,}")
    table.add_row("Sentences", f"{sum(one.sentences for one in statements):,}")
    table.add_row("Store", Text(f"{path} ({path.stat().st_size / 1024**2:.1f} MiB)", overflow="fold"))
    table.add_row("Model", library.model_name or "none yet")
    table.add_row("SQLite", sqlite3.sqlite_version)
    for name, value in tokens.items():
        table.add_row(name, "set" if value else "not set")
    _out.print(table)


def _print_notes(answer: Answer) -> None:
    for note in answer.notes:
        _out.print(Text(note, style="italic"))


def _quotation(statement: StatementSummary, passage: Passage, spans: Sequence[Span]) -> Group:
    source = Text(f"{statement.title} · {format_date(statement.date)} · {passage.label}", style="cyan")
    quoted = Text(passage.text)
    for span in spans:
        quoted.stylize("bold", span.start - passage.start, span.end - passage.start)
    return Group(source, Padding(quoted, (0, 0, 0, 2), expand=False))


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
        redirect_stdout=sys.stdout.isatty(),
        redirect_stderr=sys.stderr.isatty(),
    )
