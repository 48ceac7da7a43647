"""What every peer is given: the same paragraphs and the same questions. Standard library only: peers import it too."""

import json
from collections import Counter
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Self


@dataclass(frozen=True, slots=True)
class Unit:
    """A paragraph as it is indexed, found and judged."""

    id: str
    statement_id: str
    title: str
    date: str
    text: str

    @property
    def text_in_context(self) -> str:
        """The paragraph after the title of its statement, where there is one: what a peer is given."""
        return f"{self.title}\n\n{self.text}" if self.title else self.text


@dataclass(frozen=True, slots=True)
class Question:
    """A question and the ids of the units, or of the whole statements, that answer it."""

    id: str
    text: str
    relevant: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Work:
    """What is indexed, in reading order, and what is asked of it; every question has an answer."""

    units: tuple[Unit, ...]
    questions: tuple[Question, ...]

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read what `write` wrote."""
        kept = json.loads(path.read_text(encoding="utf-8"))
        questions = (Question(one["id"], one["text"], tuple(one["relevant"])) for one in kept["questions"])
        return cls(tuple(Unit(**one) for one in kept["units"]), tuple(questions))

    def write(self, path: Path) -> None:
        """Write the work to a file, for the processes of the peers."""
        path.write_text(json.dumps(asdict(self), ensure_ascii=False), encoding="utf-8")

    def without_titles(self) -> Self:
        """Return the work with paragraphs that do not know the title of their statement."""
        return replace(self, units=tuple(replace(unit, title="") for unit in self.units))

    def cut(self, *, questions: int | None, units: int | None) -> Self:
        """Return the first questions, the statements they ask for, and others up to a number of units."""
        asked = self.questions[:questions]
        needed = {unit_id for one in asked for unit_id in one.relevant}
        sizes = Counter(unit.statement_id for unit in self.units)
        taken = {unit.statement_id for unit in self.units if needed & {unit.id, unit.statement_id}}
        room = (units or len(self.units)) - sum(sizes[one] for one in taken)
        for statement_id, size in sizes.items():
            # A statement is taken whole.
            if statement_id not in taken and size <= room:
                taken.add(statement_id)
                room -= size
        return replace(self, units=tuple(one for one in self.units if one.statement_id in taken), questions=asked)
