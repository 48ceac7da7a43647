"""Views: any text at all becomes a message that Slack takes, that pings nobody and quotes word for word."""

import datetime
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.local_slack.block_kit import check_message_blocks, check_view
from bot.slack.asking import Asking
from bot.slack.blocks.answer import MAX_FALLBACK_CHARACTERS, PASSAGES_PER_PAGE, Surface, answer_message
from bot.slack.blocks.builders import escape
from bot.slack.blocks.home import home_view
from bot.slack.blocks.messages import (
    EXAMPLES,
    error_message,
    help_message,
    removed_message,
    shared_message,
    usage_message,
)
from bot.slack.blocks.passage import passage_value, passage_view, read_passage_value
from bot.slack.commands import COMMANDS, Usage, read_command
from bot.visible import mark_hidden
from index import (
    Answer,
    AnswerKind,
    CitationsRequest,
    Evidence,
    Filters,
    FollowUp,
    Passage,
    PassageKind,
    Sentence,
    Span,
    Statement,
    StatementSummary,
    format_date,
)
from tests.support.shown import shows

HOSTILE = "<!channel> <@U061F7AUR> <#C1|x> <https://evil.example|bank> @here *b* _i_ `c` & < > :smile: \u202e"

any_text = st.one_of(
    st.text(min_size=1), st.just(HOSTILE), st.text(st.sampled_from("<>&*_`@!|\n .“”あ😀"), min_size=1, max_size=9000)
).filter(str.strip)


def make_evidence(
    sentences: list[str], best: int = 0, title: str = "Joint Statement", source: str | None = None, heading: str = ""
) -> Evidence:
    """A passage made of sentences, somewhere within its statement."""
    start = 100
    parts, at = [], start
    for number, sentence in enumerate(sentences, start=1):
        parts.append(Sentence(number, at, at + len(sentence), sentence))
        at += len(sentence) + 1
    text = " ".join(sentences)
    passage = Passage("s#p01", "s", PassageKind.PARAGRAPH, 1, 3, start, start + len(text), text, tuple(parts))
    summary = StatementSummary("s", title, datetime.date(2022, 3, 25), source, (), 4, 12)
    span = Span(parts[best].start, parts[best].end)
    return Evidence(passage, summary, (span,), 0.5, heading)


def make_answer(*evidence: Evidence, answered: bool = True) -> Answer:
    kind = "passages" if answered else AnswerKind.NOT_FOUND
    notes = () if answered else ("Related passages.",)
    return Answer(kind, answered, "q", f"{len(evidence)} passages.", evidence, notes)


evidence_strategy = st.builds(
    make_evidence,
    st.lists(any_text.map(str.strip).filter(bool), min_size=1, max_size=12),
    title=any_text,
    source=st.one_of(st.none(), any_text, st.sampled_from(["https://www.state.gov/a", "https://www.", "javascript:alert(1)", "http://["])),
)  # fmt: skip


def elements(blocks: Any) -> Iterator[dict[str, Any]]:
    """Every object within blocks."""
    if isinstance(blocks, dict):
        yield blocks
        blocks = list(blocks.values())
    if isinstance(blocks, list):
        for part in blocks:
            yield from elements(part)


def assert_harmless(text: str, blocks: list[dict[str, Any]]) -> None:
    """Nothing in a message is parsed by Slack, and its text is escaped and short enough."""
    assert 0 < len(text) <= MAX_FALLBACK_CHARACTERS
    assert not any(mark in text for mark in "<>")
    for one in elements(blocks):
        assert one.get("type") not in {"mrkdwn", "markdown", "user", "usergroup", "broadcast", "channel", "emoji"}
        assert one.get("text") != ""
        assert one.get("emoji") is not True
        if one.get("type") == "link":
            assert one["url"].startswith(("https://", "http://"))
            assert one["text"] in one["url"]


@given(st.lists(evidence_strategy, min_size=1, max_size=7), st.booleans(), st.one_of(st.just(""), any_text))
def test_any_answer_is_a_message_that_slack_takes(evidence: list[Evidence], answered: bool, asked: str) -> None:
    asking = Asking(asked) if asked else None
    message = answer_message(make_answer(*evidence, answered=answered), asking, surface=Surface.PRIVATE)
    assert check_message_blocks(message.blocks) == []
    assert len(message.blocks) <= 50
    assert sum(len(one["text"]) for one in elements(message.blocks) if one.get("type") == "text") <= 13_200
    assert_harmless(message.text, message.blocks)
    json.dumps(message.blocks).encode()


@given(evidence_strategy)
def test_what_is_quoted_is_the_passage_or_an_unbroken_part_of_it(evidence: Evidence) -> None:
    quote = quoted(answer_message(make_answer(evidence)).blocks)
    words = "".join(part["text"] for part in quote if not part.get("style", {}).get("italic"))
    assert words
    assert words in mark_hidden(evidence.passage.text)
    marks = [part["text"].strip() for part in quote if part.get("style", {}).get("italic")]
    assert set(marks) <= {"[…]"}
    if len(evidence.passage.text) <= 3000:
        assert shows(words, evidence.passage.text)
        assert marks == []


def quoted(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The text elements of the first quotation."""
    found: list[dict[str, Any]] = next(one for one in elements(blocks) if one.get("type") == "rich_text_quote")[
        "elements"
    ]
    return found


def bold(blocks: list[dict[str, Any]]) -> str:
    return "".join(part["text"] for part in quoted(blocks) if part.get("style", {}).get("bold"))


def test_the_best_sentence_is_bold_and_nothing_else_of_the_passage() -> None:
    message = answer_message(make_answer(make_evidence(["We met.", "We condemn it.", "We go on."], best=1)))
    assert bold(message.blocks) == "We condemn it."
    assert [part["text"] for part in quoted(message.blocks)] == ["We met. ", "We condemn it.", " We go on."]


def test_a_long_passage_is_quoted_in_whole_sentences_around_the_best() -> None:
    sentences = [f"This is sentence number {number} of a very long paragraph that goes on." for number in range(200)]
    message = answer_message(make_answer(make_evidence(sentences, best=120)))
    assert bold(message.blocks) == sentences[120]
    words = "".join(part["text"] for part in quoted(message.blocks) if not part.get("style", {}).get("italic"))
    assert words.startswith("This is sentence")
    assert words.endswith("goes on.")
    assert 2500 < len(words) <= 3000
    assert quoted(message.blocks)[0]["text"] == "[…] "
    assert quoted(message.blocks)[-1]["text"] == " […]"


def test_the_fallback_text_holds_the_whole_answer() -> None:
    first, second = make_evidence(["We condemn A & B < C."]), make_evidence(["We urge D."], title="Other")
    text = answer_message(make_answer(first, second), Asking("who?"), surface=Surface.PRIVATE).text
    assert text.splitlines() == [
        "2 passages.",
        "You asked: who?",
        "Joint Statement, 25 March 2022, ¶1: “We condemn A &amp; B &lt; C.”",
        "Other, 25 March 2022, ¶1: “We urge D.”",
    ]


def test_related_passages_are_folded() -> None:
    message = answer_message(make_answer(make_evidence(["A."]), make_evidence(["B."]), answered=False))
    assert message.text.splitlines()[1] == "Related passages."
    kinds = [block["type"] for block in message.blocks]
    assert kinds == ["rich_text", "container"], "folded away"
    folded = message.blocks[1]
    assert folded["title"]["text"] == "Related passages"
    assert folded["is_collapsible"] is folded["default_collapsed"] is True
    assert [block["type"] for block in folded["child_blocks"]] == ["rich_text", "rich_text"]


def test_the_source_is_linked_under_its_own_host_and_anything_else_is_text() -> None:
    def links(source: str) -> list[dict[str, Any]]:
        message = answer_message(make_answer(make_evidence(["A."], source=source)))
        return [one for one in elements(message.blocks) if one.get("type") == "link"]

    assert links("https://www.state.gov/a/b") == [
        {"type": "link", "url": "https://www.state.gov/a/b", "text": "state.gov"}
    ]
    assert links("https://www.")[0]["text"] == "www."
    for source in (
        "S/RES/242(1967)",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "http://[",
        "https://state.gov@evil.example/x",
    ):
        assert links(source) == []
        assert source in json.dumps(answer_message(make_answer(make_evidence(["A."], source=source))).blocks)


def apart(evidence: Evidence, number: int) -> Evidence:
    """The same evidence from a passage of its own."""
    return replace(evidence, passage=replace(evidence.passage, id=f"s#p{number:02}"))


def test_a_page_says_what_it_counts_where_a_passage_is_quoted_more_than_once() -> None:
    quoted = [apart(make_evidence([f"We cite number {number}."]), number // 2) for number in range(12)]
    assert "Quotations 1–5 of 12, from 6 passages" in answer_message(make_answer(*quoted), Asking("q")).text


def test_a_few_lines_of_an_overview_are_shown_to_their_end() -> None:
    line = "“words”: Not word for word. Closest: ¶1 s1 of " + "a title of " * 30 + "words (24 June 2022)."
    few = Answer("check", True, "q", "1 quotation checked.", overview=(line,) * 3)
    assert json.dumps(answer_message(few, Asking("q")).blocks).count("24 June 2022") == 3
    many = answer_message(replace(few, overview=(line,) * 25), Asking("q"))
    assert sum(len(one["text"]) for one in elements(many.blocks) if isinstance(one.get("text"), str)) <= 6_000


def test_pages_of_a_long_answer_leave_nothing_out() -> None:
    answer = make_answer(*(apart(make_evidence([f"We cite number {number}."]), number) for number in range(12)))
    texts = []
    for page in (1, 2, 3):
        message = answer_message(answer, Asking("q", page=page))
        texts += [
            one["elements"][0]["text"] for one in elements(message.blocks) if one.get("type") == "rich_text_quote"
        ]
        first = (page - 1) * PASSAGES_PER_PAGE + 1
        assert f"Passages {first}–{min(first + 4, 12)} of 12" in message.text
    assert texts == [f"We cite number {number}." for number in range(12)]
    labels = [
        one["text"]["text"]
        for one in elements(answer_message(answer, Asking("q", page=2)).blocks)
        if one.get("type") == "button" and one["action_id"].startswith("show_page")
    ]
    assert labels == ["Previous 5", "Next 2"]


def test_the_largest_page_stays_below_what_slack_takes_and_keeps_its_words() -> None:
    evidence = [
        make_evidence(["A long sentence. " * 40] * 9, title="T" * 190, heading=f"H{one}" * 50) for one in range(5)
    ]
    lines = tuple(f"Line {one} " + "x" * 300 for one in range(40))
    notes = tuple(f"Note {one} " + "y" * 900 for one in range(70))
    answer = Answer("citations", True, "q", "H" * 3000, tuple(evidence), notes, lines)
    message = answer_message(answer, Asking("q" * 900), surface=Surface.PRIVATE)
    assert check_message_blocks(message.blocks) == []
    assert sum(len(one["text"]) for one in elements(message.blocks) if isinstance(one.get("text"), str)) <= 13_200
    assert "And 62 more notes." in json.dumps(message.blocks)
    assert "Line 1 " in message.text


def test_an_excerpt_takes_the_whole_of_the_sentence_it_stresses_a_word_of() -> None:
    evidence = make_evidence(["Filler goes on and on here. " * 90, "We urge Russia to stop the war at once."], best=1)
    start = evidence.passage.sentences[1].start + 3
    stressed = replace(evidence, spans=(Span(start, start + 4),))
    words = "".join(part["text"] for part in quoted(answer_message(make_answer(stressed)).blocks))
    assert "We urge Russia to stop the war at once." in words


def test_the_parts_of_a_long_list_are_paged_too() -> None:
    answer = Answer("citations", True, "q", "60 resolutions.", overview=tuple(f"Number {one}" for one in range(60)))
    pages = [answer_message(answer, Asking("q", page=page)).text for page in (1, 2, 3, 9)]
    assert [text.count("Number") for text in pages] == [25, 25, 10, 10]
    assert "Page 2 of 3" in pages[1]


def test_a_group_of_passages_stands_under_its_heading_once() -> None:
    evidence = [make_evidence([f"S {number}."], heading=f"Resolution {number // 2}") for number in range(4)]
    lines = answer_message(make_answer(*evidence)).text.splitlines()
    assert [line for line in lines if line.startswith("Resolution")] == ["Resolution 0", "Resolution 1"]


def buttons(blocks: list[dict[str, Any]], action: str) -> list[dict[str, Any]]:
    return [one for one in elements(blocks) if one.get("type") == "button" and one["action_id"].startswith(action)]


def test_only_a_private_answer_can_be_shared_and_a_shared_one_names_who_asked() -> None:
    answer, asking = make_answer(make_evidence(["A."])), Asking("what is A?")
    shares = {
        surface: buttons(answer_message(answer, asking, surface=surface).blocks, "share_answer") for surface in Surface
    }
    assert {surface for surface, found in shares.items() if found} == {Surface.PRIVATE}
    assert Asking.from_value(shares[Surface.PRIVATE][0]["value"]) == asking
    shared = answer_message(answer, replace(asking, asker="U1"), surface=Surface.SHARED)
    assert {"type": "user", "user_id": "U1"} in list(elements(shared.blocks))
    assert shared.text.splitlines()[:2] == ["1 passages.", "<@U1> asked: what is A?"]


def test_follow_up_button_carries_its_request() -> None:
    request = CitationsRequest(Filters(issuer="G7", since=datetime.date(2022, 1, 1), statement_ids=("a-1", "b-2")))
    answer = Answer("citations", True, "q", "No.", follow_ups=(FollowUp("Show them", request),))
    button = buttons(answer_message(answer, Asking("q")).blocks, "ask_follow_up")[0]
    assert button["text"]["text"] == "Show them"
    assert Asking.from_value(button["value"]) == Asking("Show them", request=request)


def test_what_no_button_can_carry_has_no_button() -> None:
    answer = make_answer(*(make_evidence([f"S {number}."]) for number in range(12)))
    assert buttons(answer_message(answer, Asking("x" * 2000)).blocks, "show_page") == []
    assert "of 12" in answer_message(answer, Asking("x" * 2000)).text


@given(
    st.lists(st.lists(any_text.map(str.strip).filter(bool), min_size=1, max_size=4), min_size=1, max_size=4), st.data()
)
def test_any_passage_is_shown_in_full_between_its_neighbours(texts: list[list[str]], data: st.DataObject) -> None:
    passages, at = [], 0
    for position, sentences in enumerate(texts):
        text = " ".join(sentences)
        passages.append(
            Passage(f"s#p{position}", "s", PassageKind.PARAGRAPH, position + 1, position, at, at + len(text), text, ())
        )
        at += len(text) + 2
    statement = Statement("s", "T", None, None, (), "\n\n".join(one.text for one in passages), tuple(passages))
    chosen = data.draw(st.sampled_from(passages))
    start = data.draw(st.integers(chosen.start, chosen.end - 1))
    span = Span(start, data.draw(st.integers(start + 1, chosen.end)))
    evidence = Evidence(chosen, statement.summary, (span,))
    assert read_passage_value(passage_value(evidence)) == (chosen.id, (span,))
    view = passage_view(statement, chosen.id, (span,))
    assert check_view(view) == []
    assert_harmless("x", view["blocks"])
    shown = "".join(
        part["text"]
        for one in elements(view["blocks"])
        if one.get("type") == "rich_text_quote"
        for part in one["elements"]
    )
    neighbours = passages[max(chosen.position - 1, 0) : chosen.position + 2]
    assert shows(shown, "".join(one.text for one in neighbours))
    stressed = "".join(
        one["text"]
        for one in elements(view["blocks"])
        if one.get("type") == "text" and one.get("style", {}).get("bold")
    )
    assert shows(stressed, f"T{statement.text[span.start : span.end]}")


def test_help_and_errors_are_messages_that_slack_takes() -> None:
    told = [read_command(command, "help") for command in COMMANDS]
    usages = [usage_message(usage.lines) for usage in told if isinstance(usage, Usage)]
    assert len(usages) == len(COMMANDS)
    for message in (help_message(), error_message(), shared_message(), removed_message(), *usages):
        assert check_message_blocks(message.blocks) == []
        assert_harmless(message.text, message.blocks)
    examples = buttons(help_message().blocks, "ask_example")
    assert [button["value"] for button in examples] == list(EXAMPLES)
    assert len({button["action_id"] for button in examples}) == 4


@given(st.lists(st.builds(StatementSummary, any_text, any_text, st.none(), st.one_of(st.none(), any_text), st.just(()),
                          st.integers(0, 99), st.integers(0, 999)), max_size=70))  # fmt: skip
def test_any_home_tab_is_a_view_that_slack_takes(statements: list[StatementSummary]) -> None:
    view = home_view(statements)
    assert check_view(view) == []
    assert_harmless("x", view["blocks"])
    assert len(json.dumps(view)) < 250_000


def test_home_tab_counts_what_it_leaves_out() -> None:
    one = StatementSummary("s", "Title", None, None, (), 1, 1)
    assert "60 statements indexed" in json.dumps(home_view([one] * 60))
    assert "The 50 newest are shown" in json.dumps(home_view([one] * 60))
    assert "verbatim add" in json.dumps(home_view([]))


@given(st.text())
def test_escaping_is_undone_by_slack_to_the_same_text(text: str) -> None:
    escaped = escape(text)
    assert not any(mark in escaped for mark in "<>")
    assert escaped.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") == text


@pytest.mark.parametrize(("date", "written"), [(datetime.date(2022, 3, 5), "5 March 2022"), (None, "no date given")])
def test_dates_are_written_as_people_write_them(date: datetime.date | None, written: str) -> None:
    assert format_date(date) == written
