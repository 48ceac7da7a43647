"""Hostile text: whatever a statement or a question says, Slack shows it and does nothing else with it."""

import pytest

from bot.slack.blocks import answer, forms, home, messages, passage
from bot.slack.blocks.answer import answer_message
from bot.slack.blocks.builders import mark_hidden_characters, rich_text, section, text_run
from bot.slack.blocks.passage import passage_view
from bot.visible import mark_hidden, visible
from index import Answer, Evidence, Passage, PassageKind, Sentence, Span, Statement
from tests.stress.fuzz.answers import check_answers
from tests.stress.fuzz.messages import check_cases
from tests.support.shown import Piece, find_hidden, live, read_blocks, read_mrkdwn, shows

READ = frozenset({"answer_message", "repeated_message", "removal_message", "text_message", "home_view", "passage_view"})
"""What is made of words of others, and read by the cases."""
OF_OUR_OWN_WORDS = frozenset(
    {
        "help_message",
        "usage_message",
        "shared_message",
        "removed_message",
        "error_message",
        "expired_message",
        "unanswerable_message",
        "addition_view",
    }
)


def test_hostile_statements_and_questions_are_shown_and_do_nothing_else() -> None:
    counted = check_cases(range(1_500))
    assert counted["marked"] > 500, "expected hidden characters in many of the cases"
    assert counted["cut"] > 300, "expected many quotations too long for a message"
    assert counted["quotations"] > 1_500


def test_what_is_answered_from_hostile_statements_is_theirs_and_does_nothing_else() -> None:
    counted = check_answers(100, seed=0)
    kinds = [name for name in counted if name.startswith("answers of kind ")]
    assert len(kinds) > 8, "expected answers of most kinds"
    assert counted["quotations"] > 100


def test_every_message_and_view_is_read_by_the_cases() -> None:
    made = {
        name
        for module in (answer, forms, home, messages, passage)
        for name, value in vars(module).items()
        if name.endswith(("_message", "_view")) and not name.startswith(("_", "build_")) and callable(value)
    }
    assert made == READ | OF_OUR_OWN_WORDS


@pytest.mark.parametrize(
    ("text", "lives"),
    [
        ("a <!channel> b", ["!channel"]),
        ("<@U1> <#C1|x>", ["@U1", "#C1"]),
        ("<https://evil.example|state.gov>", ["https://evil.example"]),
        ("&lt;!channel&gt; 1 < 2", []),
        ("<!channel", []),
    ],
)
def test_the_reader_tells_what_would_be_live(text: str, lives: list[str]) -> None:
    assert live(read_mrkdwn(text)) == lives


def test_the_reader_decodes_once_and_refuses_what_it_does_not_know() -> None:
    assert list(read_mrkdwn("&amp;lt;a")) == [Piece("&lt;a")]
    assert live(read_blocks([{"type": "rich_text_section", "elements": [{"type": "broadcast", "range": "here"}]}]))
    assert live(read_blocks({"type": "plain_text", "text": ":tada:"})) == [":tada:"]
    with pytest.raises(AssertionError, match="knows, got image"):
        list(read_blocks([{"type": "image"}]))


@pytest.mark.parametrize(
    "text",
    [
        "👨\u200d👩\u200d👧",
        "❤\ufe0f 1\ufe0f\u20e3",
        "می\u200cخواهم",
        "क्\u200dष",
        "🏳\ufe0f\u200d🌈",
        "line\r\nline\n\ttab",
        "naïve “–…” é",
    ],
)
def test_what_a_script_or_an_emoji_is_written_with_is_left_alone(text: str) -> None:
    assert mark_hidden(text) == text


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("gpj.\u202eexe", "gpj.\ufffdexe"),
        ("state\u200b.gov", "state\ufffd.gov"),
        ("a\u200db", "a\ufffdb"),
        ("a\rb\x1b[2J", "a␍b␛[2J"),
        ("x\ufe0f \U000e0041", "x\ufffd \ufffd"),
        ("م\u202e\u2066", "م\ufffd\ufffd"),
    ],
)
def test_what_cannot_be_seen_is_marked_in_its_place(text: str, marked: str) -> None:
    assert mark_hidden(text) == visible(text) == marked
    assert find_hidden(marked) == []
    assert shows(marked, text)


def test_a_message_says_what_its_marks_stand_for() -> None:
    blocks = mark_hidden_characters([rich_text(section(text_run("a\u202eb\u200b")))])
    assert [piece.text for piece in read_blocks(blocks)] == [
        "a\ufffdb\ufffd",
        "Hidden characters are marked: U+202E right-to-left override, U+200B zero width space.",
    ]


@pytest.mark.parametrize("unit", ["z\u0323", "👨\u200d👩\u200d👧", "\u1112\u1161\u11ab", "🇺🇸", "👍🏽"])
def test_what_is_too_long_is_cut_between_characters_and_marked(unit: str) -> None:
    for lead in range(len(unit)):
        text = "x" * lead + unit * 4_000
        passage = Passage(
            "s#p01", "s", PassageKind.PARAGRAPH, 1, 0, 0, len(text), text, (Sentence(1, 0, len(text), text),)
        )
        statement = Statement("s", text, None, None, (), text, (passage,))
        message = answer_message(
            Answer("passages", True, "q", text, (Evidence(passage, statement.summary, ()),), (text,), (text,))
        )
        modal = passage_view(statement, passage.id, ())
        pieces = [piece.text for piece in (*read_blocks(message.blocks), *read_blocks(modal["blocks"]))]
        pieces += [piece.text for piece in read_mrkdwn(message.text)]
        assert [piece for piece in pieces if _has_a_part(piece, unit)] == []
        assert sum("…" in piece for piece in pieces) >= 5, "expected most of it to be cut, and marked"


@pytest.mark.parametrize("mark", ["\u0301", "\ufe0e", "\u200d", "\U000e0041"])
def test_a_sentence_that_begins_with_a_mark_on_the_space_before_is_quoted_with_it(mark: str) -> None:
    text = f"We met. {mark}We agreed. {mark}We left."
    edges = [(0, 8), (8, text.rindex(mark)), (text.rindex(mark), len(text))]
    sentences = tuple(Sentence(number, *edge, text[slice(*edge)]) for number, edge in enumerate(edges, start=1))
    passage = Passage("s#p01", "s", PassageKind.PARAGRAPH, 1, 0, 0, len(text), text, sentences)
    statement = Statement("s", "T", None, None, (), text, (passage,))
    evidence = Evidence(passage, statement.summary, (), excerpt=Span(*edges[1]))
    message = answer_message(Answer("passages", True, "q", "h", (evidence,)))
    quoted = "".join(piece.text for piece in read_blocks(message.blocks)).partition("[…] ")[2].rpartition(" […]")[0]
    assert shows(quoted, f" {mark}We agreed. {mark}")


def _has_a_part(shown: str, unit: str) -> bool:
    """Tell whether a text has some but not all of the parts of a character."""
    rest = shown.replace(unit, "")
    return any(part in rest for part in unit)
