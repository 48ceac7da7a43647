"""Text as people type it, turned into what Slack stores; and whom a stored message would ping."""

import re
from collections.abc import Iterator, Mapping

from bot.local_slack.records import Json

_BROADCASTS = ("channel", "here", "everyone")
_MENTION = re.compile(r"<@(?P<user>[UW][A-Z0-9]+)(?:\|[^<>]*)?>")
_BROADCAST = re.compile(r"<!(?P<range>here|channel|everyone)(?:\|[^<>]*)?>")
_USERGROUP = re.compile(r"<!subteam\^(?P<group>[A-Z0-9]+)(?:\|[^<>]*)?>")
_BARE_BROADCAST = re.compile(r"(?<![\w@])@(?P<range>here|channel|everyone)\b")


def escape(text: str) -> str:
    """Escape the three characters that Slack escapes."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def stored(typed: str, *, people: Mapping[str, str], channels: Mapping[str, str]) -> tuple[str, list[Json]]:
    """Return the text and the rich text that Slack stores for what somebody typed.

    `people` and `channels` map names to ids. Mentions, channels and links become live; every other
    `&`, `<` and `>` is escaped in the text and literal in the rich text.
    """
    text = ""
    elements: list[Json] = []
    end = 0
    for match, element, markup in _live_parts(typed, people, channels):
        _append_plain(elements, typed[end : match.start()])
        text += escape(typed[end : match.start()]) + markup
        elements.append(element)
        end = match.end()
    _append_plain(elements, typed[end:])
    return text + escape(typed[end:]), elements


def rich_text(elements: list[Json], block_id: str) -> list[Json]:
    """Wrap inline elements into the blocks of a person's message."""
    if not elements:
        return []
    section = {"type": "rich_text_section", "elements": elements}
    return [{"type": "rich_text", "block_id": block_id, "elements": [section]}]


def pinged_by_text(text: str, *, link_names: bool = False) -> Iterator[str]:
    """Yield whom a mrkdwn text pings: user ids, usergroup ids, and @here, @channel, @everyone."""
    for match in _MENTION.finditer(text):
        yield match["user"]
    for match in _BROADCAST.finditer(text):
        yield f"@{match['range']}"
    for match in _USERGROUP.finditer(text):
        yield match["group"]
    if link_names:
        for match in _BARE_BROADCAST.finditer(text):
            yield f"@{match['range']}"


def pinged_by_blocks(block: object) -> Iterator[str]:
    """Yield whom blocks ping, at any depth."""
    if isinstance(block, list):
        for each in block:
            yield from pinged_by_blocks(each)
        return
    if not isinstance(block, dict):
        return
    kind = block.get("type")
    if kind == "user":
        yield str(block.get("user_id"))
    elif kind == "usergroup":
        yield str(block.get("usergroup_id"))
    elif kind == "broadcast":
        yield f"@{block.get('range')}"
    elif kind in {"mrkdwn", "markdown"}:
        yield from pinged_by_text(str(block.get("text", "")))
    for value in block.values():
        if isinstance(value, dict | list):
            yield from pinged_by_blocks(value)


def _live_parts(
    typed: str, people: Mapping[str, str], channels: Mapping[str, str]
) -> Iterator[tuple[re.Match[str], Json, str]]:
    names = sorted((*people, *_BROADCASTS), key=len, reverse=True)
    handles = {name.casefold(): person for name, person in people.items()}
    pattern = re.compile(
        rf"""
          <@(?P<user>[UW][A-Z0-9]+)>                                  # <@UVERBATIM1>, already a mention
        | <\#(?P<channel>C[A-Z0-9]+)(?:\|[^<>]*)?>                    # <#CGENERAL01|general>
        | (?<![\w@])@(?P<name>{"|".join(re.escape(name) for name in names)})(?!\w)   # @Verbatim
        | (?<![\w#])\#(?P<place>{"|".join(map(re.escape, channels)) or "(?!)"})(?![\w-])  # #general
        | (?P<url>https?://[^\s<>|]*[^\s<>|.,;:!?)\]'"])              # a bare address, without the full stop after it
        """,
        re.VERBOSE | re.IGNORECASE,
    )
    for match in pattern.finditer(typed):
        if match["url"]:
            url = match["url"]
            yield match, {"type": "link", "url": url}, f"<{escape(url)}>"
        elif match["name"] and match["name"].casefold() in _BROADCASTS:
            audience = match["name"].casefold()
            yield match, {"type": "broadcast", "range": audience}, f"<!{audience}>"
        elif match["user"] or match["name"]:
            user = match["user"] or handles[match["name"].casefold()]
            yield match, {"type": "user", "user_id": user}, f"<@{user}>"
        else:
            channel = match["channel"] or channels[match["place"].casefold()]
            yield match, {"type": "channel", "channel_id": channel}, f"<#{channel}|>"


def _append_plain(elements: list[Json], text: str) -> None:
    if text:
        elements.append({"type": "text", "text": text})
