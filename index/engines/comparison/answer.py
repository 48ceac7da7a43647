"""Two statements side by side: what only one of them has, and what each says otherwise."""

from collections.abc import Iterable, Sequence

from index.answer import Evidence, Findings, FollowUp, count, format_date
from index.engines.comparison.compare import Comparison, Difference, Row, compare
from index.engines.comparison.engine import ComparisonRequest
from index.engines.corpus import Corpus
from index.engines.scope import choose_scope
from index.engines.statement_cache import Held
from index.engines.statements.engine import StatementsRequest
from index.request import Filters


def answer_comparison(request: ComparisonRequest, corpus: Corpus) -> Findings:
    """Return how two statements differ, paragraph by paragraph; which are meant, where that is not clear."""
    if len(corpus.statements) == 1:
        return _find_no_two("There is only one statement, so there is nothing to compare.", notes=(_ADD,))
    chosen = _choose_two(request, corpus.statements)
    if len(chosen) != 2:
        return _find_no_two(
            _ask_which_two(len(chosen)),
            overview=tuple(f"{one.statement.title} · {format_date(one.statement.date)}" for one in chosen),
            notes=("Name both, by words of their titles or by their dates.",),
        )
    left, right = chosen
    comparison = compare(left.statement, right.statement)
    return Findings(
        answered=True,
        headline=_headline(comparison),
        overview=(f"First: {_named(left)}", f"Second: {_named(right)}"),
        evidence=tuple(one for row in comparison.rows for one in _evidence(row, left, right)),
        notes=("Bold: only there. What both have word for word is not quoted.",),
        filters=Filters(statement_ids=(left.statement.id, right.statement.id)),
    )


_ADD = "Statements are added with: verbatim add FILE…"


def _ask_which_two(matching: int) -> str:
    if matching > 2:
        return f"Which two? These {matching:,} match."
    return "Which two? Only this one matches." if matching else "Which two? No statement matches."


def _find_no_two(headline: str, *, overview: tuple[str, ...] = (), notes: tuple[str, ...] = ()) -> Findings:
    offered = (FollowUp("Which statements are there?", StatementsRequest()),) if overview else ()
    return Findings(answered=False, headline=headline, notes=notes, overview=overview[:25], follow_ups=offered)


def _choose_two(request: ComparisonRequest, held: Sequence[Held]) -> tuple[Held, ...]:
    """Return the statements that the two sides of a comparison name, older first; more or fewer where it is unclear."""
    left, right = (choose_scope(filters, held).held for filters in (request.filters, request.other))
    if request.other == Filters() or not right:
        chosen = {*left}
    elif request.filters == Filters() or not left:
        chosen = {*right}
    else:
        chosen = {*left, *right}
    return tuple(one for one in reversed(held) if one in chosen)


def _headline(comparison: Comparison) -> str:
    same, changed, left, right = (len(comparison.rows_of(kind)) for kind in Difference)
    parts = [
        f"{count(same, 'paragraph')} word for word the same",
        f"{changed:,} changed",
        f"{left:,} only in the first",
        f"{right:,} only in the second",
    ]
    return f"{', '.join(parts)}."


def _named(held: Held) -> str:
    return f"{held.statement.title} · {format_date(held.statement.date)}"


def _evidence(row: Row, left: Held, right: Held) -> Iterable[Evidence]:
    """Yield the paragraphs of a row that differ, the words that only one has in bold."""
    if row.kind is Difference.SAME:
        return
    sides = (
        (left, row.left, "first", [part.left for part in row.parts if part.kind is not Difference.SAME]),
        (right, row.right, "second", [part.right for part in row.parts if part.kind is not Difference.SAME]),
    )
    labels = [passage.label for _, passage, _, _ in sides if passage is not None]
    is_changed = row.kind is Difference.CHANGED
    for held, passage, name, spans in sides:
        if passage is not None:
            heading = f"Changed: {' and '.join(labels)}" if is_changed else f"Only in the {name}"
            own_words = tuple(one for one in spans if one is not None) if is_changed else ()
            yield Evidence(passage, held.summary, own_words, heading=heading)
