"""Which events are questions, and what is read of them."""

from typing import Any

import pytest

from bot.outbox.tasks import TaskKey
from bot.slack.claiming import is_addressed, read_claim
from bot.slack.typed_text import asks_for_help, read_message, read_typed
from index import Context, Library
from tests.support.recording_slack import create_context

PERSON = {"type": "app_mention", "user": "U1", "channel": "C1", "ts": "1.1", "text": "x"}
DIRECT = {**PERSON, "type": "message", "channel_type": "im"}


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        pytest.param(PERSON, True, id="a mention"),
        pytest.param(DIRECT, True, id="a direct message"),
        pytest.param({**DIRECT, "thread_ts": "1.0"}, True, id="a reply in a direct thread"),
        pytest.param({**DIRECT, "subtype": "file_share"}, True, id="a message with a file"),
        pytest.param({**DIRECT, "subtype": "thread_broadcast"}, True, id="a reply shown in the channel too"),
        pytest.param({**DIRECT, "subtype": "message_changed"}, False, id="an edit"),
        pytest.param({**DIRECT, "subtype": "message_deleted"}, False, id="a deletion"),
        pytest.param({**DIRECT, "subtype": "channel_join"}, False, id="a notice"),
        pytest.param({**DIRECT, "bot_id": "B1"}, False, id="a bot's message, our own among them"),
        pytest.param({**PERSON, "bot_id": "B1"}, False, id="a mention by another bot"),
        pytest.param({**DIRECT, "hidden": True}, False, id="a hidden message"),
        pytest.param({**DIRECT, "user": None}, False, id="nobody's message"),
        pytest.param({**PERSON, "channel": None}, False, id="a message without a channel"),
        pytest.param({**PERSON, "ts": None}, False, id="a message without a time"),
        pytest.param({**DIRECT, "channel_type": "channel"}, False, id="a message of the channel"),
        pytest.param({**DIRECT, "channel_type": "channel", "text": "<@U0BOT> x"}, True, id="a mention as a message"),
        pytest.param({"type": "app_home_opened", "user": "U1"}, False, id="another event"),
        pytest.param({}, False, id="no event at all"),
    ],
)
def test_only_messages_to_the_bot_are_questions(event: dict[str, Any], expected: bool) -> None:
    assert is_addressed(event, "U0BOT") is expected


FOLLOW_UP = {
    **PERSON, "type": "message", "channel_type": "channel", "thread_ts": "1.0", "text": "who voted for them?"
}  # fmt: skip


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        pytest.param(FOLLOW_UP, True, id="who asked goes on asking in the thread"),
        pytest.param({**FOLLOW_UP, "text": "and Ukraine?"}, True, id="a new topic"),
        pytest.param({**FOLLOW_UP, "text": "and Ukraine"}, True, id="without a question mark"),
        pytest.param({**FOLLOW_UP, "text": "thanks!"}, False, id="thanks ask nothing"),
        pytest.param({**FOLLOW_UP, "text": "I will call them tomorrow."}, False, id="talk asks nothing"),
        pytest.param({**FOLLOW_UP, "text": "<@U2> can you check?"}, False, id="a colleague is asked"),
        pytest.param({**FOLLOW_UP, "text": "<@U0BOT00001> and Syria?"}, True, id="a mention in a message event"),
        pytest.param({**FOLLOW_UP, "user": "U2"}, False, id="somebody else in the thread"),
        pytest.param({**FOLLOW_UP, "thread_ts": "9.0"}, False, id="a thread without an answer of ours"),
        pytest.param({**FOLLOW_UP, "ts": "1.0"}, False, id="the message that began the thread"),
        pytest.param({**FOLLOW_UP, "thread_ts": None}, False, id="a message of the channel"),
        pytest.param({**FOLLOW_UP, "bot_id": "B1"}, False, id="our own answer"),
        pytest.param({**FOLLOW_UP, "subtype": "message_changed"}, False, id="an edit"),
    ],
)
def test_thread_is_followed_for_the_person_who_asked(library: Library, event: dict[str, Any], expected: bool) -> None:
    context = create_context(library)
    context.memory.remember(TaskKey("T1", "C1", "1.0"), "U1", Context())
    assert (read_claim(context, {"team_id": "T1", "event": event}) is not None) is expected


def test_colleagues_message_keeps_lines_and_quotation_marks() -> None:
    text = "&gt; We condemn *it* &amp; more\n<@U2|kim> says “<https://x.example|so>”"
    assert read_message(text) == "> We condemn it & more\nkim says “so”"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("<@U0BOT> which resolutions?", "which resolutions?", id="the bot's mention"),
        pytest.param("hey <@U0BOT>, and <@U2|kim>?", "hey , and kim?", id="mentions elsewhere"),
        pytest.param("<@U0BOT> <!channel> *resolutions* <http://x|y> ", "resolutions y", id="mark-up and a broadcast"),
        pytest.param("<#C1|policy> says", "#policy says", id="a channel"),
        pytest.param("see <https://example.org/a>", "see https://example.org/a", id="a bare link"),
        pytest.param("R&amp;D &lt;5% &amp;lt;", "R&D <5% &lt;", id="escaped characters, once"),
        pytest.param(
            "`S/RES/2397` and snake_case_name 2*3*4", "S/RES/2397 and snake_case_name 2*3*4", id="within words"
        ),
        pytest.param("_“quoted words”_\n> and more", "“quoted words” > and more", id="line breaks"),
        pytest.param("<@U0BOT>", "", id="a bare mention"),
        pytest.param("<@U0BOT>, which ones?", "which ones?", id="a mention with a comma"),
        pytest.param("<@U0BOT>: which ones?", "which ones?", id="a mention with a colon"),
        pytest.param(":smile: :+1::skin-tone-2: :tada:", "", id="emoji as Slack sends them"),
        pytest.param(
            "at 10:30:45 in S:RES:2397: what?", "at 10:30:45 in S:RES:2397: what?", id="colons that are no emoji"
        ),
    ],
)
def test_question_is_read_without_mark_up(text: str, words: str) -> None:
    assert read_typed(text, "U0BOT") == words


@pytest.mark.parametrize("typed", ["", "help", "Help!", "HELP ME", "?", "hello", " hi. ", "help,", "help:"])
def test_call_for_help_is_recognised(typed: str) -> None:
    assert asks_for_help(typed)


@pytest.mark.parametrize("typed", ["help the people of Syria?", "who calls for help?", "hi-tech"])
def test_question_about_help_is_no_call_for_help(typed: str) -> None:
    assert not asks_for_help(typed)
