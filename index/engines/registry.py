"""The engines: every folder here with a module `engine`, which holds the declaration."""

import importlib
import importlib.util
import pkgutil
from collections.abc import Iterator
from types import ModuleType

import index.engines
from index.engines.base import AnyEngine
from index.request import Context, Request

__all__ = ["ENGINES", "Context", "Request", "find_engine", "find_slash_command", "find_verb"]


def import_from_homes(module: str) -> Iterator[tuple[str, ModuleType]]:
    """Yield the name of every folder here that has a module of this name, and the module, by name of the folder."""
    for home in pkgutil.iter_modules(index.engines.__path__):
        name = f"{index.engines.__name__}.{home.name}.{module}"
        if home.ispkg and importlib.util.find_spec(name) is not None:
            yield home.name, importlib.import_module(name)


_DECLARED: Iterator[AnyEngine] = (module.ENGINE for _, module in import_from_homes("engine"))
ENGINES: tuple[AnyEngine, ...] = tuple(sorted(_DECLARED, key=lambda engine: engine.name))
"""Every engine, by name."""

_BY_NAME = {engine.name: engine for engine in ENGINES}
_BY_VERB = {verb: engine for engine in ENGINES for verb in engine.verbs}
_BY_SLASH_COMMAND = {engine.slash_command: engine for engine in ENGINES if engine.slash_command}


def find_engine(request: Request) -> AnyEngine:
    """Return the engine that answers a request."""
    return _BY_NAME[request.engine]


def find_verb(verb: str) -> AnyEngine | None:
    """Return the engine that is called by a verb, in any case; None where there is none."""
    return _BY_VERB.get(verb.lower())


def find_slash_command(command: str) -> AnyEngine | None:
    """Return the engine with a slash command of its own."""
    return _BY_SLASH_COMMAND.get(command)
