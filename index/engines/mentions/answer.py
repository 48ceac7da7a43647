"""Occurrences: how often and where, under which names, first and last; or that there are none."""

import re
from collections.abc import Container, Iterable, Sequence
from dataclasses import replace

from index.answer import (
    Evidence,
    Findings,
    capitalised,
    count,
    evidence_over,
    format_date,
    listed,
    named,
    quoted,
)
from index.corpus.statements import Passage, PassageKind, StatementSummary
from index.engines.corpus import Corpus
from index.engines.mentions.engine import OccurrencesRequest
from index.engines.mentions.phrases import (
    FormCount,
    FormKind,
    Occurrence,
    PhraseCount,
    ScannedText,
    appearances,
    count_by_passage,
    count_phrase,
)
from index.engines.scope import Scope
from index.text.names import name_key

_TITLED = frozenset({PassageKind.TITLE})

_MOST_PHRASES = 20
"""Phrases of one question that are counted: each reads every statement, and others wait meanwhile."""


def answer_occurrences(request: OccurrencesRequest, corpus: Corpus) -> Findings:
    """Return every occurrence of the phrases asked for; proven absent where there is none."""
    scope, left_out = _leave_out(request.excluded, corpus.select(request.filters))
    scanned = [held.scanned for held in scope.held]
    distinct = tuple({name_key(phrase): phrase for phrase in reversed(request.phrases)}.values())[::-1]
    phrases, more = distinct[:_MOST_PHRASES], distinct[_MOST_PHRASES:]
    if more:
        left_out = (*left_out, f"{count(len(more), 'more phrase')} not counted: ask in parts.")
    counts = [one for phrase in phrases for one in _count(phrase, scanned, is_exact=request.is_exact)]
    summaries = {held.statement.id: held.summary for held in scope.held}
    if request.needs_all and not request.is_negated:
        having_all = set.intersection(*(_having([one]) for one in counts))
        gone = tuple(held for held in scope.held if held.statement.id not in having_all)
        kept = tuple(held for held in scope.held if held.statement.id in having_all)
        scope = replace(scope, held=kept, others=(*scope.others, *gone))
        counts = [count_phrase(phrase, [held.scanned for held in kept]) for phrase in request.phrases]
        if not kept:
            return _without_all(request.phrases, scope)
    if request.is_negated:
        without = answer_without(_having(counts), _either(phrases), scope)
        return replace(without, notes=(*without.notes, *left_out))
    shown = [(one, _shown_forms(one)) for one in counts]
    found = any(not one.is_absent for one in counts)
    several = len(counts) > 1
    evidence = tuple(
        one
        for counted, forms in shown
        for one in occurrence_evidence(
            _quotable(_occurrences(forms)), summaries, heading=counted.phrase if several else ""
        )
    )
    return Findings(
        answered=found,
        headline=" ".join(_headline(one, forms, scope, several=several) for one, forms in shown),
        overview=tuple(line for one, forms in shown for line in _overview(one, forms, scope, several=several)),
        evidence=evidence,
        notes=tuple(note for one, forms in shown for note in _notes(one, forms, scope))
        + ((scope.note,) if scope.note else ())
        + left_out,
        filters=scope.filters,
        excluded=request.excluded,
    )


def _without_all(phrases: Sequence[str], scope: Scope) -> Findings:
    """Return that no statement has all of some phrases."""
    return Findings(
        answered=False,
        headline=f"No statement has all of {listed(quoted(phrase) for phrase in phrases)}.",
        filters=scope.filters,
    )


def _leave_out(excluded: Sequence[str], scope: Scope) -> tuple[Scope, tuple[str, ...]]:
    """Return the scope without the statements that have any of some phrases, under whatever name, and what to say."""
    if not excluded:
        return scope, ()
    scanned = [held.scanned for held in scope.held]
    counts = [counted for phrase in excluded for counted in _count(phrase, scanned, is_exact=False)]
    having = _having(counts)
    kept = tuple(held for held in scope.held if held.statement.id not in having)
    gone = tuple(held for held in scope.held if held.statement.id in having)
    note = f"Left out: {count(len(gone), 'statement')} with {_either(excluded)}."
    return replace(scope, held=kept, others=(*scope.others, *gone)), (note,)


def _count(phrase: str, scanned: Sequence[ScannedText], *, is_exact: bool) -> list[PhraseCount]:
    """Count a phrase; where it stands nowhere and joins several ("Russia and Ukraine"), count each of them."""
    counted = count_phrase(phrase, scanned, is_exact=is_exact)
    parts = [] if is_exact or not counted.is_absent else _JOINED.split(phrase.removeprefix("both "))
    parts = [part for part in parts if any(character.isalnum() for character in part)]
    return [count_phrase(part, scanned) for part in parts] if len(parts) > 1 else [counted]


_JOINED = re.compile(r"\s*(?:,\s*(?:and|or)?|\band\b|\bor\b|&)\s*", re.IGNORECASE)


def answer_without(having: Container[str], what: str, scope: Scope) -> Findings:
    """Return the statements asked about that are not among those which have something."""
    without = [held for held in scope.held if held.statement.id not in having]
    return Findings(
        answered=bool(without),
        headline=f"Without {what}: {len(without):,} of {count(len(scope.held), 'statement')}.",
        overview=tuple(named(held.summary) for held in without),
        notes=(scope.note,) if scope.note else (),
        filters=scope.filters,
    )


def _either(phrases: Sequence[str]) -> str:
    return listed((quoted(phrase) for phrase in phrases), last="or")


def _having(counts: Iterable[PhraseCount]) -> set[str]:
    """Return the ids of the statements that have any of the phrases, in text or title, under whatever name."""
    found = set()
    for counted in counts:
        found |= {one.statement.id for one in _standing(counted)} | {one.id for one in counted.title_only}
    return found


def _standing(counted: PhraseCount) -> Iterable[Occurrence]:
    """Yield every occurrence, under whatever name."""
    return (one for form in (*counted.forms, *counted.other_names) for one in form.occurrences)


def occurrence_evidence(
    occurrences: Iterable[Occurrence], summaries: dict[str, StatementSummary], *, heading: str = ""
) -> Iterable[Evidence]:
    """Yield the sentences with the occurrences, passage by passage."""
    by_passage: dict[str, list[Occurrence]] = {}
    for one in occurrences:
        by_passage.setdefault(one.passage.id, []).append(one)
    for group in by_passage.values():
        summary = summaries[group[0].statement.id]
        yield from evidence_over(group[0].passage, summary, [one.span for one in group], heading=heading)


# -- in words --------------------------------------------------------------------------------------------------------


def _shown_forms(counted: PhraseCount) -> list[FormCount]:
    """Return the forms whose places are shown: as typed, or where the text has only other names, those."""
    if not counted.is_under_other_names_only:
        return list(counted.forms)
    return [form for form in counted.other_names if form.occurrences]


def _quotable(found: Sequence[Occurrence]) -> Sequence[Occurrence]:
    """Return what is worth quoting: not a title, where the body has the words too."""
    in_body = [one for one in found if one.passage.kind not in _TITLED]
    return in_body or found


def _occurrences(forms: Sequence[FormCount]) -> list[Occurrence]:
    found = [one for form in forms for one in form.occurrences]
    order = {id_: at for at, id_ in enumerate(dict.fromkeys(one.statement.id for one in found))}
    return sorted(found, key=lambda one: (order[one.statement.id], one.span.start))


def _headline(counted: PhraseCount, forms: Sequence[FormCount], scope: Scope, *, several: bool) -> str:
    found = _occurrences(forms)
    if not found and not counted.title_only:
        return _absent(counted)
    in_body = [one for one in found if one.is_in_body]
    subject = ""
    if counted.is_under_other_names_only:
        names = listed(quoted(form.text) for form in forms)
        subject = f"{quoted(counted.phrase)} does not appear, but {names}: "
    elif several:
        subject = f"{quoted(counted.phrase)}: "
    if not scope.is_one:
        titles = f"; also in {count(len(counted.title_only), 'title')}" if counted.title_only else ""
        return capitalised(f"{subject}{_times(len(found))}, in {_statements(found)} of {len(scope.held):,}{titles}.")
    body = f"{_times(len(in_body))} in the body{_where(in_body)}" if in_body else "not in the body"
    return capitalised(f"{subject}{body}{_elsewhere(found, counted)}.")


def _absent(counted: PhraseCount) -> str:
    """Return the proof of an absence: what was looked for, and in how much."""
    others = [form.text for form in counted.other_names if form.kind is not FormKind.ADJECTIVE]
    names = [counted.phrase, *([] if counted.is_seat else others)]
    do = "does" if len(names) == 1 else "do"
    return f"{listed(map(quoted, names))} {do} not appear ({count(counted.statements, 'statement')} searched)."


def _where(in_body: Sequence[Occurrence]) -> str:
    """Return the counts by paragraph: " (¶1 3, ¶2 5)"; the place alone where there is one."""
    counts = count_by_passage(in_body)
    return f" ({_by_passage(counts)})"


def _by_passage(counts: Sequence[tuple[Passage, int]]) -> str:
    """Return counts by paragraph: "¶1 3, ¶2 5"; of one paragraph "¶1", "both in ¶2" or "all in ¶2"."""
    passage, number = counts[0]
    if len(counts) > 1:
        return ", ".join(f"{passage.label} {number:,}" for passage, number in counts)
    return passage.label if number == 1 else f"{'both' if number == 2 else 'all'} in {passage.label}"


def _elsewhere(found: Sequence[Occurrence], counted: PhraseCount) -> str:
    outside = [one.passage for one in found if not one.is_in_body]
    titles = sum(passage.kind in _TITLED for passage in outside) + len(counted.title_only)
    others = len(outside) - sum(passage.kind in _TITLED for passage in outside)
    parts = []
    if titles:
        parts.append("in the title" if titles == 1 else f"in {count(titles, 'title')}")
    if others:
        labels = dict.fromkeys(passage.label for passage in outside if passage.kind not in _TITLED)
        parts.append(f"in the {listed(labels)}" if others == 1 else f"{_times(others)} in other parts")
    return f"; also {listed(parts)}" if parts else ""


def _overview(counted: PhraseCount, forms: Sequence[FormCount], scope: Scope, *, several: bool) -> Iterable[str]:
    """Yield a line for each statement that has the phrase, with its counts by paragraph."""
    if scope.is_one:
        return
    heading = f"{counted.phrase}: " if several else ""
    summaries = {held.statement.id: held.summary for held in scope.held}
    by_statement: dict[str, list[Occurrence]] = {}
    for one in _occurrences(forms):
        by_statement.setdefault(one.statement.id, []).append(one)
    for group in by_statement.values():
        counts = _by_passage(count_by_passage(group))
        yield f"{heading}{named(summaries[group[0].statement.id])}: {len(group):,} ({counts})"


def _notes(counted: PhraseCount, forms: Sequence[FormCount], scope: Scope) -> Iterable[str]:
    if counted.is_absent:
        yield from _seat_notes(counted)
        return
    if counted.is_under_other_names_only:
        texts = listed(dict.fromkeys(form.text for form in forms))
        yield f"{counted.phrase} → text says {texts}."
    else:
        yield from _form_notes(counted)
    if counted.left_out:
        yield f"Not counted, part of another name: {_counted(counted.left_out)}."
    if counted.within:
        yield f"Among them, part of a longer name: {_counted(counted.within)}."
    if not scope.is_one:
        yield from _first_and_last(_occurrences(forms))
    scanned = f"{count(counted.statements, 'statement')}, {count(counted.sentences, 'sentence')}"
    yield f"Scanned: {scanned}, and the titles and release lines."


def _seat_notes(counted: PhraseCount) -> Iterable[str]:
    """Yield what a seat that is not mentioned can stand for, where that is."""
    others = [form for form in counted.other_names if form.occurrences and form.kind is not FormKind.ADJECTIVE]
    if counted.is_seat and others:
        yield f"Not counted, though {counted.phrase} can stand for it: {_counted(others)}."


def _form_notes(counted: PhraseCount) -> Iterable[str]:
    inflected = [form for form in counted.forms if form.kind is FormKind.INFLECTION and form.occurrences]
    if inflected:
        yield f"Counted by form: {_counted([form for form in counted.forms if form.occurrences])}."
    others = [form for form in counted.other_names if form.occurrences]
    if others:
        yield f"Other names, not in the count: {_counted(others)}."


def _counted(forms: Sequence[FormCount]) -> str:
    return ", ".join(f"{form.text} {len(form.occurrences):,}" for form in forms)


def _first_and_last(found: Sequence[Occurrence]) -> Iterable[str]:
    dated, undated = appearances(found)
    if len(dated) == 1:
        yield f"Only on {format_date(dated[0].statement.date)} ({dated[0].statement.title})."
    elif dated:
        first, last = dated[0].statement, dated[-1].statement
        yield f"First on {format_date(first.date)} ({first.title}), last on {format_date(last.date)} ({last.title})."
    if undated:
        yield f"Without a date: {listed(one.statement.title for one in undated[:3])}{'…' if len(undated) > 3 else ''}."


def _statements(found: Sequence[Occurrence]) -> str:
    return count(len({one.statement.id for one in found}), "statement")


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number:,} times"
