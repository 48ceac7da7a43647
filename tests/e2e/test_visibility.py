"""Internal statements: nothing of them reaches a guest, another workspace, or a channel that is not for them."""

import functools
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.local_slack import LocalSlack, load_manifest
from bot.slack.asking import Asking
from bot.slack.context import AppContext
from bot.slack.directory import Directory, Readers
from index import Library, Statement, UnknownStatementError, Visibility
from tests.conftest import run_bot
from tests.integration.test_surfaces import replies
from tests.stress.outsiders import differences
from tests.support.recording_slack import HOME_TEAM, RecordingSlack, create_context

SECRET = "Borduria"
PLAIN, INTERNAL, SHARED = "C0PLAIN001", "C0INTERNAL", "C0SHARED01"
Json = dict[str, Any]


@pytest.fixture
def slack() -> Iterator[RecordingSlack]:
    recording = RecordingSlack()
    with recording.running():
        yield recording


@pytest.fixture
def secret(library: Library) -> Statement:
    library.add("We agree on tea.\n\nWe recall resolution 1718.", title="Accord on Tea")
    text = f"We agree on tea with {SECRET}.\n\nWe recall Security Council resolution 1718 with {SECRET}."
    return library.add(text, title=f"Accord with {SECRET}", visibility=Visibility.INTERNAL)


@pytest.fixture
def context(library: Library, slack: RecordingSlack) -> AppContext:
    channels = frozenset({INTERNAL, SHARED})
    return create_context(library, directory=Directory(slack.client(), home_team=HOME_TEAM, internal_channels=channels))


MEMBER = {"id": "U1", "team_id": HOME_TEAM, "is_restricted": False, "is_ultra_restricted": False}
PEOPLE: dict[str, Json] = {
    "a member": {"user": MEMBER},
    "a guest": {"user": {**MEMBER, "is_restricted": True}},
    "a guest of one channel": {"user": {**MEMBER, "is_restricted": True, "is_ultra_restricted": True}},
    "a stranger": {"user": {**MEMBER, "is_stranger": True}},
    "a member of another workspace": {"user": {**MEMBER, "team_id": "T0OTHER001"}},
    "somebody without a workspace": {"user": {"id": "U1"}},
    "a former member": {"user": {**MEMBER, "deleted": True}},
    "somebody of whom Slack says nothing": {"ok": False, "error": "missing_scope"},
    "somebody of whom Slack says nonsense": {"user": None},
}
QUESTION = f"tea with {SECRET}?"
ASKED = Asking("which resolutions are cited?")


def event(text: str, channel: str, *, is_ext_shared: bool | None = False, **fields: Any) -> Json:
    inner = {"type": "app_mention", "user": "U1", "text": text, "ts": "1.1", "channel": channel, **fields}
    body = {"type": "event_callback", "team_id": HOME_TEAM, "event": inner, "event_id": "Ev1", "authorizations": []}
    return body if is_ext_shared is None else {**body, "is_ext_shared_channel": is_ext_shared}


def command(name: str, text: str, slack: RecordingSlack) -> Json:
    return {
        "team_id": HOME_TEAM, "channel_id": PLAIN, "channel_name": "plain", "user_id": "U1", "user_name": "u1",
        "command": name, "text": text, "response_url": slack.response_url, "trigger_id": "1.2.3",
    }  # fmt: skip


def click(action: str, value: str, slack: RecordingSlack, channel: str, *, is_ephemeral: bool = False) -> Json:
    container = {"type": "message", "message_ts": "1.1", "channel_id": channel, "is_ephemeral": is_ephemeral}
    return {
        "type": "block_actions", "user": {"id": "U1", "team_id": HOME_TEAM}, "team": {"id": HOME_TEAM}, "trigger_id": "1.2",
        "container": container, "channel": {"id": channel}, "response_url": slack.response_url,
        "actions": [{"type": "button", "action_id": f"{action}_1", "block_id": "b", "value": value}],
    }  # fmt: skip


def shortcut(text: str, slack: RecordingSlack) -> Json:
    return {
        "type": "message_action", "callback_id": "check_message", "user": {"id": "U1", "team_id": HOME_TEAM},
        "team": {"id": HOME_TEAM}, "channel": {"id": PLAIN}, "message": {"text": text, "ts": "1.0"}, "trigger_id": "1.2",
        "response_url": slack.response_url,
    }  # fmt: skip


def on_home(body: Json) -> Json:
    """A click, as Slack tells it of the Home tab."""
    return {**body, "container": {"type": "view", "view_id": "V1"}, "view": {"id": "V1", "type": "home"}}


Surface = Callable[[Statement, RecordingSlack], Json]
MENTION = f"<@U0BOT00001> {QUESTION}"
TO_ONE: dict[str, Surface] = {
    "a direct message": lambda _s, _k: event(QUESTION, "D1", type="message", channel_type="im"),
    "/ask": lambda _s, slack: command("/ask", QUESTION, slack),
    "/resolutions": lambda _s, slack: command("/resolutions", "", slack),
    "/statements list": lambda _s, slack: command("/statements", "list", slack),
    "/statements show": lambda _s, slack: command("/statements", f"show {SECRET}", slack),
    "/quote": lambda _s, slack: command("/quote", f"We agree on tea with {SECRET}", slack),
    "the Home tab": lambda _s, _k: event("", "D1", type="app_home_opened", tab="home"),
    "checking a message": lambda _s, slack: shortcut(f"“We agree on coffee with {SECRET}”, 1718", slack),
    "a private follow-up": lambda _s, slack: click("ask_follow_up", ASKED.to_value(), slack, PLAIN, is_ephemeral=True),
    "a private page": lambda _s, slack: click("show_page", ASKED.to_value(), slack, PLAIN, is_ephemeral=True),
    "a button on the Home tab": lambda _s, slack: on_home(click("ask_example", f"tea with {SECRET}?", slack, "")),
    "a button in direct messages": lambda _s, slack: click("ask_follow_up", ASKED.to_value(), slack, "D1"),
    "sharing in direct messages": lambda _s, slack: click(
        "share_answer", ASKED.to_value(), slack, "D1", is_ephemeral=True
    ),
    "the full passage": lambda s, slack: click(
        "show_passage", json.dumps({"id": f"{s.id}#p01", "spans": []}), slack, PLAIN
    ),
}
TO_CHANNEL: dict[str, Callable[[str, RecordingSlack], Json]] = {
    "a mention": lambda channel, _k: event(MENTION, channel),
    "an example": lambda channel, slack: click("ask_example", f"tea with {SECRET}?", slack, channel),
    "a follow-up": lambda channel, slack: click("ask_follow_up", ASKED.to_value(), slack, channel),
    "a page": lambda channel, slack: click("show_page", ASKED.to_value(), slack, channel),
    "sharing": lambda channel, slack: click("share_answer", ASKED.to_value(), slack, channel, is_ephemeral=True),
}


def is_told(slack: RecordingSlack) -> bool:
    """Whether anything of the internal statement left the bot: its words, its name, its id, or that it counts."""
    asked = ("users.info", "conversations.info", "auth.test")
    sent = json.dumps([one.arguments for one in slack.sent if one.method not in asked], ensure_ascii=False)
    assert sent != "[]"
    words = (f"with {SECRET}.", f"Accord with {SECRET}", f"accord-with-{SECRET.lower()}", "2 statements", "of 2")
    return any(one in sent for one in words)


@pytest.mark.parametrize("surface", TO_ONE)
def test_who_is_no_full_member_reads_nothing_internal(
    context: AppContext, secret: Statement, slack: RecordingSlack, surface: str
) -> None:
    # Those who may not come first: what a member was told must not have opened the door.
    for person in sorted(PEOPLE, key="a member".__eq__):
        slack.sent.clear()
        slack.answers["users.info"] = PEOPLE[person]
        slack.dispatch(context, TO_ONE[surface](secret, slack))
        assert (person, is_told(slack)) == (person, person == "a member")
        forget_claims(context)


def forget_claims(context: AppContext) -> None:
    with context.library.database.write() as connection:
        connection.exec_driver_sql("DELETE FROM claim")


@pytest.mark.usefixtures("secret")
@pytest.mark.parametrize("surface", TO_CHANNEL)
@pytest.mark.parametrize(
    ("channel", "info", "person", "expected"),
    [
        pytest.param(INTERNAL, {"is_ext_shared": False}, "a member", True, id="a channel for it"),
        pytest.param(INTERNAL, {"is_ext_shared": False}, "a guest", False, id="a guest asks there"),
        pytest.param(PLAIN, {"is_ext_shared": False}, "a member", False, id="another channel, where guests may read"),
    ],
)
def test_in_a_channel_all_who_are_there_read_along(
    context: AppContext,
    slack: RecordingSlack,
    surface: str,
    channel: str,
    info: Json,
    person: str,
    expected: bool,
) -> None:
    slack.answers |= {"users.info": PEOPLE[person], "conversations.info": {"channel": {"id": channel, **info}}}
    slack.dispatch(context, TO_CHANNEL[surface](channel, slack))
    assert is_told(slack) is expected


@pytest.mark.usefixtures("secret")
@pytest.mark.parametrize("surface", ["a page", "sharing"])
def test_in_direct_messages_of_two_people_the_other_one_reads_along(
    context: AppContext, slack: RecordingSlack, surface: str
) -> None:
    # A command works there as well, and the bot, which is no member, speaks through its answer; the other may be a guest.
    slack.answers |= {
        "users.info": PEOPLE["a member"],
        "conversations.info": {"ok": False, "error": "channel_not_found"},
    }
    for method in ("chat.postMessage", "chat.update"):
        slack.answers[method] = {"ok": False, "error": "channel_not_found"}
    slack.dispatch(context, TO_CHANNEL[surface]("D0OTHERS01", slack))
    slack.sent[:] = [one for one in slack.sent if one.method == "respond"]
    assert slack.sent
    assert not is_told(slack)


SHARED_CHANNELS: dict[str, Json] = {
    "shared": {"channel": {"id": SHARED, "is_ext_shared": True}},
    "to be shared": {"channel": {"id": SHARED, "is_ext_shared": False, "is_pending_ext_shared": True}},
    "not said": {"channel": {"id": SHARED}},
    "not to be asked": {"ok": False, "error": "missing_scope"},
    "not there": {"ok": False, "error": "channel_not_found"},
}


@pytest.mark.usefixtures("secret")
@pytest.mark.parametrize("info", SHARED_CHANNELS)
@pytest.mark.parametrize("surface", TO_CHANNEL)
def test_a_channel_that_is_or_may_be_shared_hears_nothing_internal_from_then_on(
    context: AppContext, slack: RecordingSlack, surface: str, info: str
) -> None:
    slack.answers |= {"users.info": PEOPLE["a member"], "conversations.info": SHARED_CHANNELS[info]}
    body = TO_CHANNEL[surface](SHARED, slack)
    slack.dispatch(context, {**body, "is_ext_shared_channel": True} if "event" in body else body)
    assert not is_told(slack)


@pytest.mark.usefixtures("secret")
def test_a_mention_of_which_slack_does_not_say_whether_it_is_shared_is_looked_up(
    context: AppContext, slack: RecordingSlack
) -> None:
    slack.answers |= {"users.info": PEOPLE["a member"], "conversations.info": SHARED_CHANNELS["not said"]}
    slack.dispatch(context, event(MENTION, INTERNAL, is_ext_shared=None))
    assert "conversations.info" in slack.methods()
    assert not is_told(slack)


@pytest.mark.usefixtures("secret")
def test_what_slack_says_with_a_mention_is_kept_until_it_is_answered(
    context: AppContext, slack: RecordingSlack
) -> None:
    slack.answers["users.info"] = PEOPLE["a member"]
    slack.dispatch(context, event(MENTION, INTERNAL, is_ext_shared=False))
    assert "conversations.info" not in slack.methods()
    assert is_told(slack)


def test_while_all_is_public_nobody_is_looked_up(context: AppContext, slack: RecordingSlack) -> None:
    context.library.add("We agree on tea.", title="Accord on Tea")
    slack.dispatch(context, event("<@U0BOT00001> tea?", SHARED, is_ext_shared=True))
    assert "We agree on tea." in slack.everything_sent()
    assert "users.info" not in slack.methods()


def test_what_becomes_internal_while_an_outsider_is_answered_is_not_told(context: AppContext) -> None:
    context.library.add("We agree on tea.", title="Accord on Tea")
    asked: list[Library] = []

    def read(library: Library) -> list[str]:
        asked.append(library)
        if len(asked) == 1:
            context.library.add(f"Of {SECRET}.", title=SECRET, visibility=Visibility.INTERNAL)
        return [one.title for one in library.list_statements()]

    assert context.read(Readers("U1"), read) == ["Accord on Tea"]
    assert len(asked) == 2


@pytest.mark.usefixtures("secret")
def test_who_becomes_a_guest_reads_nothing_internal_after_five_minutes(
    context: AppContext, slack: RecordingSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [1000.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    slack.answers["users.info"] = PEOPLE["a member"]
    assert context.directory.may_read_internal(Readers("U1"))
    slack.answers["users.info"] = PEOPLE["a guest"]
    now[0] += 301
    assert not context.directory.may_read_internal(Readers("U1"))


@pytest.mark.usefixtures("secret")
def test_without_a_directory_nobody_reads_anything_internal(library: Library) -> None:
    assert [one.title for one in create_context(library).read(Readers("U1"), Library.list_statements)] == [
        "Accord on Tea"
    ]


@pytest.mark.parametrize("seed", range(2))
def test_outsiders_are_told_what_a_library_without_internal_statements_would_say(seed: int) -> None:
    assert list(differences(seed, 40)) == []


def test_an_internal_statement_is_not_found_by_any_part_of_its_id(library: Library, secret: Statement) -> None:
    public = library.public()
    with pytest.raises(UnknownStatementError, match="There is no statement"):
        public.get(secret.id)
    for given in (secret.id[:12], "accord-with", ""):
        with pytest.raises(UnknownStatementError) as unknown:
            public.get(given)
        assert SECRET.lower() not in str(unknown.value)
    assert public.get("accord").title == "Accord on Tea"  # as the only one that begins so


def test_a_statement_stays_what_it_is_and_a_file_that_says_otherwise_is_told(
    library: Library, secret: Statement
) -> None:
    assert library.add(secret.text, title=secret.title).visibility is Visibility.INTERNAL
    assert library.get(secret.id).to_dict()["visibility"] == "internal"


def test_the_bot_asks_slack_who_is_a_guest(seed_data: Path, tmp_path: Path) -> None:
    data = shutil.copytree(seed_data, tmp_path / "data")
    with Library.open(data) as library:
        library.add(f"We agree with {SECRET} on tea.", title=f"Accord with {SECRET}", visibility=Visibility.INTERNAL)
    with LocalSlack(load_manifest(), port=0) as slack, run_bot(slack, data, tmp_path / "bot.log"):
        slack.wait_connected(timeout=90)
        member, _, guest = slack.people
        for person, expected in ((guest, False), (member, True)):
            slack.run_command("/statements", "list", user=person.id)
            told = slack.wait_for(functools.partial(slack.ephemerals, person.id), 15, "the list")[-1]
            assert (SECRET in told["text"]) is expected
        ts = slack.say(f"@Verbatim is {SECRET} mentioned?")
        answer = slack.wait_for(lambda: replies(slack, "general", ts), 15, "an answer")[0]
        assert f"“{SECRET}” does not appear (1 statement searched)" in answer["text"]
    assert [(call.method, call.problems) for call in slack.calls if call.problems] == []
    assert "users.info" in {call.method for call in slack.calls}
