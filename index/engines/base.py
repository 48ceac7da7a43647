"""What every engine declares: its request, its names on every surface, and how it answers.

An engine has one home, a folder here with a module `engine` that holds its `Request` and its declaration, `ENGINE`. The
registry finds it there; nothing else lists engines. What the reader of questions needs, `interpret.py` and
`examples.txt`, stands beside it and is found by `index.engines.readings`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from index.request import Request

if TYPE_CHECKING:  # what answers takes long to import, and `verbatim --help` only reads declarations
    from index.answer import Findings
    from index.engines.corpus import Corpus

R = TypeVar("R", bound=Request)


# -- The declaration -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Option(Generic[R]):
    """An option of an engine's command; `apply` puts its values into the request."""

    name: str
    help: str
    apply: Callable[[R, Sequence[str]], R]
    metavar: str = "TEXT"
    choices: tuple[str, ...] = ()
    is_repeatable: bool = False


def _read_nothing(_words: str) -> None:
    """Return that no words make a request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine(Generic[R]):
    """The declaration of one engine.

    Args:
        name: of the engine, and the kind of its answers in JSON.
        summary: one line, as help shows it.
        request: the type of its requests.
        answer: finds what a request asks for in a corpus that is not empty.
        verbs: how it is called in Slack, after /statements or typed: "/statements who", "who Libya".
        slash_command: its own one, if any.
        usage: words after the verb or command, each with what they ask where that is not plain.
        read_words: the request of the words after a verb or command; None where they do not fit.
        words_name: what these words are, as help shows it; in brackets where there need be none.
        words_help: the same in a sentence.
        missing: what is said where the words do not fit.
        cli_name: its command; none where it is empty.
        options: of the command.
    """

    name: str
    summary: str
    request: type[R]
    answer: Callable[[R, "Corpus"], "Findings"]
    verbs: tuple[str, ...] = ()
    slash_command: str = ""
    usage: tuple[tuple[str, str], ...] = (("", ""),)
    read_words: Callable[[str], R | None] = _read_nothing
    words_name: str = "[STATEMENT]"
    words_help: str = "An id, words of titles, dates, or “from” with an issuer."
    missing: str = "There is nothing to look up."
    cli_name: str = ""
    options: tuple[Option[R], ...] = ()

    def make_request(self, words: str, options: Mapping[str, Sequence[str]]) -> R | None:
        """Return the request of a command's words and options; None where the words do not fit."""
        request = self.read_words(words)
        for option in self.options:
            if request is not None and options.get(option.name):
                request = option.apply(request, options[option.name])
        return request


AnyEngine = Engine[Any]
