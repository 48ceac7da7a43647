"""The parts of blocks: text objects, buttons, menus, inputs and the pieces of rich text, with Slack's limits.

Source: docs.slack.dev, reference/block-kit.
"""

from bot.local_slack.schema import (
    Check,
    any_field,
    characters,
    fields,
    items,
    number,
    one_of,
    together,
    truth,
    typed,
    web_address,
    whole_number,
)

_IS = one_of
IDENTIFIER = characters(255)


def plain_text(maximum: int) -> Check:
    """Accept a plain_text object of at most `maximum` characters."""
    return typed({"plain_text": fields({"type": _IS("plain_text"), "text": characters(maximum)}, {"emoji": truth})})


def any_text(maximum: int) -> Check:
    """Accept a plain_text or mrkdwn object of at most `maximum` characters."""
    return typed(
        {
            "plain_text": fields({"type": _IS("plain_text"), "text": characters(maximum)}, {"emoji": truth}),
            "mrkdwn": fields({"type": _IS("mrkdwn"), "text": characters(maximum)}, {"verbatim": truth}),
        }
    )


_CONFIRM = fields(
    {"title": plain_text(100), "text": any_text(300), "confirm": plain_text(30), "deny": plain_text(30)},
    {"style": one_of("primary", "danger")},
)
_OPTION = fields({"text": any_text(75), "value": characters(150)}, {"description": any_text(75)})
_LINK_OPTION = fields(
    {"text": plain_text(75), "value": characters(150)}, {"description": plain_text(75), "url": web_address(3000)}
)
_GROUP = fields({"label": plain_text(75), "options": items(_OPTION, 100)}, {})
_DISPATCH = fields({}, {"trigger_actions_on": items(one_of("on_enter_pressed", "on_character_entered"), 2, minimum=1)})
_COMMON: dict[str, Check] = {"type": characters(50), "action_id": IDENTIFIER, "confirm": _CONFIRM}
_MENU: dict[str, Check] = {**_COMMON, "placeholder": plain_text(150), "focus_on_load": truth}
_CHOICES: dict[str, Check] = {"options": items(_OPTION, 100), "option_groups": items(_GROUP, 100)}
_TYPED: dict[str, Check] = {
    "type": characters(50),
    "action_id": IDENTIFIER,
    "placeholder": plain_text(150),
    "focus_on_load": truth,
    "dispatch_action_config": _DISPATCH,
    "initial_value": characters(3000),
}

_BUTTON = fields(
    {"text": plain_text(75)},
    {
        **_COMMON,
        "value": characters(2000),
        "url": web_address(3000),
        "style": one_of("primary", "danger"),
        "accessibility_label": characters(75),
        "agent_prompt": characters(4000),
    },
)
_FEEDBACK = fields({"text": plain_text(75), "value": characters(2000)}, {"accessibility_label": characters(75)})
_SELECT = together(any_field("options", "option_groups"), fields({}, {**_MENU, **_CHOICES, "initial_option": _OPTION}))
_MULTI_SELECT = together(
    any_field("options", "option_groups"),
    fields(
        {},
        {
            **_MENU,
            **_CHOICES,
            "initial_options": items(_OPTION, 100),
            "max_selected_items": whole_number(1, 100),
        },
    ),
)
IMAGE_ELEMENT = fields(
    {"type": _IS("image"), "image_url": web_address(3000), "alt_text": characters(2000)},
    {},
)

BUTTON = {"button": _BUTTON}
MENUS: dict[str, Check] = {
    "overflow": fields({"options": items(_LINK_OPTION, 5)}, _COMMON),
    "static_select": _SELECT,
    "multi_static_select": _MULTI_SELECT,
    "users_select": fields({}, {**_MENU, "initial_user": characters(50)}),
    "conversations_select": fields(
        {}, {**_MENU, "initial_conversation": characters(50), "response_url_enabled": truth}
    ),
    "channels_select": fields({}, {**_MENU, "initial_channel": characters(50), "response_url_enabled": truth}),
    "external_select": fields({}, {**_MENU, "initial_option": _OPTION, "min_query_length": whole_number(0, 100)}),
    "datepicker": fields({}, {**_MENU, "initial_date": characters(10)}),
    "timepicker": fields({}, {**_MENU, "initial_time": characters(5), "timezone": characters(100)}),
    "checkboxes": fields(
        {"options": items(_OPTION, 10)}, {**_COMMON, "initial_options": items(_OPTION, 10), "focus_on_load": truth}
    ),
    "radio_buttons": fields(
        {"options": items(_OPTION, 10)}, {**_COMMON, "initial_option": _OPTION, "focus_on_load": truth}
    ),
}
INPUTS: dict[str, Check] = {
    "plain_text_input": fields(
        {},
        {
            **_TYPED,
            "multiline": truth,
            "min_length": whole_number(0, 3000),
            "max_length": whole_number(1, 3000),
        },
    ),
    "email_text_input": fields({}, _TYPED),
    "url_text_input": fields({}, _TYPED),
    "number_input": fields(
        {"is_decimal_allowed": truth}, {**_TYPED, "min_value": characters(50), "max_value": characters(50)}
    ),
    **{kind: check for kind, check in MENUS.items() if kind != "overflow"},
}
CONTEXT_ACTIONS: dict[str, Check] = {
    "feedback_buttons": fields(
        {"positive_button": _FEEDBACK, "negative_button": _FEEDBACK}, {"type": characters(50), "action_id": IDENTIFIER}
    ),
    "icon_button": fields(
        {"icon": one_of("trash"), "text": plain_text(75)},
        {
            **_COMMON,
            "value": characters(2000),
            "accessibility_label": characters(75),
            "visible_to_user_ids": items(characters(50), 10),
        },
    ),
}

_STYLE_WORDS = ("bold", "italic", "strike", "code", "underline", "highlight", "client_highlight", "unlink")
_STYLE = fields({}, dict.fromkeys(_STYLE_WORDS, truth))
# No length is published for the text of one element; the sum over a message is limited in block_kit.
_ANY_LENGTH = 40_000
_INLINE = typed(
    {
        "text": fields({"type": _IS("text"), "text": characters(_ANY_LENGTH)}, {"style": _STYLE}),
        "link": fields(
            {"type": _IS("link"), "url": web_address(3000)},
            {"text": characters(_ANY_LENGTH), "style": _STYLE, "unsafe": truth},
        ),
        "user": fields({"type": _IS("user"), "user_id": characters(50)}, {"style": _STYLE}),
        "usergroup": fields({"type": _IS("usergroup"), "usergroup_id": characters(50)}, {"style": _STYLE}),
        "channel": fields({"type": _IS("channel"), "channel_id": characters(50)}, {"style": _STYLE}),
        "team": fields({"type": _IS("team"), "team_id": characters(50)}, {"style": _STYLE}),
        "emoji": fields(
            {"type": _IS("emoji"), "name": characters(100)},
            {"unicode": characters(100), "skin_tone": whole_number(1, 6), "style": _STYLE},
        ),
        "broadcast": fields(
            {"type": _IS("broadcast"), "range": one_of("here", "channel", "everyone")}, {"style": _STYLE}
        ),
        "color": fields({"type": _IS("color"), "value": characters(20)}, {"style": _STYLE}),
        "date": fields(
            {"type": _IS("date"), "timestamp": whole_number(0, 10**11), "format": characters(300)},
            {"url": web_address(3000), "fallback": characters(300), "style": _STYLE},
        ),
    }
)
_MANY = 1000
_BORDER = whole_number(0, 1)
_SECTION = fields({"type": _IS("rich_text_section"), "elements": items(_INLINE, _MANY)}, {})
_PREFORMATTED = fields(
    {"type": _IS("rich_text_preformatted"), "elements": items(_INLINE, _MANY)},
    {"border": _BORDER, "language": characters(50)},
)
_QUOTE = fields({"type": _IS("rich_text_quote"), "elements": items(_INLINE, _MANY)}, {"border": _BORDER})
_LIST = fields(
    {
        "type": _IS("rich_text_list"),
        "style": one_of("bullet", "ordered"),
        "elements": items(typed({"rich_text_section": _SECTION}), _MANY),
    },
    {"indent": whole_number(0, 8), "offset": whole_number(0, 10_000), "border": _BORDER},
)
RICH_TEXT = fields(
    {
        "type": _IS("rich_text"),
        "elements": items(
            typed(
                {
                    "rich_text_section": _SECTION,
                    "rich_text_preformatted": _PREFORMATTED,
                    "rich_text_quote": _QUOTE,
                    "rich_text_list": _LIST,
                }
            ),
            _MANY,
        ),
    },
    {"block_id": IDENTIFIER},
)
RAW_CELLS: dict[str, Check] = {
    "raw_text": fields({"type": _IS("raw_text"), "text": characters(_ANY_LENGTH)}, {}),
    "raw_number": fields({"type": _IS("raw_number"), "value": number}, {"text": characters(_ANY_LENGTH)}),
    "rich_text": RICH_TEXT,
}
