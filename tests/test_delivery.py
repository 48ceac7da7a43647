"""Delivery: one answer to each question, through every fault of Slack's and of the way to it."""

import dataclasses
from collections.abc import Callable, Iterator

import pytest

from bot.local_slack import LocalSlack, load_manifest
from bot.ops.metrics import AMBIGUOUS_POSTS
from index import Library
from tests.serving_bots import ServingBot, counted, replies, serving, state_of, wait_for_reply

TEXT = "Accord on Tea\n\nThe ministers welcomed the tea convention of Friedrichshafen.\n"


@pytest.fixture
def slack() -> Iterator[LocalSlack]:
    with LocalSlack(load_manifest(), retry_delays_seconds=(0.2, 1.0, 4.0)) as slack:
        yield slack


@pytest.fixture
def blind_slack() -> Iterator[LocalSlack]:
    """A workspace in which the bot may read no messages, so that it cannot look whether an answer stands."""
    manifest = load_manifest()
    scopes = tuple(scope for scope in manifest.scopes if not scope.endswith(":history"))
    with LocalSlack(dataclasses.replace(manifest, scopes=scopes)) as slack:
        yield slack


@pytest.fixture
def bot(slack: LocalSlack, library: Library) -> Iterator[ServingBot]:
    library.add(TEXT)
    with serving(slack, library, timeout=1) as bot:
        yield bot


FAULTS = {
    "500": {"error": "internal_error", "status": 500},
    "503": {"error": "service_unavailable", "status": 503},
    "error": {"error": "fatal_error"},
    "drop": {"drop": True},
    "timeout": {"drop": True, "hang_seconds": 1.2},
}


def faulty_calls(slack: LocalSlack) -> int:
    """How many posts got no answer or a bad one: the proof that a fault was made."""
    return sum(call.method == "chat.postMessage" and not call.response["ok"] for call in slack.calls)


@pytest.mark.usefixtures("bot")
@pytest.mark.parametrize("fault", ["500", "503", "error", "drop"])
def test_a_post_that_was_not_confirmed_stands_once(slack: LocalSlack, library: Library, fault: str) -> None:
    for after_recording, times in ((False, 1), (False, 3), (True, 1), (True, 3)):
        stood, faulty = counted(AMBIGUOUS_POSTS.labels("stood")), faulty_calls(slack)
        slack.fail_next("chat.postMessage", times=times, after_recording=after_recording, **FAULTS[fault])  # type: ignore[arg-type]  # a mix of types
        ts = slack.say("@Verbatim tea?")
        slack.wait_for(lambda ts=ts: state_of(library, ts) == "sent", what="an answer that is known to stand")  # type: ignore[misc]  # bound at once
        (reply,) = replies(slack, "general", ts)
        assert "may be a repetition" not in reply["text"]
        # What was recorded is found at the first look; what was not is posted until it is.
        assert faulty_calls(slack) - faulty == (1 if after_recording else times)
        assert counted(AMBIGUOUS_POSTS.labels("stood")) - stood == (1 if after_recording else 0)
        slack._api.planned_faults.clear()


@pytest.mark.usefixtures("bot")
@pytest.mark.parametrize("after_recording", [False, True], ids=["before", "after"])
def test_a_post_that_slack_never_answers_stands_once(
    slack: LocalSlack, library: Library, after_recording: bool
) -> None:
    slack.fail_next("chat.postMessage", after_recording=after_recording, **FAULTS["timeout"])  # type: ignore[arg-type]  # as above
    ts = slack.say("@Verbatim tea?")
    slack.wait_for(lambda: state_of(library, ts) == "sent", what="an answer that is known to stand")
    assert len(replies(slack, "general", ts)) == 1
    slack.wait_for(lambda: faulty_calls(slack) == 1, what="the fault")


@pytest.mark.usefixtures("bot")
def test_while_slack_cannot_say_whether_an_answer_stands_it_is_not_posted_again(
    slack: LocalSlack, library: Library
) -> None:
    slack.fail_next("chat.postMessage", after_recording=True, drop=True)
    slack.fail_next("conversations.replies", error="internal_error", status=500, times=4)
    slack.fail_next("conversations.replies", error="ratelimited", retry_after=0)
    ts = slack.say("@Verbatim tea?")
    slack.wait_for(lambda: state_of(library, ts) == "sent", what="an answer that is known to stand")
    assert len(replies(slack, "general", ts)) == 1
    assert [call.status for call in slack.calls if call.method == "conversations.replies"] == [500] * 4 + [429, 200]


@pytest.mark.parametrize(("after_recording", "standing"), [(False, 1), (True, 2)], ids=["before", "after"])
def test_where_the_bot_may_not_look_it_posts_once_more_and_says_so(
    blind_slack: LocalSlack, library: Library, after_recording: bool, standing: int
) -> None:
    library.add(TEXT)
    reposted = counted(AMBIGUOUS_POSTS.labels("reposted"))
    with serving(blind_slack, library):
        blind_slack.fail_next("chat.postMessage", drop=True, after_recording=after_recording)
        ts = blind_slack.say("@Verbatim tea?")
        blind_slack.wait_for(lambda: state_of(library, ts) == "sent", what="an answer")
    answers = replies(blind_slack, "general", ts)
    assert len(answers) == standing
    assert answers[-1]["text"].startswith("This may be a repetition: Slack did not confirm the first answer.\n")
    assert counted(AMBIGUOUS_POSTS.labels("reposted")) - reposted == 1
    assert faulty_calls(blind_slack) == 1


def test_what_cannot_be_looked_for_is_posted_no_third_time(blind_slack: LocalSlack, library: Library) -> None:
    library.add(TEXT)
    abandoned = counted(AMBIGUOUS_POSTS.labels("abandoned"))
    with serving(blind_slack, library):
        blind_slack.fail_next("chat.postMessage", drop=True, after_recording=True, times=5)
        ts = blind_slack.say("@Verbatim tea?")
        blind_slack.wait_for(lambda: state_of(library, ts) == "failed", what="the end of it")
    assert len(replies(blind_slack, "general", ts)) == 2
    assert counted(AMBIGUOUS_POSTS.labels("abandoned")) - abandoned == 1


@pytest.mark.usefixtures("bot")
@pytest.mark.parametrize("code", ["channel_not_found", "is_archived", "not_in_channel"])
def test_a_refusal_of_the_channel_ends_the_question_and_is_told_directly(
    slack: LocalSlack, library: Library, code: str, caplog: pytest.LogCaptureFixture
) -> None:
    slack.fail_next("chat.postMessage", error=code)
    ts = slack.say("@Verbatim tea?")
    direct = slack.wait_for(lambda: slack.messages(slack.direct_channel()), what="a word to the person")[0]
    assert direct["text"].startswith("Slack does not let me answer you in <#CGENERAL01>")
    slack.wait_for(lambda: state_of(library, ts) == "failed", what="the end of it")
    assert replies(slack, "general", ts) == []
    assert faulty_calls(slack) == 1
    assert [record.getMessage() for record in caplog.records if code in record.getMessage()] == [
        f"Slack refused an answer for good ({code})"
    ]


@pytest.mark.usefixtures("bot")
def test_an_answer_that_is_too_long_for_slack_ends_with_a_word_in_the_thread(
    slack: LocalSlack, library: Library
) -> None:
    slack.fail_next("chat.postMessage", error="msg_too_long")
    ts = slack.say("@Verbatim tea?")
    assert wait_for_reply(slack, "general", ts)["text"].startswith("Something went wrong here")
    slack.wait_for(lambda: state_of(library, ts) == "failed", what="the end of it")
    assert faulty_calls(slack) == 1


@pytest.mark.usefixtures("bot")
def test_blocks_that_slack_refuses_go_out_as_their_text(slack: LocalSlack, library: Library) -> None:
    slack.fail_next("chat.postMessage", error="invalid_blocks")
    ts = slack.say("@Verbatim tea?")
    reply = wait_for_reply(slack, "general", ts)
    assert "tea convention" in reply["text"]
    assert not reply.get("blocks")
    slack.wait_for(lambda: state_of(library, ts) == "sent", what="the end of it")


def test_a_revoked_token_ends_the_bot(slack: LocalSlack, bot: ServingBot, library: Library) -> None:
    slack.fail_next("chat.postMessage", error="token_revoked")
    ts = slack.say("@Verbatim tea?")
    slack.wait_for(lambda: bot.token_errors == ["token_revoked"], what="the token's end to be told")
    slack.wait_for(lambda: state_of(library, ts) == "failed", what="the end of it")
    assert faulty_calls(slack) == 1


@pytest.mark.usefixtures("bot")
def test_a_fault_of_our_own_is_confessed_once(slack: LocalSlack, library: Library) -> None:
    with library.database.write() as connection:
        connection.exec_driver_sql("ALTER TABLE change RENAME TO elsewhere")
    ts = slack.say("@Verbatim tea?")
    assert wait_for_reply(slack, "general", ts)["text"].startswith("Something went wrong here")
    slack.wait_for(lambda: state_of(library, ts) == "failed", what="the end of it")
    assert len(replies(slack, "general", ts)) == 1


def delivered_again(slack: LocalSlack, ts: str) -> int:
    return len(slack.redeliver(ts, times=3))


def doubled(slack: LocalSlack, ts: str) -> int:
    return len(slack.replay(ts, times=2))


@pytest.mark.usefixtures("bot")
@pytest.mark.parametrize("again", [delivered_again, doubled], ids=["retry_x3", "dup_attempt0"])
def test_a_question_delivered_again_is_answered_once(
    slack: LocalSlack, again: Callable[[LocalSlack, str], int]
) -> None:
    ts = slack.say("@Verbatim tea?")
    deliveries = [one for one in slack.deliveries if one.event.get("ts") == ts]
    # A mention in a channel comes as two events.
    assert {one.event["type"] for one in deliveries} == {"app_mention", "message"}
    slack.wait_for(lambda: all(one.attempts for one in deliveries), what="the first delivery")
    assert again(slack, ts) >= 2
    wait_for_reply(slack, "general", ts)
    assert again(slack, ts) >= 2
    slack.edit("general", ts, "@Verbatim coffee?")
    settle(slack)
    assert len(replies(slack, "general", ts)) == 1


def settle(slack: LocalSlack) -> None:
    """Wait until one more question is answered, which comes after everything before."""
    wait_for_reply(slack, "general", slack.say("@Verbatim tea?"))


def test_a_question_whose_first_delivery_never_arrived_is_answered_when_it_comes_again(
    slack: LocalSlack, library: Library
) -> None:
    library.add(TEXT)
    ts = slack.say("@Verbatim tea?")
    slack.wait_for(
        lambda: any(one.outcome == "dispatch_failed" for one in slack.deliveries[0].attempts), what="a lost delivery"
    )
    with serving(slack, library):
        wait_for_reply(slack, "general", ts)
        settle(slack)
        assert slack.deliveries[0].attempts[-1].retry_attempt >= 1
        assert len(replies(slack, "general", ts)) == 1


@pytest.mark.usefixtures("bot")
def test_a_question_that_is_deleted_before_its_answer_gets_none(slack: LocalSlack, library: Library) -> None:
    slack.fail_next("chat.postMessage", error="ratelimited", retry_after=1)
    first = slack.say("@Verbatim tea?")
    slack.wait_for(lambda: faulty_calls(slack) == 1, what="the rate limit")
    deleted, last = slack.say("@Verbatim tea?"), slack.say("@Verbatim tea?")
    slack.wait_for(lambda: state_of(library, last) == "claimed", what="three questions at hand")
    slack.delete("general", deleted)
    slack.wait_for(lambda: state_of(library, deleted) == "failed", what="the deleted one to be given up")
    wait_for_reply(slack, "general", last)
    assert [len(replies(slack, "general", ts)) for ts in (first, deleted, last)] == [1, 0, 1]
    posted = [call.arguments["thread_ts"] for call in slack.calls if call.method == "chat.postMessage"]
    assert deleted not in posted
