"""Block Kit as Slack checks it: every block of a message or view, its limits, and the sums over the whole.

Source: docs.slack.dev, reference/block-kit/blocks and reference/views. The wording of the faults and their
JSON pointers are those that Slack returns.
"""

import json
import secrets
from collections.abc import Iterator, Mapping
from typing import Any

from bot.local_slack.block_elements import (
    BUTTON,
    CONTEXT_ACTIONS,
    IDENTIFIER,
    IMAGE_ELEMENT,
    INPUTS,
    MENUS,
    RAW_CELLS,
    RICH_TEXT,
    any_text,
    plain_text,
)
from bot.local_slack.schema import (
    Check,
    Fault,
    any_field,
    characters,
    fields,
    items,
    one_of,
    together,
    truth,
    typed,
    web_address,
)

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
MARKDOWN_CHARACTERS = 12_000
TABLE_CHARACTERS = 10_000
VIEW_BYTES = 250_000
# No page says so, but Slack refuses a message near this length over all rich text (slackapi/bolt-js#2509).
RICH_TEXT_CHARACTERS = 13_200

Json = dict[str, Any]

_TYPE: dict[str, Check] = {"type": characters(50)}
_BLOCK: dict[str, Check] = {**_TYPE, "block_id": IDENTIFIER}
_ACCESSORY = typed(
    {
        **BUTTON,
        **MENUS,
        "image": IMAGE_ELEMENT,
    }
)
_CONTAINED: dict[str, Check] = {
    "section": together(
        any_field("text", "fields"),
        fields(
            {},
            {
                **_BLOCK,
                "text": any_text(3000),
                "fields": items(any_text(2000), 10),
                "accessory": _ACCESSORY,
                "expand": truth,
            },
        ),
    ),
    "header": fields({"text": plain_text(150)}, _BLOCK),
    "divider": fields({}, _BLOCK),
    "context": fields(
        {
            "elements": items(
                typed(
                    {
                        "plain_text": plain_text(3000),
                        "mrkdwn": any_text(3000),
                        "image": IMAGE_ELEMENT,
                    }
                ),
                10,
            )
        },
        _BLOCK,
    ),
    "actions": fields({"elements": items(typed({**BUTTON, **MENUS}), 25)}, _BLOCK),
    "image": fields(
        {"image_url": web_address(3000), "alt_text": characters(2000)}, {**_BLOCK, "title": plain_text(2000)}
    ),
    "rich_text": RICH_TEXT,
    "table": fields(
        {"rows": items(items(typed(RAW_CELLS), 20), 100)},
        {
            **_BLOCK,
            "column_settings": items(fields({}, {"align": one_of("left", "center", "right"), "is_wrapped": truth}), 20),
        },
    ),
    "card": together(
        any_field("hero_image", "title", "actions", "body"),
        fields(
            {},
            {
                **_BLOCK,
                "title": any_text(150),
                "subtitle": any_text(150),
                "body": any_text(200),
                "subtext": any_text(200),
                "icon": IMAGE_ELEMENT,
                "hero_image": IMAGE_ELEMENT,
                "actions": items(typed(BUTTON), 3),
            },
        ),
    ),
    "context_actions": fields({"elements": items(typed(CONTEXT_ACTIONS), 5)}, _BLOCK),
    "markdown": fields({"text": characters(MARKDOWN_CHARACTERS)}, _BLOCK),
}
_CONTAINER = together(
    any_field("title", "rich_text_title"),
    fields(
        {"child_blocks": items(typed(_CONTAINED), 10)},
        {
            **_BLOCK,
            "title": plain_text(150),
            "rich_text_title": RICH_TEXT,
            "subtitle": any_text(150),
            "icon": IMAGE_ELEMENT,
            "width": one_of("narrow", "standard", "wide", "full"),
            "is_collapsible": truth,
            "default_collapsed": truth,
            "has_header_divider": truth,
        },
    ),
)
_BLOCKS: dict[str, Check] = {
    **_CONTAINED,
    "container": _CONTAINER,
    "alert": fields(
        {"text": any_text(200)},
        {**_BLOCK, "level": one_of("default", "info", "warning", "error", "success")},
    ),
    "input": fields(
        {"label": plain_text(2000), "element": typed(INPUTS)},
        {**_BLOCK, "hint": plain_text(2000), "optional": truth, "dispatch_action": truth},
    ),
}
_ELSEWHERE: Mapping[str, frozenset[str]] = {
    "message": frozenset({"alert"}),
    "home": frozenset({"alert", "markdown", "context_actions"}),
    "modal": frozenset({"markdown", "context_actions", "table", "container"}),
}
_VIEW_COMMON: dict[str, Check] = {
    "type": one_of("home", "modal"),
    "private_metadata": characters(3000, minimum=0),
    "callback_id": characters(255, minimum=0),
    "external_id": characters(255, minimum=0),
}
_VIEWS: dict[str, Check] = {
    "home": fields({"blocks": items(typed({}), VIEW_BLOCKS, minimum=0)}, _VIEW_COMMON),
    "modal": fields(
        {"title": plain_text(24), "blocks": items(typed({}), VIEW_BLOCKS, minimum=0)},
        {
            **_VIEW_COMMON,
            "submit": plain_text(24),
            "close": plain_text(24),
            "clear_on_close": truth,
            "notify_on_close": truth,
            "submit_disabled": truth,
        },
    ),
}


def check_message_blocks(blocks: object) -> list[Fault]:
    """Return what Slack would refuse in the `blocks` of a message; empty when it would take them."""
    return list(_check_blocks(blocks, "/blocks", "message", MESSAGE_BLOCKS))


def check_view(view: object) -> list[Fault]:
    """Return what Slack would refuse in a home tab or modal; empty when it would take it."""
    if not isinstance(view, dict):
        return [Fault("must provide an object", "/view")]
    kind = view.get("type")
    if kind not in _VIEWS:
        return [Fault(f"unsupported type: {kind}", "/view/type")]
    frame = {**view, "blocks": []} if "blocks" in view else view
    faults = list(_VIEWS[kind](frame, "/view"))
    blocks = view.get("blocks", [])
    faults += _check_blocks(blocks, "/view/blocks", kind, VIEW_BLOCKS, minimum=0)
    if kind == "modal" and "submit" not in view and any(_kind(block) == "input" for block in _listed(blocks)):
        faults.append(Fault("missing required field: submit", "/view"))
    return faults


def is_view_too_large(view: Json) -> bool:
    """Say whether a view is over the 250 kB that Slack takes."""
    return len(json.dumps(view).encode()) > VIEW_BYTES


def rich_text_characters(blocks: object) -> int:
    """Count the characters of all rich text, links by their shown text."""
    if isinstance(blocks, list):
        return sum(rich_text_characters(block) for block in blocks)
    if not isinstance(blocks, dict):
        return 0
    if blocks.get("type") == "text" or (blocks.get("type") == "link" and "url" in blocks):
        return len(str(blocks.get("text") or blocks.get("url") or ""))
    return sum(
        rich_text_characters(blocks.get(name)) for name in ("elements", "child_blocks", "rows", "rich_text_title")
    )


def with_ids(blocks: list[Json]) -> list[Json]:
    """Return a copy of valid blocks with the `block_id` and `action_id` that Slack fills in."""
    return [_with_ids(block) for block in json.loads(json.dumps(blocks))]


def find_action(blocks: list[Json], action_id: str, block_id: str | None = None) -> tuple[Json, Json] | None:
    """Return the block and the interactive element of `action_id`, or None."""
    for block in flattened(blocks):
        if block_id is not None and block.get("block_id") != block_id:
            continue
        for element in elements_of(block):
            if element.get("action_id") == action_id:
                return block, element
    return None


def flattened(blocks: list[Json]) -> Iterator[Json]:
    """Yield blocks and, after each container, the blocks in it."""
    for block in blocks:
        yield block
        yield from flattened(block.get("child_blocks", []))


def elements_of(block: Json) -> Iterator[Json]:
    """Yield the interactive elements of one block."""
    if block.get("type") in {"actions", "context_actions"}:
        yield from block["elements"]
    elif block.get("type") == "card":
        yield from block.get("actions", [])
    elif block.get("type") == "input":
        yield block["element"]
    elif "accessory" in block:
        yield block["accessory"]


def _check_blocks(blocks: object, pointer: str, surface: str, maximum: int, *, minimum: int = 1) -> Iterator[Fault]:
    shape_faults = list(items(typed(_BLOCKS), maximum, minimum=minimum)(blocks, pointer))
    yield from shape_faults
    yield from _misplaced(blocks, pointer, surface)
    if not shape_faults:
        yield from _repeated_ids(blocks, pointer)
        yield from _sums(blocks, pointer)


def _misplaced(blocks: object, pointer: str, surface: str) -> Iterator[Fault]:
    for position, block in enumerate(_listed(blocks)):
        if _kind(block) in _ELSEWHERE[surface]:
            yield Fault(f"unsupported type: {block['type']}", f"{pointer}/{position}/type")
        if _kind(block) == "container":
            yield from _misplaced(block.get("child_blocks"), f"{pointer}/{position}/child_blocks", surface)
            if block.get("is_collapsible") is True and block.get("has_header_divider") is True:
                yield Fault("not allowed when is_collapsible is true", f"{pointer}/{position}/has_header_divider")


def _repeated_ids(blocks: object, pointer: str) -> Iterator[Fault]:
    block_ids: set[str] = set()
    for position, block in enumerate(_listed(blocks)):
        for each in flattened([block]):
            block_id = each.get("block_id")
            if block_id in block_ids:
                yield Fault("block_id already exists", f"{pointer}/{position}/block_id")
            elif block_id is not None:
                block_ids.add(block_id)
            action_ids: set[str] = set()
            for element in elements_of(each):
                action_id = element.get("action_id")
                if action_id in action_ids:
                    yield Fault("action_id already exists", f"{pointer}/{position}/elements")
                elif action_id is not None:
                    action_ids.add(action_id)


def _sums(blocks: object, pointer: str) -> Iterator[Fault]:
    every = list(flattened(_listed(blocks)))
    if sum(len(block["text"]) for block in every if block["type"] == "markdown") > MARKDOWN_CHARACTERS:
        yield Fault(f"markdown text must be less than {MARKDOWN_CHARACTERS + 1} characters in total", pointer)
    tables = [block for block in every if block["type"] == "table"]
    if len(tables) > 1:
        yield Fault("only one table allowed", pointer)
    if sum(_table_characters(table) for table in tables) > TABLE_CHARACTERS:
        yield Fault(f"table text must be less than {TABLE_CHARACTERS + 1} characters in total", pointer)


def _table_characters(table: Json) -> int:
    return sum(
        rich_text_characters(cell) if cell["type"] == "rich_text" else len(str(cell.get("text", cell.get("value", ""))))
        for row in table["rows"]
        for cell in row
    )


def _with_ids(block: Json) -> Json:
    if block["type"] == "markdown":
        block.pop("block_id", None)
    else:
        block.setdefault("block_id", _short_id())
    for element in elements_of(block):
        element.setdefault("action_id", _short_id())
    if "child_blocks" in block:
        block["child_blocks"] = [_with_ids(child) for child in block["child_blocks"]]
    return block


def _short_id() -> str:
    return secrets.token_urlsafe(4)[:5]


def _listed(blocks: object) -> list[Json]:
    return [block for block in blocks if isinstance(block, dict)] if isinstance(blocks, list) else []


def _kind(block: Json) -> object:
    return block.get("type")
