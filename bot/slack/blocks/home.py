"""The Home tab: how to ask, and which statements are indexed."""

from collections.abc import Sequence
from typing import Any

from bot.slack.blocks.builders import (
    Block,
    bullet_list,
    context_line,
    header,
    mark_hidden_characters,
    rich_text,
    section,
    shorten,
    source_link,
    text_run,
)
from bot.slack.blocks.messages import example_buttons, help_message
from index import StatementSummary, Visibility, format_date

_MAX_LISTED = 50


def home_view(statements: Sequence[StatementSummary]) -> dict[str, Any]:
    """Return the Home tab."""
    listed = statements[:_MAX_LISTED]
    count = len(statements)
    heading = f"{count:,} statement{'' if count == 1 else 's'} indexed"
    blocks: list[Block] = [
        header("Ask the statements"),
        help_message().blocks[0],
        example_buttons(),
        {"type": "divider"},
        header(heading),
    ]
    if listed:
        blocks.append(rich_text(bullet_list([_listed(statement) for statement in listed])))
    else:
        blocks.append(context_line("Add statements with: verbatim add FILE…"))
    if count > len(listed):
        blocks.append(context_line(f"The {len(listed)} newest are shown. See all with: verbatim list"))
    return {"type": "home", "blocks": mark_hidden_characters(blocks)}


def _listed(statement: StatementSummary) -> Block:
    count = f"{statement.paragraphs} ¶"
    title = text_run(shorten(statement.title), bold=True)
    link = source_link(statement.source)
    mark = " · internal" if statement.visibility is Visibility.INTERNAL else ""
    return section(title, text_run(f" · {format_date(statement.date)} · {count}{mark}"), *link)
