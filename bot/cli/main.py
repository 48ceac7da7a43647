"""`verbatim …`: a skin over Library. It parses arguments, calls one thing, and prints."""

import contextlib
import errno
import gc
import io
import json
import logging
import os
import stat
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.engines import add_engine_commands
from bot.cli.statement_files import collect_files
from bot.settings import Settings
from bot.visible import visible
from index import VerbatimError

if TYPE_CHECKING:
    from index import Addition, Encoder, Library, Request

_log = logging.getLogger(__name__)

cli = typer.Typer(
    name="verbatim",
    help="Official statements, word for word: keep them, search them, and answer questions about them in Slack.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

_INTERRUPTED = 130
"""The exit status of a command that Ctrl-C ended, as shells have it."""

JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def main() -> None:
    """Run the command line; what a person can act on is one line on standard error, and exit status 1."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A statement's dashes and quotes must come out on any terminal.
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        cli(prog_name="verbatim")
    except VerbatimError as error:
        typer.echo(f"verbatim: {visible(str(error))}", err=True)
        raise SystemExit(1) from None
    except OSError as error:
        if error.errno not in {errno.EPIPE, errno.ENOSPC}:
            raise
        # Whoever reads our output has gone, or its disk is full: Python would complain once more at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        raise SystemExit(1) from None
    finally:
        # The interpreter would search all objects for cycles once more before it ends, which takes 0.3 of 1.7 s.
        gc.freeze()


def _warn_of_open_env_file() -> None:
    """Warn where others on this machine can read the tokens."""
    path = Path(".env")
    if path.is_file() and path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        _log.warning(".env can be read by others on this machine; keep it to yourself: chmod 600 .env")


# -- statements ------------------------------------------------------------------------------------------------------


@cli.command()
def add(
    paths: Annotated[list[Path] | None, typer.Argument(help="Files and folders.", show_default=False)] = None,
    *,
    bundled: Annotated[bool, typer.Option("--bundled", help="Add the statements that come with Verbatim.")] = False,
    encoding: Annotated[str | None, typer.Option(help="Encoding of the files, if it cannot be told.")] = None,
    internal: Annotated[
        bool, typer.Option("--internal", help="Keep them from guests and people of other workspaces in Slack.")
    ] = False,
) -> None:
    """Add statements from .txt and .md files; each is on disk when it is reported."""
    from index import bundled_statements

    collected = collect_files(paths or [])
    files = [*collected.files, *(bundled_statements() if bundled else [])]
    if not files and not collected.problems:
        raise VerbatimError("There is nothing to add.", remedy="Give files or folders, or --bundled.")
    for problem in collected.problems:
        typer.echo(f"not added  {visible(problem)}", err=True)
    for link in collected.skipped:
        typer.echo(f"skipped  {visible(link)} To add that file, name it.", err=True)
    reported: list[Addition] = []
    try:
        _add_files(files, reported, encoding=encoding, internal=internal)
    except KeyboardInterrupt:
        done = f"{len(reported):,} of {len(files):,} file{'' if len(files) == 1 else 's'}"
        typer.echo(f"Interrupted after {done}. The same command goes on from there.", err=True)
        raise typer.Exit(_INTERRUPTED) from None
    if collected.problems or any(one.error is not None for one in reported):
        raise typer.Exit(1)


@cli.command("list")
def list_statements(*, as_json: JsonOption = False) -> None:
    """List the statements, newest first."""
    from bot.cli.output import print_statements

    with _open_library(must_exist=True) as library:
        statements = library.list_statements()
    if as_json:
        _print_json([statement.to_dict() for statement in statements])
    else:
        print_statements(statements)


@cli.command()
def show(statement_id: Annotated[str, typer.Argument(metavar="ID")], *, as_json: JsonOption = False) -> None:
    """Show a statement, paragraph by paragraph. The beginning of an id is enough."""
    from bot.cli.output import print_statement

    with _open_library(must_exist=True) as library:
        statement = library.get(statement_id)
    if as_json:
        _print_json(statement.to_dict())
    else:
        print_statement(statement)


@cli.command()
def remove(statement_id: Annotated[str, typer.Argument(metavar="ID")]) -> None:
    """Remove the statement with exactly this id, and everything kept of it."""
    with _open_library(must_exist=True) as library:
        statement = library.remove(statement_id)
    typer.echo(f"removed  {statement.id}  {visible(statement.title)}")


# -- questions -------------------------------------------------------------------------------------------------------


@cli.command()
def ask(question: str, *, as_json: JsonOption = False) -> None:
    """Answer a question with the exact passages."""
    with _open_library(must_exist=True, loads_model=True) as library:
        answer = library.ask(question)
    from bot.cli.output import print_answer

    if as_json:
        _print_json(answer.to_dict())
    else:
        print_answer(answer)


@cli.command()
def search(
    query: str,
    *,
    k: Annotated[int, typer.Option("-k", min=1, max=1000, help="How many passages.")] = 10,
    as_json: JsonOption = False,
) -> None:
    """Find the passages that fit a query best."""
    with _open_library(must_exist=True, loads_model=True) as library:
        hits = library.search(query, k)
    from bot.cli.output import print_hits

    if as_json:
        _print_json([hit.to_dict() for hit in hits])
    else:
        print_hits(hits)


# -- measuring -------------------------------------------------------------------------------------------------------


@cli.command()
def evaluate(
    statements: Annotated[Path, typer.Argument(metavar="STATEMENTS.jsonl", help="Statements, one a line.")],
    questions: Annotated[
        list[Path], typer.Argument(metavar="QUESTIONS.jsonl…", help="Questions with what answers them, one a line.")
    ],
    *,
    k: Annotated[
        list[int] | None, typer.Option("-k", "--k", min=1, max=100, help="Cut-off of recall; more can be given.")
    ] = None,
    run: Annotated[Path | None, typer.Option("--run", help="Write the rankings to this file, in TREC's form.")] = None,
    read_run: Annotated[
        Path | None, typer.Option("--read-run", help="Measure the rankings in this file instead.")
    ] = None,
    progress: Annotated[bool, typer.Option(help="Show how far it has come.")] = True,
    as_json: JsonOption = False,
) -> None:
    """Measure how well questions are answered, beside plain searches over the same statements.

    The statements go into a folder of their own, which is removed at the end.
    """
    from bot.cli.output import evaluating, print_evaluation
    from index import evaluate as evaluate_files

    if run is not None and not os.path.isdir(run.absolute().parent):  # noqa: PTH112 - takes any name
        raise VerbatimError(f"The folder of {run} is not there.", remedy="Make it first.")
    settings = _settings()
    with evaluating(is_shown=progress) as on_progress:
        report = evaluate_files(
            statements,
            questions,
            recall_cutoffs=k or (10,),
            run=read_run,
            model=settings.model or None,
            reranker=settings.reranker or None,
            on_progress=on_progress,
        )
    if run is not None:
        report.write_run(run)
    if as_json:
        _print_json(report.to_dict())
    else:
        print_evaluation(report)


# -- the bot ---------------------------------------------------------------------------------------------------------


@cli.command()
def serve(
    *,
    http: Annotated[bool, typer.Option("--http", help="Let Slack call this address instead of Socket Mode.")] = False,
    host: Annotated[str, typer.Option(help="Address to listen on, with --http.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on, with --http.")] = 3000,
) -> None:
    """Run the bot until it is told to end."""
    from bot.ops.logs import configure_logging

    settings = _settings()
    settings.require_slack(over_http=http)
    configure_logging(settings.log_level, settings.log)
    _warn_of_open_env_file()
    with _open_library(loads_model=True) as library:
        from bot.serve import serve_bot

        serve_bot(settings, library, http_address=(host, port) if http else None)


@cli.command("try")
def try_locally(
    *,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="Port of the page.", show_default="8333")] = None,
    browser: Annotated[bool, typer.Option(help="Open the page in the browser.")] = True,
    data: Annotated[Path | None, typer.Option(help="Folder of the statements.", show_default="data/try")] = None,
) -> None:
    """Try the bot in a local Slack in the browser, over the bundled statements: no account, no tokens."""
    from bot.cli.demo import try_bot

    try_bot(data or Path(_settings().data) / "try", port=port, open_browser=browser)


# -- the store -------------------------------------------------------------------------------------------------------


@cli.command()
def status() -> None:
    """Say what is kept, by which model it was encoded, and what is set for Slack."""
    from bot.cli.output import print_status

    with _open_library(must_exist=True) as library:
        print_status(library, _settings())


@cli.command("re-encode")
def re_encode() -> None:
    """Encode every statement again, after VERBATIM_MODEL was changed."""
    from bot.cli.output import re_encoding

    with _open_library(must_exist=True) as library, re_encoding() as on_progress:
        count = library.re_encode(on_progress=on_progress)
    typer.echo(f"re-encoded {_count(count)}")


@cli.command()
def backup(file: Annotated[Path, typer.Argument(metavar="FILE", help="Where the backup goes.")]) -> None:
    """Back up the store to a file, also while the bot runs. An earlier backup there is replaced when all is well."""
    from bot.outbox.store import EXCLUDED_FROM_BACKUP
    from index import back_up

    count = back_up(_settings().location, file, without=EXCLUDED_FROM_BACKUP)
    typer.echo(f"backed up {_count(count)} to {visible(str(file))}")


@cli.command()
def restore(file: Annotated[Path, typer.Argument(metavar="FILE", help="A backup.")]) -> None:
    """Put a backup in the place of the store, which is kept beside it. The bot must not be running."""
    from index import restore as restore_file

    restored = restore_file(_settings().location, file)
    typer.echo(f"restored {_count(restored.statements)} from {visible(str(file))}")
    if restored.replaced is not None:
        typer.echo(f"what was there before is kept as {visible(str(restored.replaced))}")


@cli.command()
def doctor(
    *,
    full: Annotated[bool, typer.Option("--full", help="Encode every statement again, not a sample.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Check the store and what answers from it; exit status 1 if anything is wrong."""
    from bot.cli.output import print_examination, re_encoding
    from index import examine

    settings = _settings()
    _require_store(settings)
    with re_encoding() if full else contextlib.nullcontext() as on_progress:
        found = examine(settings.location, model=settings.model or None, all_embeddings=on_progress)
    if as_json:
        _print_json(found.to_dict())
    else:
        print_examination(found)
    if not found.is_well:
        raise typer.Exit(1)


# -- helpers of the commands -----------------------------------------------------------------------------------------


def _settings() -> Settings:
    return Settings.load(env_file=".env")


def _open_library(*, must_exist: bool = False, loads_model: bool = False) -> "Library":
    """Open the store; with `loads_model` the model is loaded meanwhile, mostly outside Python."""
    settings = _settings()
    if must_exist:
        _require_store(settings)
    encoder = _load_model(settings) if loads_model else None
    # All else that answers, SQLAlchemy first, takes long to import: it is imported while the model is being loaded.
    from index import Library

    return Library.open(
        settings.location, model=settings.model or None, encoder=encoder, reranker=settings.reranker or None
    )


def _require_store(settings: Settings) -> None:
    from index import store_exists

    if not store_exists(settings.location):
        raise VerbatimError(
            f"There are no statements in {settings.location} yet.",
            remedy="Add some: verbatim add FILE…, or the bundled ones: verbatim add --bundled.",
        )


def _load_model(settings: Settings) -> "Encoder":
    """Return the encoder of the model, which loads in a thread of its own."""
    from index import open_encoder

    encoder = open_encoder(settings.model or None)

    def load() -> None:
        # What goes wrong is told by whoever encodes next, for whom it goes wrong again.
        with contextlib.suppress(Exception):
            encoder.encode_query("ready")

    threading.Thread(target=load, name="load-model").start()
    return encoder


def _count(statements: int) -> str:
    return f"{statements:,} statement{'' if statements == 1 else 's'}"


def _run_request(request: "Request", as_json: bool) -> None:
    from bot.cli.output import print_answer

    with _open_library(must_exist=True) as library:
        answer = library.run(request)
    if as_json:
        _print_json(answer.to_dict())
    else:
        print_answer(answer)


add_engine_commands(cli, _run_request)


def _add_files(files: list[Path], reported: "list[Addition]", *, encoding: str | None, internal: bool) -> None:
    """Add files and report each; what is reported is on disk."""
    from bot.cli.output import adding
    from index import Visibility

    visibility = Visibility.INTERNAL if internal else Visibility.PUBLIC

    with _open_library(loads_model=True) as library, adding(files) as progress:
        for one in library.add_many(
            files, encoding=encoding, visibility=visibility, on_encoded=progress.advance_passages
        ):
            reported.append(one)
            typer.echo(_describe(one), err=one.error is not None)
            progress.advance_file(one.path)


def _describe(one: "Addition") -> str:
    """Return the line that reports a file."""
    if one.statement is None:
        return f"not added  {visible(str(one.error))}"
    named = f"{one.statement.id}  {visible(one.statement.title)}"
    if one.is_new:
        return f"added  {named}"
    differing = " and ".join(one.differences)
    note = f"  (kept with another {differing}; to change it, remove it first)" if differing else ""
    return f"already there  {named}{note}"


def _print_json(value: Any) -> None:  # noqa: ANN401 - JSON values are of any type
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))
