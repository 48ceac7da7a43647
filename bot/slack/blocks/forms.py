"""The form for adding a statement, and the question before one is removed."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bot.slack.blocks.builders import (
    MAX_TITLE_CHARACTERS,
    Block,
    Message,
    actions,
    build_message,
    button,
    context_line,
    escape,
    plain_text,
    rich_text,
    section,
    shorten,
    text_run,
)
from index import StatementSummary, Visibility, format_date

ADDITION_VIEW = "add_statement"
"""Callback id of the form for adding a statement."""

REMOVE_ACTION = "remove_statement"
"""The action ids of buttons are one of these and a number, since ids must differ within a message."""

_TEXT_PARTS = 5
_INPUT_CHARACTERS = 3_000
"""In one input; Slack accepts no more."""


class AdditionInput(StrEnum):
    """Block ids of the inputs; those for the text have a number appended."""

    TITLE = "title"
    DATE = "date"
    SOURCE = "source"
    TEXT = "text"
    VISIBILITY = "visibility"


@dataclass(frozen=True, slots=True)
class StatementForm:
    """What a person entered to add a statement; an empty input is an empty string."""

    title: str
    date: str
    source: str
    text: str
    visibility: Visibility


def addition_view() -> dict[str, Any]:
    """Return the form for adding a statement, with several inputs for a long text."""
    blocks = [
        _input(AdditionInput.TITLE, "Title", is_required=True),
        _input(AdditionInput.DATE, "Date (YYYY-MM-DD)"),
        _input(AdditionInput.SOURCE, "Source (web address)"),
        _input(f"{AdditionInput.TEXT}_1", "Text", is_required=True, is_long=True),
        *(
            _input(f"{AdditionInput.TEXT}_{number}", "Text (continued)", is_long=True)
            for number in range(2, _TEXT_PARTS + 1)
        ),
        _internal_choice(),
        context_line(
            f"Up to {_INPUT_CHARACTERS:,} characters in each input. Add a longer statement with: verbatim add FILE"
        ),
    ]
    return {
        "type": "modal",
        "callback_id": ADDITION_VIEW,
        "title": plain_text("Add a statement"),
        "submit": plain_text("Add"),
        "close": plain_text("Cancel"),
        "blocks": blocks,
    }


def read_addition(view: dict[str, Any]) -> StatementForm:
    """Return what was entered, the parts of the text joined by blank lines."""
    values = view["state"]["values"]
    parts = [_typed(values, f"{AdditionInput.TEXT}_{number}") for number in range(1, _TEXT_PARTS + 1)]
    return StatementForm(
        title=_typed(values, AdditionInput.TITLE),
        date=_typed(values, AdditionInput.DATE).strip(),
        source=_typed(values, AdditionInput.SOURCE),
        text="\n\n".join(part for part in parts if part.strip()),
        visibility=Visibility.INTERNAL if _is_chosen(values, AdditionInput.VISIBILITY) else Visibility.PUBLIC,
    )


def removal_message(statement: StatementSummary) -> Message:
    """Return the question before a statement is removed, with the button that removes it."""
    question = "Remove this statement and everything indexed from it?"
    described = (
        f"{shorten(statement.title)} · {format_date(statement.date)} · {statement.paragraphs} ¶ · {statement.id}"
    )
    remove = button(REMOVE_ACTION, 1, f"Remove “{statement.title}”", statement.id)
    asked = rich_text(section(text_run(f"{question}\n"), text_run(described, bold=True)))
    return build_message(escape(f"{question} {described}"), [asked, actions([{**remove, "style": "danger"}])])


def _input(block_id: str, label: str, *, is_required: bool = False, is_long: bool = False) -> Block:
    element = {"type": "plain_text_input", "action_id": "typed", "multiline": is_long}
    return {
        "type": "input",
        "block_id": block_id,
        "label": plain_text(label),
        "optional": not is_required,
        "element": {**element, "max_length": _INPUT_CHARACTERS if is_long else MAX_TITLE_CHARACTERS},
    }


def _internal_choice() -> Block:
    words = plain_text("Internal: hidden from guests and other workspaces")
    option = {"text": words, "value": Visibility.INTERNAL.value}
    return {
        "type": "input",
        "block_id": AdditionInput.VISIBILITY,
        "label": plain_text("Visibility"),
        "optional": True,
        "element": {"type": "checkboxes", "action_id": "chosen", "options": [option]},
    }


def _is_chosen(values: dict[str, Any], block_id: str) -> bool:
    return bool(values.get(block_id, {}).get("chosen", {}).get("selected_options"))


def _typed(values: dict[str, Any], block_id: str) -> str:
    return str(values.get(block_id, {}).get("typed", {}).get("value") or "")
