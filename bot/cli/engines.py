"""The commands of the engines, such as `verbatim resolutions`, made of their declarations."""

import inspect
from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Annotated, Any

import typer

from index import ENGINES, Request, VerbatimError

RunRequest = Callable[[Request, bool], None]
"""Answers a request and prints the answer, as JSON where that is asked for."""


def add_engine_commands(cli: typer.Typer, run: RunRequest) -> None:
    """Add a command for every engine that has one."""
    for engine in ENGINES:
        if engine.cli_name:
            cli.command(engine.cli_name, help=engine.summary)(_make_command(engine, run))


def _make_command(engine: Any, run: RunRequest) -> Callable[..., None]:  # noqa: ANN401 - an engine of any request
    def command(words: str, as_json: bool, **options: Sequence[str] | str | None) -> None:
        values = {name: [value] if isinstance(value, str) else value or () for name, value in options.items()}
        request = engine.make_request(words, values)
        if request is None:
            example = next(words for words, _ in engine.usage if words)
            raise VerbatimError(engine.missing, remedy=f"For example: verbatim {engine.cli_name} {example}")
        run(request, as_json)

    is_needed = not engine.words_name.startswith("[")
    argument = typer.Argument(metavar=engine.words_name, help=engine.words_help, show_default=False)
    parameters = [_parameter("words", Annotated[str, argument], inspect.Parameter.empty if is_needed else "")]
    parameters += [_option(option) for option in engine.options]
    json_option = Annotated[bool, typer.Option("--json", help="Print JSON.")]
    # Typer reads the command line's form from here.
    command.__signature__ = inspect.Signature([*parameters, _parameter("as_json", json_option, False)])  # type: ignore[attr-defined]
    command.__annotations__ = {}
    return command


def _option(option: Any) -> inspect.Parameter:  # noqa: ANN401 - an option of any request
    described = typer.Option(f"--{option.name}", help=option.help, metavar=None if option.choices else option.metavar)
    value: Any = StrEnum("Choice", {str(choice): str(choice) for choice in option.choices}) if option.choices else str
    kind: Any = (list[value] if option.is_repeatable else value) | None
    return _parameter(option.name, Annotated[kind, described], None)


def _parameter(name: str, annotation: Any, default: Any) -> inspect.Parameter:  # noqa: ANN401 - of any type
    kind = inspect.Parameter.KEYWORD_ONLY
    return inspect.Parameter(name, kind, annotation=annotation, default=default)
