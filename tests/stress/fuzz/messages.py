"""Hostile statements and questions → every message and view of the bot, read as Slack would: nothing live, all shown.

`python -m tests.stress.fuzz.messages 100000 [SEED]` prints how many of each were read. A failure names its seed.
"""

import collections
import datetime
import json
import random
import sys
import time
from collections.abc import Collection, Sequence
from typing import Any

from bot.local_slack.block_kit import check_message_blocks, check_view
from bot.slack.asking import Asking
from bot.slack.blocks.answer import Surface, answer_message
from bot.slack.blocks.builders import Message
from bot.slack.blocks.forms import removal_message
from bot.slack.blocks.home import home_view
from bot.slack.blocks.messages import repeated_message, text_message
from bot.slack.blocks.passage import passage_value, passage_view
from index import (
    Answer,
    AnswerKind,
    Context,
    Evidence,
    Filters,
    FollowUp,
    Passage,
    PassageKind,
    SearchRequest,
    Sentence,
    Span,
    Statement,
)
from tests.support.shown import borders, find_hidden, is_whole, live, read_blocks, read_mrkdwn, shows

_LIVE = (
    "<!channel>", "<!here>", "<!everyone>", "<!here|here>", "<!subteam^S0123>", "<!date^1^{date}^https://a.example|x>",
    "<@U061F7AUR>", "<@U061F7AUR|kim>", "<@W1>", "<#C061EG9SL>", "<#C1|general>", "<https://evil.example|state.gov>",
    "<https://evil.example>", "<mailto:a@b.example|x>", "<javascript:alert(1)|x>", "&lt;!channel&gt;", "&amp;lt;!here&amp;gt;",
    "&#60;!channel&#62;", "&lt", "<", ">", "&", "|", "<<!channel>>", "<!chan\u200bnel>", "＜!channel＞", "﹤@U061F7AUR﹥", "< !channel>", "<!channel",
    "@channel", "@here", "@everyone", "#general", "https://evil.example/?a=b&c=<d>", "www.evil.example", "a@b.example",
    "*b*", "_i_", "~s~", "`c`", "```pre```", "> quote", ":smile:", ":+1::skin-tone-2:", "\\u003c!channel\\u003e", "%3C!channel%3E",
)  # fmt: skip
_HIDDEN = tuple("\u202e\u202d\u202a\u202b\u202c\u2066\u2067\u2068\u2069\u200e\u200f\u061c\u200b\u200c\u200d\u2060\ufeff\u00ad\u034f"
                "\u180e\u115f\u3164\uffa0\ufe0f\ufe0e\u2028\u2029\x0b\x0c\x1b\x07\x85\x7f\r\ufff9\U000e0041\U000e0100")  # fmt: skip
_SEEN = ("e\u0301", "n\u0303\u0323", "👨\u200d👩\u200d👧", "🏳\ufe0f\u200d🌈", "👍🏽", "🇺🇸🇯🇵", "می\u200cخواهم", "क्\u200dष", "각", "\u1112\u1161\u11ab", "あ", "😀",
         "\r\n", "\n", "\n\n", "\t", " ", "  ", "“", "”", "…", "א", "ا")  # fmt: skip
_WORDS = (
    "We",
    "condemn",
    "the",
    "launch",
    "of",
    "S/RES/2397",
    "(2017)",
    "and",
    "urge",
    "DPRK",
    "peace.",
    "It",
    "agreed:",
    "3.",
)
_SOURCES = ("https://www.state.gov/a", "https://state.gov@evil.example/x", "https://state.gov\u202e.evil.example", "javascript:alert(1)",
            "https://", "http://[", "https://a.example/<!channel>", "https://a.example/|<@U1>", "HTTPS://A.EXAMPLE", "S/RES/242(1967)",
            "https://а.example", "https://a.example/" + "x" * 4000, "//evil.example", "data:text/html,x", "https://a.example\\@b.example")  # fmt: skip
_MOST_FALLBACK_CHARACTERS = 4_000
"""Where Slack splits or cuts a text."""

_LENGTHS = (1, 2, 4, 8, 16, 60)
_LONG_LENGTHS = (300, 1_200, 5_000)
_LONG_EVERY = 40
"""One text in so many is longer than what a message takes."""


class Hostile:
    """Draws hostile texts, and statements and answers made of them; the same of the same seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def text(self, *, may_be_long: bool = True) -> str:
        """Return a text that is not blank."""
        is_long = may_be_long and self.random.randrange(_LONG_EVERY) == 0
        kinds = self.random.choices((_LIVE, _HIDDEN, _SEEN, _WORDS), weights=(3, 2, 2, 4), k=self.random.randint(1, 4))
        gap = self.random.choice(("", " ", " ", "\n"))
        length = self.random.choice(_LONG_LENGTHS if is_long else _LENGTHS)
        parts = self.random.choices([one for kind in kinds for one in kind], k=length)
        if self.random.randrange(200) == 0:
            parts.append("a" + "\u0301" * self.random.choice((50, 5_000)))
        text = gap.join(parts)
        return text if text.strip() else f"x{text}"

    def statement(self) -> Statement:
        """Return a statement of hostile passages, the sentences of which fill them."""
        texts = [self.text() for _ in range(self.random.randint(1, 3))]
        whole, passages = "\n\n".join(texts), []
        at = 0
        for position, text in enumerate(texts):
            cut = self.random.choice(borders(text))
            edges = [(0, cut), (cut, len(text))] if 0 < cut < len(text) else [(0, len(text))]
            sentences = tuple(
                Sentence(number, at + start, at + end, text[start:end])
                for number, (start, end) in enumerate(edges, start=1)
            )
            passages.append(
                Passage(
                    f"s#p{position}", "s", PassageKind.PARAGRAPH, position + 1, position, at, at + len(text), text, sentences
                )
            )  # fmt: skip
            at += len(text) + 2
        source = self.random.choice((None, self.random.choice(_SOURCES), self.text()))
        date = self.random.choice((None, datetime.date(2022, 3, 25)))
        issuers = tuple(self.text() for _ in range(self.random.randint(0, 2)))
        return Statement("s", self.text(), date, source, issuers, whole, tuple(passages))

    def evidence(self, statement: Statement) -> Evidence:
        """Return a passage of a statement, with parts of it stressed and struck."""
        passage = self.random.choice(statement.passages)
        spans = tuple(self._span(passage) for _ in range(self.random.randint(0, 2)))
        excerpt = self.random.choice((None, None, Span(passage.sentences[0].start, passage.sentences[0].end)))
        heading = self.random.choice(("", self.text()))
        struck = (self._span(passage),) if self.random.randrange(5) == 0 else ()
        return Evidence(passage, statement.summary, spans, 0.5, heading, excerpt, struck)

    def answer(self, statement: Statement) -> Answer:
        """Return an answer of any kind with hostile words wherever words can be."""
        return Answer(
            self.random.choice(list(AnswerKind)),
            self.random.random() < 0.7,
            self.text(),
            self.text(),
            tuple(self.evidence(statement) for _ in range(self.random.choice((0, 1, 1, 2, 7)))),
            tuple(self.text() for _ in range(self.random.choice((0, 1, 12)))),
            tuple(self.text() for _ in range(self.random.choice((0, 0, 1, 30)))),
            tuple(FollowUp(self.text(), SearchRequest(self.text())) for _ in range(self.random.randint(0, 2))),
            self.random.choice((None, Context(Filters(statement=self.text()), self.text(), "search"))),
        )

    def asking(self) -> Asking:
        """Return a question on any page, by anybody: also by an id that is none."""
        asker = self.random.choice((None, "", "U061F7AUR", self.text(may_be_long=False)))
        return Asking(self.text(), None, self.random.randint(1, 3), asker=asker)

    def _span(self, passage: Passage) -> Span:
        start = self.random.randint(passage.start, passage.end - 1)
        return Span(start, self.random.randint(start + 1, passage.end))


def check_case(seed: int) -> collections.Counter[str]:
    """Make every message and view of one hostile statement and question, and read them; return how much was read.

    Raises:
        AssertionError: something would be live, hidden, misquoted or refused by Slack.
    """
    hostile = Hostile(seed)
    counted: collections.Counter[str] = collections.Counter(cases=1)
    statement = hostile.statement()
    answer, asking = hostile.answer(statement), hostile.asking()
    surface = hostile.random.choice(list(Surface))
    message = answer_message(answer, asking, surface=surface)
    may_mention = surface is Surface.SHARED and asking.asker == "U061F7AUR"
    mentions = ["@U061F7AUR"] if may_mention else []
    for made in (message, repeated_message(message)):
        check_message(made, {statement.source}, mentions)
    for made in (removal_message(statement.summary), text_message(hostile.text(may_be_long=False))):
        check_message(made, {statement.source})
    counted += check_quotations(message, answer)
    home = home_view([statement.summary] * hostile.random.choice((0, 1, 60)))
    chosen = hostile.random.choice(statement.passages)
    modal = passage_view(statement, chosen.id, hostile.evidence(statement).spans)
    for view in (home, modal):
        assert check_view(view) == []
        check_shown(view["blocks"], {statement.source})
    _check_modal(modal, statement, chosen)
    for evidence in answer.evidence:
        assert len(passage_value(evidence)) <= 2_000
    return counted + collections.Counter(messages=4, views=2, marked=bool(find_hidden(statement.text)))


def check_message(message: Message, sources: Collection[str | None], mentions: Sequence[str] = ()) -> None:
    """Check that a message would be taken, links to nothing but sources, and mentions nobody else."""
    assert check_message_blocks(message.blocks) == []
    assert 0 < len(message.text) < _MOST_FALLBACK_CHARACTERS
    assert live(read_mrkdwn(message.text)) == list(mentions), "live in the fallback text"
    assert find_hidden(message.text) == []
    check_shown(message.blocks, sources, mentions)


def check_shown(blocks: list[dict[str, Any]], sources: Collection[str | None], mentions: Sequence[str] = ()) -> None:
    """Check that nothing in blocks is hidden, and nothing live but links to sources and some mentions."""
    for piece in read_blocks(blocks):
        assert find_hidden(piece.text) == [], "hidden where it is shown"
        if piece.live.startswith("user "):
            assert f"@{piece.live.removeprefix('user ')}" in mentions
        elif piece.live:
            assert piece.live in sources, "live in the blocks"
            assert piece.live.lower().startswith(("https://", "http://"))
            host = piece.live.split("/")[2].lower()
            assert piece.text.lower() in {host, host.removeprefix("www.")}, "a link that says it leads elsewhere"
    assert len(json.dumps(blocks)) < 250_000


def check_quotations(message: Message, answer: Answer) -> collections.Counter[str]:
    """Check that every quotation is its passage, or a part of it cut between characters and marked as cut."""
    counted: collections.Counter[str] = collections.Counter()
    quotes = [one["elements"] for one in _rich_texts(message.blocks) if one["type"] == "rich_text_quote"]
    passages = [one.passage.text for one in answer.evidence]
    for elements in quotes:
        is_cut_before = elements[0]["text"] == "[…] " and elements[0].get("style") == {"italic": True}
        is_cut_after = elements[-1]["text"] == " […]" and elements[-1].get("style") == {"italic": True}
        words = "".join(one["text"] for one in elements[is_cut_before : len(elements) - is_cut_after])
        counted["quotations"] += 1
        counted["cut"] += is_cut_before or is_cut_after
        assert any(_is_part(words, text, is_cut_before, is_cut_after) for text in passages), "misquoted"
    return counted


def _is_part(words: str, text: str, is_cut_before: bool, is_cut_after: bool) -> bool:
    if not (is_cut_before or is_cut_after):
        return shows(words, text)
    # Where the part could begin: at the beginning if it is cut behind only, so as to end with the text if before only.
    latest = len(text) - len(words)
    places = [0] if not is_cut_before else [latest] if not is_cut_after else range(1, latest)
    return any(
        shows(words, text[at : at + len(words)]) and (_is_monstrous(text) or is_whole(text, at, at + len(words)))
        for at in places
        if at >= 0
    )


def _is_monstrous(text: str) -> bool:
    """Tell whether a text has one character of thousands of marks, for which there is no room in any message."""
    return "\u0301" * 1_000 in text


def _check_modal(view: dict[str, Any], statement: Statement, chosen: Passage) -> None:
    """Check that the parts of the passages are together the whole of them."""
    quotes = [one["elements"] for one in _rich_texts(view["blocks"]) if one["type"] == "rich_text_quote"]
    words = "".join(one["text"] for elements in quotes for one in elements)
    around = statement.passages[max(chosen.position - 1, 0) : chosen.position + 2]
    assert shows(words, "".join(one.text for one in around)), "misquoted in full"


def _rich_texts(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    inner = [one for block in blocks for one in block.get("child_blocks", [block])]
    return [part for block in inner if block["type"] == "rich_text" for part in block["elements"]]


def check_cases(seeds: range) -> collections.Counter[str]:
    """Check a case for each seed; return how much was read in all.

    Raises:
        AssertionError: naming the seed of the first case that fails.
    """
    counted: collections.Counter[str] = collections.Counter()
    for seed in seeds:
        try:
            counted += check_case(seed)
        except AssertionError as error:
            raise AssertionError(f"seed {seed}: {error}") from error
    return counted


def main() -> None:
    """Check as many cases as are asked for."""
    count, first = (int(one) for one in (*sys.argv[1:3], "0")[:2])
    started = time.monotonic()
    counted = check_cases(range(first, first + count))
    told = ", ".join(f"{number:,} {name}" for name, number in sorted(counted.items()))
    print(f"{told}; nothing live, hidden or misquoted; {time.monotonic() - started:.0f} s")  # noqa: T201


if __name__ == "__main__":
    main()
