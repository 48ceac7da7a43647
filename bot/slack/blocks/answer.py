"""An answer as a message: its headline, a page of its passages, its notes, its buttons and its fallback text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.slack.asking import Asking
from bot.slack.blocks.builders import (
    MAX_HEADLINE_CHARACTERS,
    MAX_NOTE_CHARACTERS,
    MAX_NOTES,
    MAX_TITLE_CHARACTERS,
    Block,
    Message,
    actions,
    build_message,
    bullet_list,
    button,
    collapsed,
    context_line,
    escape,
    notes_block,
    rich_text,
    section,
    shorten,
    text_run,
)
from bot.slack.blocks.passage import (
    MAX_PASSAGE_CHARACTERS,
    SHOW_PASSAGE_ACTION,
    choose_excerpt,
    passage_value,
    quotation,
)
from index import Answer, AnswerKind, Evidence, format_date

MAX_FALLBACK_CHARACTERS = 3_900
"""Slack splits or cuts a text near 4,000 characters, counted after escaping."""

PASSAGES_PER_PAGE = 5
_LINES_PER_PAGE = 25
_MESSAGE_CHARACTERS = 11_000
"""In all blocks of a message, well below the limit of Slack (see `MAX_PASSAGE_CHARACTERS`)."""

_MIN_QUOTED_CHARACTERS = 150
_RELATED = "Related passages"
_RELATED_NOTES = frozenset({"Related passages."})
"""Notes that the title of the folded passages already gives."""

_MAX_RELATED = 3
_MAX_QUESTION_CHARACTERS = 300
_PERSON = re.compile(r"[UW][A-Z0-9]+")

FOLLOW_UP_ACTION = "ask_follow_up"
PAGE_ACTION = "show_page"
SHARE_ACTION = "share_answer"


class Surface(StrEnum):
    """Where an answer is shown, and so how its question is restated."""

    THREAD = "thread"  # below the question
    PRIVATE = "private"  # to the person who asked, with the question restated
    SHARED = "shared"  # to the channel, with the question and who asked it


def answer_message(
    answer: Answer,
    asking: Asking | None = None,
    *,
    surface: Surface = Surface.THREAD,
    max_characters: int = 0,
) -> Message:
    """Return the message that shows a page of an answer.

    Args:
        answer: the whole answer.
        asking: what its buttons ask again; without it there are none.
        surface: where it is shown.
        max_characters: in all its blocks, for which passages are cut; 0 for what Slack accepts.
    """
    page = _page_of(answer, asking.page if asking else 1)
    if asking is not None:
        asking = replace(asking, request=answer.request)
    opening, asked_line = [], ""
    if asking is not None and surface is not Surface.THREAD:
        who = _person(asking.asker) if surface is Surface.SHARED else None
        opening, asked_line = [_restated(asking.question, who)], _restated_line(asking.question, who)
    headline = rich_text(section(text_run(shorten(answer.headline, MAX_HEADLINE_CHARACTERS), bold=True)))
    limit = _quotation_limit(page, answer, max_characters or _MESSAGE_CHARACTERS)
    lines = [section(text_run(shorten(line, page.line_limit))) for line in page.overview]
    overview = [rich_text(bullet_list(lines))] if lines else []
    quotations = list(_quotations(page, limit, with_buttons=asking is not None))
    if answer.kind is AnswerKind.NOT_FOUND and quotations:
        # Passages that do not answer are folded under a title that says so.
        notes = notes_block([note for note in answer.notes if note not in _RELATED_NOTES])
        middle = [*notes, collapsed(_RELATED, quotations)]
    else:
        notes = notes_block(answer.notes)
        # Notes qualify an answer after it; where there is no answer they say so first.
        middle = [*overview, *quotations, *notes] if answer.answered else [*notes, *overview, *quotations]
    shown = [context_line(_shown(page))] if page.pages > 1 else []
    controls = [*shown, *(_controls(answer, asking, page, surface) if asking else [])]
    return build_message(_fallback(answer, page, asked_line), [*opening, headline, *middle, *controls])


@dataclass(frozen=True, slots=True)
class _Page:
    """A page of an answer: a part of its overview and of its quotations, numbered from `first`.

    `total` counts the quotations of all pages, `passages` the passages they are from: a passage that cites two
    resolutions is quoted for each.
    """

    number: int
    pages: int
    overview: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    first: int
    total: int
    passages: int

    @property
    def line_limit(self) -> int:
        """Characters shown of each line of the overview: fewer lines may be longer, since a date ends them."""
        each = _LINES_PER_PAGE * MAX_TITLE_CHARACTERS // max(len(self.overview), 1)
        return min(each, MAX_HEADLINE_CHARACTERS)


def _page_of(answer: Answer, number: int) -> _Page:
    """Return a page of an answer, or of the related passages where nothing answers."""
    evidence = answer.evidence
    if answer.kind is AnswerKind.NOT_FOUND:
        evidence = evidence[:_MAX_RELATED]
    pages = max(_pages(len(evidence), PASSAGES_PER_PAGE), _pages(len(answer.overview), _LINES_PER_PAGE), 1)
    number = min(max(number, 1), pages)
    first = (number - 1) * PASSAGES_PER_PAGE
    lines = (number - 1) * _LINES_PER_PAGE
    return _Page(
        number,
        pages,
        answer.overview[lines : lines + _LINES_PER_PAGE],
        evidence[first : first + PASSAGES_PER_PAGE],
        first + 1,
        len(evidence),
        len({item.passage.id for item in evidence}),
    )


def _quotation_limit(page: _Page, answer: Answer, max_characters: int) -> int:
    """Return how many characters of each passage fit beside the other words of a message."""
    others = [answer.headline[:MAX_HEADLINE_CHARACTERS], *(line[: page.line_limit] for line in page.overview)]
    others += [note[:MAX_NOTE_CHARACTERS] for note in answer.notes[:MAX_NOTES]]
    others += [item.heading[:MAX_TITLE_CHARACTERS] for item in page.evidence]
    others += [item.statement.title[:MAX_TITLE_CHARACTERS] for item in page.evidence]
    room = max_characters - sum(len(words) for words in others) - _MAX_QUESTION_CHARACTERS
    each = room // max(len(page.evidence), 1)
    return min(MAX_PASSAGE_CHARACTERS, max(each, _MIN_QUOTED_CHARACTERS))


def _pages(items: int, per_page: int) -> int:
    return -(-items // per_page)


def _quotations(page: _Page, limit: int, *, with_buttons: bool) -> Iterator[Block]:
    """Yield the quotations of a page, each group under its heading, each with its button."""
    heading = ""
    for number, evidence in enumerate(page.evidence, start=page.first):
        if evidence.heading and evidence.heading != heading:
            yield rich_text(section(text_run(shorten(evidence.heading), bold=True)))
        heading = evidence.heading
        yield quotation(evidence, number if page.total > 1 else 0, limit)
        if with_buttons:
            yield actions([button(SHOW_PASSAGE_ACTION, number, "Show in context", passage_value(evidence))])


def _controls(answer: Answer, asking: Asking, page: _Page, surface: Surface) -> list[Block]:
    """Return the buttons below an answer: its other pages, follow-up questions, and sharing."""
    buttons = []
    for step, name in ((-1, "Previous"), (1, "Next")):
        if 1 <= page.number + step <= page.pages:
            value = replace(asking, page=page.number + step).to_value()
            label = f"{name} {_size_of(answer, page, page.number + step)}"
            buttons.append(button(PAGE_ACTION, page.number + step, label, value))
    if surface is not Surface.SHARED:
        buttons += [
            button(
                FOLLOW_UP_ACTION, number, follow_up.label, Asking(follow_up.label, request=follow_up.request).to_value()
            )
            for number, follow_up in enumerate(answer.follow_ups, start=1)
        ]
    if surface is Surface.PRIVATE:
        buttons.append(button(SHARE_ACTION, 1, "Share to channel", replace(asking, page=1).to_value()))
    fitting = [element for element in buttons if element["value"]]
    return [actions(fitting)] if fitting else []


def _size_of(answer: Answer, page: _Page, number: int) -> int:
    """Return how many passages another page has; how many lines where the answer has no passages."""
    total, per_page = (page.total, PASSAGES_PER_PAGE) if page.total else (len(answer.overview), _LINES_PER_PAGE)
    return max(min(per_page, total - (number - 1) * per_page), 0) or per_page


def _shown(page: _Page) -> str:
    if not page.evidence:
        return f"Page {page.number} of {page.pages:,}"
    last = page.first + len(page.evidence) - 1
    if page.passages == page.total:
        return f"Passages {page.first}–{last} of {page.total:,}"
    passages = "1 passage" if page.passages == 1 else f"{page.passages:,} passages"
    return f"Quotations {page.first}–{last} of {page.total:,}, from {passages}"


def _person(asker: str | None) -> str:
    """Return who asked if that is a person's id: in the fallback text it is the only part that Slack parses."""
    return asker if asker and _PERSON.fullmatch(asker) else ""


def _restated(question: str, asker: str | None) -> Block:
    """Return the question above an answer: asked by "you" (None), by nobody in particular (""), or by a person."""
    shown = text_run(shorten(question, _MAX_QUESTION_CHARACTERS), italic=True)
    nobody = [text_run("You asked: " if asker is None else "Asked: ")]
    who = [{"type": "user", "user_id": asker}, text_run(" asked: ")] if asker else nobody
    return rich_text(section(*who, shown))


def _restated_line(question: str, asker: str | None) -> str:
    """Return the restated question for the fallback text; Slack parses the person's id in it and nothing else."""
    shown = escape(shorten(question, _MAX_QUESTION_CHARACTERS))
    nobody = "You asked" if asker is None else "Asked"
    return f"<@{asker}> asked: {shown}" if asker else f"{nobody}: {shown}"


def _fallback(answer: Answer, page: _Page, asked_line: str) -> str:
    """Return the page as escaped text, with less of each passage and of the headline where it would be too long."""
    opening = [escape(shorten(answer.headline, MAX_HEADLINE_CHARACTERS)), *([asked_line] if asked_line else [])]
    for limit in (MAX_PASSAGE_CHARACTERS, 2_000, 1_200, 800, 500, 300, 150):
        text = "\n".join([*opening, *(escape(line) for line in _plain(answer, page, limit))])
        if len(text) <= MAX_FALLBACK_CHARACTERS:
            return text
    # The lines alone are too long: as many of them as fit, whatever escaping adds.
    opening[0] = escape(shorten(answer.headline, MAX_HEADLINE_CHARACTERS // 2))
    lines = [escape(shorten(line, page.line_limit)) for line in (*page.overview, *answer.notes)]
    while lines and len("\n".join([*opening, *lines, "…"])) > MAX_FALLBACK_CHARACTERS:
        lines.pop()
    return "\n".join([*opening, *lines, "…"])


def _plain(answer: Answer, page: _Page, limit: int) -> list[str]:
    found = [*(shorten(line, page.line_limit) for line in page.overview), *_plain_quotations(page, limit)]
    middle = [*found, *answer.notes] if answer.answered else [*answer.notes, *found]
    return [*middle, *([_shown(page)] if page.pages > 1 else [])]


def _plain_quotations(page: _Page, limit: int) -> Iterator[str]:
    heading = ""
    for evidence in page.evidence:
        if evidence.heading and evidence.heading != heading:
            yield shorten(evidence.heading)
        heading = evidence.heading
        yield _plain_quotation(evidence, limit)


def _plain_quotation(evidence: Evidence, limit: int) -> str:
    excerpt = choose_excerpt(evidence, limit)
    before, after = "[…] " if excerpt.is_cut_before else "", " […]" if excerpt.is_cut_after else ""
    statement = evidence.statement
    source = f"{shorten(statement.title)}, {format_date(statement.date)}, {evidence.place}"
    return f"{source}: “{before}{excerpt.text}{after}”"
