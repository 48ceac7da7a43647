"""What the engines declare for the reader: example questions, and the requests that they could serve for a question."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from index.engines.registry import import_from_homes
from index.engines.slots import Interpretation, Slots
from index.text.tokens import fold

_COMMON = 2
"""Examples in which a word must stand to be a way of asking rather than a subject."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How an engine is asked: its examples, with typed parts masked, and what it makes of a question."""

    engine: str
    examples: tuple[str, ...]
    interpret: Callable[[Slots], Iterable[Interpretation]]
    plain: tuple[str, ...] = ()

    @property
    def frame(self) -> frozenset[str]:
        """The words that ask for this engine whatever the subject is."""
        return frame_of(self.examples, self.plain)


@cache
def known_readings() -> dict[str, Reading]:
    """Return the declarations by the name of the engine, from every home that has one."""
    found = {}
    for name, module in import_from_homes("interpret"):
        examples = Path(str(module.__file__)).with_name("examples.txt")
        found[name] = Reading(name, read_examples(examples), module.interpret, read_plain_examples(examples))
    return found


@cache
def read_plain_examples(path: Path) -> tuple[str, ...]:
    """Return the examples above the first empty line: every word of them asks, none is a subject."""
    above, empty, _ = path.read_text(encoding="utf-8").partition("\n\n")
    return tuple(above.splitlines()) if empty else ()


@cache
def read_examples(path: Path) -> tuple[str, ...]:
    """Return the examples in a file, one a line."""
    return tuple(line for line in path.read_text(encoding="utf-8").splitlines() if line.strip())


@cache
def frame_of(examples: tuple[str, ...], plain: tuple[str, ...] = ()) -> frozenset[str]:
    """Return the words that several examples have: what one has alone is a subject."""
    counted = Counter(word for example in examples for word in set(words_of(example)))
    # Where subjects are masked in the examples, every word left in them is a way of asking.
    least = 1 if any("@word" in example for example in examples) else _COMMON
    common = {word for word, count in counted.items() if count >= least}
    common |= {word for example in plain for word in words_of(example)}
    return frozenset(form for word in common for form in (word, f"{word}s", f"{word}d", f"{word}ed", f"{word}ing"))


def words_of(text: str) -> list[str]:
    """Return the words of a masked question, folded; masks begin with "@"."""
    return [word.strip(".,;:?!()\"'“”").removesuffix("'s") for word in fold(text).replace("’", "'").split()]
