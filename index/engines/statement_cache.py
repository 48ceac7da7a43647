"""Every statement in memory, in the forms that lookups scan; filled from the store and kept current by its `seq`."""

import threading
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from index.corpus.statements import NUMBERED_KINDS, Passage, Statement, StatementSummary
from index.corpus.store import Store
from index.engines.attribution.find import Attribution, Dates, find_dates, find_issuers
from index.engines.citations.citation import Citation
from index.engines.citations.find import find_citations
from index.engines.mentions.phrases import ScannedText
from index.engines.positions.find import Position, find_positions
from index.engines.quotes.words import QuotableStatement, prepare


@dataclass(frozen=True, slots=True)
class Cited:
    """A citation with the passage where it stands, and its instrument's key."""

    citation: Citation
    passage: Passage
    key: str | None


class Held:
    """A statement with what lookups need of it. Each form is made when it is first needed, and kept."""

    def __init__(self, key: int, statement: Statement) -> None:
        self.key = key
        self.statement = statement

    @cached_property
    def summary(self) -> StatementSummary:
        """The statement without its text."""
        return self.statement.summary

    @cached_property
    def described(self) -> StatementSummary:
        """The summary with the date and the issuers that the statement itself names, for choosing by them."""
        named = tuple(" ".join(one.name.split()) for one in self.attribution.everyone)
        date = self.dates.best.date if self.dates.best else None
        issuers = tuple(dict.fromkeys((*self.summary.issuers, *named)))
        return replace(self.summary, date=self.summary.date or date, issuers=issuers)

    @cached_property
    def citations(self) -> tuple[Cited, ...]:
        """Every citation in the statement's passages, in reading order."""
        placed = ((one, self._passage_at(one.start)) for one in find_citations(self.statement.text))
        return tuple(Cited(one, passage, one.key) for one, passage in placed if passage is not None)

    @cached_property
    def attribution(self) -> Attribution:
        """Who issued the statement."""
        return find_issuers(self.statement)

    @cached_property
    def dates(self) -> Dates:
        """When the statement was issued."""
        return find_dates(self.statement)

    @cached_property
    def scanned(self) -> ScannedText:
        """The text as phrases are looked for in it."""
        return ScannedText(self.statement)

    @cached_property
    def quotable(self) -> QuotableStatement:
        """The text as quotations are compared with it."""
        return prepare(self.statement)

    @cached_property
    def positions(self) -> tuple[Position, ...]:
        """Every position the statement takes, in reading order."""
        return tuple(find_positions(self.statement))

    @cached_property
    def body(self) -> tuple[Passage, ...]:
        """The passages that people count as paragraphs, in reading order."""
        return tuple(passage for passage in self.statement.passages if passage.kind in NUMBERED_KINDS)

    def prepare(self) -> None:
        """Make every form now, so that no lookup waits for one."""
        for name in _FORMS:
            getattr(self, name)

    def _passage_at(self, offset: int) -> Passage | None:
        """Return the passage in which an offset into the statement's text lies; None between two."""
        passages = self.statement.passages
        at = bisect_right(passages, offset, key=lambda one: one.start) - 1
        return passages[at] if at >= 0 and offset < passages[at].end else None


_FORMS = tuple(name for name, value in vars(Held).items() if isinstance(value, cached_property))


@dataclass(frozen=True, slots=True)
class _State:
    seq: int | None  # None before the store was read
    by_key: dict[int, Held]
    in_order: tuple[Held, ...]


class Holdings:
    """The statements of a store. A reader gets all of them as they were at one moment."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._updating = threading.Lock()
        self._state = _State(None, {}, ())

    def current(self) -> tuple[Held, ...]:
        """Return every statement the store has by now: newest first, those without a date last, then by title."""
        if self._store.get_seq() != self._state.seq:
            self._update()
        return self._state.in_order

    @property
    def held(self) -> tuple[Held, ...]:
        """The statements that readers saw last, without a look into the store."""
        return self._state.in_order

    @property
    def seq(self) -> int | None:
        """The number of the last change that readers saw; None before the first."""
        return self._state.seq

    def find(self, key: int) -> Held | None:
        """Return the statement with this key, if it was there when last all were asked for."""
        return self._state.by_key.get(key)

    def _update(self) -> None:
        with self._updating:
            changes = self._store.get_changed_statements(self._state.seq)
            by_key = dict(self._state.by_key)
            for key, statement in changes.statements.items():
                if statement is None:
                    by_key.pop(key, None)
                else:
                    by_key[key] = Held(key, statement)
            if len(by_key) != changes.total:
                raise self._store.damaged()
            self._state = _State(changes.seq, by_key, _in_order(by_key.values()))


def _in_order(held: Iterable[Held]) -> tuple[Held, ...]:
    def rank(one: Held) -> tuple[int, str, str]:
        date = one.statement.date
        return (-date.toordinal() if date else 1, one.statement.title, one.statement.id)

    return tuple(sorted(held, key=rank))
