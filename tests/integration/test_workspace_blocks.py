"""The local Slack refuses the blocks and views that Slack refuses, with a pointer to the fault."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    ContainerBlock,
    DividerBlock,
    HeaderBlock,
    InputBlock,
    MarkdownBlock,
    MarkdownTextObject,
    OverflowMenuElement,
    PlainTextInputElement,
    SectionBlock,
    StaticSelectElement,
)
from slack_sdk.models.blocks.basic_components import Option

from bot.local_slack.block_kit import check_message_blocks, check_view, rich_text_characters, with_ids

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def button(**more: Any) -> Json:
    return {"type": "button", "text": plain("More"), "action_id": "more", **more}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def section(**more: Any) -> Json:
    return {"type": "section", "text": mrkdwn("x"), **more}


def option(number: int) -> Json:
    return {"text": plain(str(number)), "value": str(number)}


def rich(*inline: Json, kind: str = "rich_text_section") -> Json:
    return {"type": "rich_text", "elements": [{"type": kind, "elements": list(inline)}]}


def text(words: str, **more: Any) -> Json:
    return {"type": "text", "text": words, **more}


def table(rows: int, columns: int, words: str = "x") -> Json:
    return {"type": "table", "rows": [[{"type": "raw_text", "text": words}] * columns for _ in range(rows)]}


FEEDBACK: Json = {
    "type": "feedback_buttons",
    "action_id": "feedback",
    "positive_button": {"text": plain("Good"), "value": "good"},
    "negative_button": {"text": plain("Bad"), "value": "bad"},
}
FIELD: Json = {
    "type": "input",
    "label": plain("Reason"),
    "element": {"type": "plain_text_input", "action_id": "reason"},
}

ACCEPTED: dict[str, list[Json]] = {
    "section of 3,000 characters": [section(text=mrkdwn("x" * 3000))],
    "section with fields and a menu": [
        {
            "type": "section",
            "fields": [mrkdwn("x" * 2000)] * 10,
            "accessory": {"type": "overflow", "options": [option(1)]},
        }
    ],
    "header of 150": [{"type": "header", "text": plain("x" * 150)}],
    "context of 10": [{"type": "context", "elements": [mrkdwn("x")] * 10}],
    "25 buttons": [actions(*(button(action_id=str(number)) for number in range(25)))],
    "image": [{"type": "image", "image_url": "https://example.org/i.png", "alt_text": "a map"}],
    "rich text": [
        rich(text("x", style={"bold": True}), {"type": "link", "url": "https://example.org"}),
        rich(text("quoted"), kind="rich_text_quote"),
        {
            "type": "rich_text",
            "elements": [
                {"type": "rich_text_preformatted", "elements": [text("code")], "language": "python"},
                {
                    "type": "rich_text_list",
                    "style": "bullet",
                    "indent": 8,
                    "elements": [{"type": "rich_text_section", "elements": [{"type": "user", "user_id": "U1"}]}],
                },
            ],
        },
    ],
    "markdown of 12,000": [{"type": "markdown", "text": "x" * 12_000}],
    "table of 100 by 20": [table(100, 20)],
    "table of 10,000 characters": [table(100, 1, "x" * 100)],
    "feedback": [{"type": "context_actions", "elements": [FEEDBACK]}],
    "collapsed container": [
        {
            "type": "container",
            "title": plain("The whole passage"),
            "is_collapsible": True,
            "default_collapsed": True,
            "child_blocks": [rich(text("x"))] * 10,
        }
    ],
    "card": [{"type": "card", "title": mrkdwn("Title"), "body": mrkdwn("x" * 200), "actions": [button()]}],
    "50 blocks": [{"type": "divider"}] * 50,
}

REFUSED: dict[str, tuple[list[Any], str]] = {
    "51 blocks": ([{"type": "divider"}] * 51, "no more than 50 items allowed [json-pointer:/blocks]"),
    "no blocks": ([], "no less than 1 items allowed [json-pointer:/blocks]"),
    "null": ([None], "must provide an object [json-pointer:/blocks/0]"),
    "no type": ([{}], "missing required field: type [json-pointer:/blocks/0]"),
    "unknown type": ([{"type": "data_table"}], "unsupported type: data_table [json-pointer:/blocks/0/type]"),
    "unknown field": (
        [{"type": "divider", "colour": "red"}],
        "invalid additional property: colour [json-pointer:/blocks/0]",
    ),
    "null field": ([section(accessory=None)], "must provide an object [json-pointer:/blocks/0/accessory]"),
    "section of 3,001": (
        [section(text=mrkdwn("x" * 3001))],
        "must be less than 3001 characters [json-pointer:/blocks/0/text/text]",
    ),
    "empty section": (
        [section(text=mrkdwn(""))],
        "must be more than 0 characters [json-pointer:/blocks/0/text/text]",
    ),
    "section of nothing": (
        [{"type": "section"}],
        "missing required field: text or fields [json-pointer:/blocks/0]",
    ),
    "11 fields": (
        [section(fields=[mrkdwn("x")] * 11)],
        "no more than 10 items allowed [json-pointer:/blocks/0/fields]",
    ),
    "field of 2,001": (
        [section(fields=[mrkdwn("x" * 2001)])],
        "must be less than 2001 characters [json-pointer:/blocks/0/fields/0/text]",
    ),
    "header of 151": (
        [{"type": "header", "text": plain("x" * 151)}],
        "must be less than 151 characters [json-pointer:/blocks/0/text/text]",
    ),
    "mrkdwn header": (
        [{"type": "header", "text": mrkdwn("x")}],
        "unsupported type: mrkdwn [json-pointer:/blocks/0/text/type]",
    ),
    "context of 11": (
        [{"type": "context", "elements": [mrkdwn("x")] * 11}],
        "no more than 10 items allowed [json-pointer:/blocks/0/elements]",
    ),
    "26 buttons": (
        [actions(*(button(action_id=str(number)) for number in range(26)))],
        "no more than 25 items allowed [json-pointer:/blocks/0/elements]",
    ),
    "actions without elements": ([actions()], "no less than 1 items allowed [json-pointer:/blocks/0/elements]"),
    "button text of 76": (
        [actions(button(text=plain("x" * 76)))],
        "must be less than 76 characters [json-pointer:/blocks/0/elements/0/text/text]",
    ),
    "button value of 2,001": (
        [actions(button(value="x" * 2001))],
        "must be less than 2001 characters [json-pointer:/blocks/0/elements/0/value]",
    ),
    "button to nowhere": (
        [actions(button(url="javascript:alert(1)"))],
        "must be a valid URL [json-pointer:/blocks/0/elements/0/url]",
    ),
    "action_id of 256": (
        [actions(button(action_id="x" * 256))],
        "must be less than 256 characters [json-pointer:/blocks/0/elements/0/action_id]",
    ),
    "one action_id twice": (
        [actions(button(), button())],
        "action_id already exists [json-pointer:/blocks/0/elements]",
    ),
    "one block_id twice": (
        [section(block_id="b"), section(block_id="b")],
        "block_id already exists [json-pointer:/blocks/1/block_id]",
    ),
    "overflow of 6": (
        [actions({"type": "overflow", "options": [option(number) for number in range(6)]})],
        "no more than 5 items allowed [json-pointer:/blocks/0/elements/0/options]",
    ),
    "menu of 101": (
        [actions({"type": "static_select", "options": [option(number) for number in range(101)]})],
        "no more than 100 items allowed [json-pointer:/blocks/0/elements/0/options]",
    ),
    "empty rich text": (
        [rich(text(""))],
        "must be more than 0 characters [json-pointer:/blocks/0/elements/0/elements/0/text]",
    ),
    "unknown style": (
        [rich(text("x", style={"loud": True}))],
        "invalid additional property: loud [json-pointer:/blocks/0/elements/0/elements/0/style]",
    ),
    "citation": (
        [rich({"type": "citation"})],
        "unsupported type: citation [json-pointer:/blocks/0/elements/0/elements/0/type]",
    ),
    "two markdown blocks of 12,001 together": (
        [{"type": "markdown", "text": "x" * 12_000}, {"type": "markdown", "text": "x"}],
        "markdown text must be less than 12001 characters in total [json-pointer:/blocks]",
    ),
    "table of 101 rows": ([table(101, 1)], "no more than 100 items allowed [json-pointer:/blocks/0/rows]"),
    "table of 21 columns": ([table(1, 21)], "no more than 20 items allowed [json-pointer:/blocks/0/rows/0]"),
    "table of 10,100 characters": (
        [table(100, 1, "x" * 101)],
        "table text must be less than 10001 characters in total [json-pointer:/blocks]",
    ),
    "two tables": ([table(1, 1), table(1, 1)], "only one table allowed [json-pointer:/blocks]"),
    "button among the feedback": (
        [{"type": "context_actions", "elements": [button()]}],
        "unsupported type: button [json-pointer:/blocks/0/elements/0/type]",
    ),
    "container of 11": (
        [{"type": "container", "title": plain("x"), "child_blocks": [{"type": "divider"}] * 11}],
        "no more than 10 items allowed [json-pointer:/blocks/0/child_blocks]",
    ),
    "collapsible container with a header line": (
        [
            {
                "type": "container",
                "title": plain("x"),
                "is_collapsible": True,
                "has_header_divider": True,
                "child_blocks": [{"type": "divider"}],
            }
        ],
        "not allowed when is_collapsible is true [json-pointer:/blocks/0/has_header_divider]",
    ),
    "alert in a message": (
        [{"type": "alert", "text": plain("x")}],
        "unsupported type: alert [json-pointer:/blocks/0/type]",
    ),
}

REFUSED_VIEWS: dict[str, tuple[Any, str]] = {
    "nothing": (None, "must provide an object [json-pointer:/view]"),
    "title of 25": (
        {"type": "modal", "title": plain("x" * 25), "blocks": []},
        "must be less than 25 characters [json-pointer:/view/title/text]",
    ),
    "no title": ({"type": "modal", "blocks": []}, "missing required field: title [json-pointer:/view]"),
    "no blocks": ({"type": "home"}, "missing required field: blocks [json-pointer:/view]"),
    "input without submit": (
        {"type": "modal", "title": plain("x"), "blocks": [FIELD]},
        "missing required field: submit [json-pointer:/view]",
    ),
    "101 blocks": (
        {"type": "home", "blocks": [{"type": "divider"}] * 101},
        "no more than 100 items allowed [json-pointer:/view/blocks]",
    ),
    "private_metadata of 3,001": (
        {"type": "home", "blocks": [], "private_metadata": "x" * 3001},
        "must be less than 3001 characters [json-pointer:/view/private_metadata]",
    ),
    "markdown at home": (
        {"type": "home", "blocks": [{"type": "markdown", "text": "x"}]},
        "unsupported type: markdown [json-pointer:/view/blocks/0/type]",
    ),
    "table in a modal": (
        {"type": "modal", "title": plain("x"), "blocks": [table(1, 1)]},
        "unsupported type: table [json-pointer:/view/blocks/0/type]",
    ),
    "submit at home": (
        {"type": "home", "blocks": [], "submit": plain("x")},
        "invalid additional property: submit [json-pointer:/view]",
    ),
}


@pytest.mark.parametrize("blocks", ACCEPTED.values(), ids=ACCEPTED)
def test_what_slack_takes_is_taken(blocks: list[Json]) -> None:
    assert check_message_blocks(blocks) == []


@pytest.mark.parametrize(("blocks", "fault"), REFUSED.values(), ids=REFUSED)
def test_what_slack_refuses_is_refused_at_the_same_place(blocks: list[Json], fault: str) -> None:
    assert [str(each) for each in check_message_blocks(blocks)] == [fault]


@pytest.mark.parametrize(("view", "fault"), REFUSED_VIEWS.values(), ids=REFUSED_VIEWS)
def test_a_view_that_slack_refuses_is_refused_at_the_same_place(view: object, fault: str) -> None:
    assert [str(each) for each in check_view(view)] == [fault]


def test_views_that_slack_takes_are_taken() -> None:
    assert check_view({"type": "modal", "title": plain("x"), "submit": plain("Send"), "blocks": [FIELD]}) == []
    assert check_view({"type": "home", "blocks": [{"type": "divider"}] * 100, "private_metadata": "x" * 3000}) == []


def test_rich_text_is_counted_at_every_depth() -> None:
    blocks = [
        rich(text("four"), {"type": "link", "url": "https://example.org", "text": "two2"}),
        {"type": "container", "title": plain("not counted"), "child_blocks": [rich(text("six666"))]},
        section(text=mrkdwn("not counted")),
    ]
    assert rich_text_characters(blocks) == 14


def test_missing_ids_are_filled_in_and_given_ones_stay() -> None:
    given_blocks = [section(block_id="mine"), actions({"type": "button", "text": plain("x")}), {"type": "divider"}]
    filled = with_ids(given_blocks)
    assert filled[0]["block_id"] == "mine"
    assert len({block["block_id"] for block in filled}) == 3
    assert filled[1]["elements"][0]["action_id"]
    assert "block_id" not in given_blocks[1]


words = st.text(min_size=1, max_size=20)
options = st.lists(words, min_size=1, max_size=5, unique=True).map(
    lambda names: [Option(text=name, value=f"{position} {name}") for position, name in enumerate(names)]
)
buttons = st.builds(ButtonElement, text=words, action_id=words, value=words, style=st.sampled_from([None, "primary"]))
menus = st.builds(StaticSelectElement, placeholder=words, options=options, action_id=words)
overflows = st.builds(OverflowMenuElement, options=options, action_id=words)
sections = st.builds(
    SectionBlock,
    text=st.builds(MarkdownTextObject, text=words, verbatim=st.booleans()),
    accessory=st.none() | buttons | menus | overflows,
)
action_rows = st.lists(buttons | menus | overflows, min_size=1, max_size=25, unique_by=lambda each: each.action_id).map(
    lambda elements: ActionsBlock(elements=elements)
)
inputs = st.builds(
    InputBlock, label=words, element=st.builds(PlainTextInputElement, action_id=words, multiline=st.booleans())
)
children = st.lists(sections | action_rows | st.builds(DividerBlock), min_size=1, max_size=10)
containers = st.builds(ContainerBlock, title=words, child_blocks=children, is_collapsible=st.booleans())


@settings(deadline=None, max_examples=60)
@given(sections | action_rows | inputs | containers)
def test_what_slacks_own_models_format_is_taken(block: Block) -> None:
    assert check_message_blocks([block.to_dict()]) == []


LENGTHS: dict[str, tuple[Callable[[str], Block], Callable[[str], Json], int]] = {
    "header": (lambda words: HeaderBlock(text=words), lambda words: {"type": "header", "text": plain(words)}, 150),
    "section": (
        lambda words: SectionBlock(text=MarkdownTextObject(text=words)),
        lambda words: section(text=mrkdwn(words)),
        3000,
    ),
    "button": (
        lambda words: ActionsBlock(elements=[ButtonElement(text=words)]),
        lambda words: actions(button(text=plain(words))),
        75,
    ),
    "container": (
        lambda words: ContainerBlock(title=words, child_blocks=[DividerBlock()]),
        lambda words: {"type": "container", "title": plain(words), "child_blocks": [{"type": "divider"}]},
        150,
    ),
    "markdown": (
        lambda words: MarkdownBlock(text=words),
        lambda words: {"type": "markdown", "text": words},
        12_000,
    ),
}


@pytest.mark.parametrize(("model", "block", "limit"), LENGTHS.values(), ids=LENGTHS)
def test_lengths_are_those_of_slacks_own_models(
    model: Callable[[str], Block], block: Callable[[str], Json], limit: int
) -> None:
    model("x" * limit).to_dict()
    assert check_message_blocks([block("x" * limit)]) == []
    with pytest.raises(SlackObjectFormationError):
        model("x" * (limit + 1)).to_dict()
    assert len(check_message_blocks([block("x" * (limit + 1))])) == 1
