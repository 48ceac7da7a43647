"""Delivery: one answer to each question, through every fault of Slack's and of the way to it."""

import dataclasses
from collections.abc import Callable, Iterator

import pytest

from bot.local_slack import LocalSlack, load_manifest
from bot.ops.metrics import AMBIGUOUS_POSTS
from index import Library
from tests.support.serving_bots import ServingBot, counted, replies, serving, state_of, wait_for_reply

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
def test_unconfirmed_post_appears_once(slack: LocalSlack, library: Library, fault: str) -> None:
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
def test_unanswered_post_appears_once(slack: LocalSlack, library: Library, after_recording: bool) -> None:
    slack.fail_next("chat.postMessage", after_recording=after_recording, **FAULTS["timeout"])  # type: ignore[arg-type]  # as above
    ts = slack.say("@Verbatim tea?")
    slack.wait_for(lambda: state_of(library, ts) == "sent", what="an answer that is known to stand")
    assert len(replies(slack, "general", ts)) == 1
    slack.wait_for(lambda: faulty_calls(slack) == 1, what="the fault")


@pytest.mark.usefixtures("bot")
def test_nothing_is_posted_again_while_slack_cannot_be_asked(slack: LocalSlack, library: Library) -> None:
    slack.fail_next("chat.postMessage", after_recording=True, drop=True)
    slack.fail_next("conversations.replies", error="internal_error", status=500, times=4)
    slack.fail_next("conversations.replies", error="ratelimited", retry_after=0)
    ts = slack.say("@Verbatim tea?")
    slack.wait_for(lambda: state_of(library, ts) == "sent", what="an answer that is known to stand")
    assert len(replies(slack, "general", ts)) == 1
    assert [call.status for call in slack.calls if call.method == "conversations.replies"] == [500] * 4 + [429, 200]


@pytest.mark.parametrize(("after_recording", "standing"), [(False, 1), (True, 2)], ids=["before", "after"])
def test_post_nobody_can_look_for_is_repeated_once_and_marked(
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


def test_unconfirmed_post_is_never_sent_three_times(blind_slack: LocalSlack, library: Library) -> None:
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
def test_channel_refusal_is_told_directly(
    slack: LocalSlack, library: Library, code: str, caplog: pytest.LogCaptureFixture
) -> None:
    slack.fail_next("chat.postMessage", error=code)
    ts = slack.say("@Verbatim tea?")
    direct = slack.wait_for(lambda: slack.messages(slack.direct_channel()), what="a word to the person")[0]
    assert direct["text"].startswith("Slack does not let me answer you in <#CGENERAL01>")
    slack.wait_for(lambda: state_of(library, ts) == "failed", what="the end of it")
    assert replies(slack, "general", ts) == []
    assert [record.getMessage() for record in caplog.records if code in record.getMessage()] == [
        f"Slack refused a message for good ({code})"
    ]


@pytest.mark.parametrize(
    ("refusals", "said"), [(1, "tea convention"), (2, "tea convention"), (9, "Something went wrong")]
)
@pytest.mark.usefixtures("bot")
def test_too_long_answer_is_shortened(slack: LocalSlack, library: Library, refusals: int, said: str) -> None:
    # The apology comes after the answer and three shorter ones.
    slack.fail_next("chat.postMessage", error="msg_too_long", times=min(refusals, 4))
    ts = slack.say("@Verbatim tea?")
    assert said in wait_for_reply(slack, "general", ts)["text"]
    slack.wait_for(lambda: state_of(library, ts) == ("failed" if refusals > 4 else "sent"), what="the end of it")
    assert len(replies(slack, "general", ts)) == 1


@pytest.mark.usefixtures("bot")
def test_too_long_answer_is_sent_again_with_less_of_each_passage(slack: LocalSlack, library: Library) -> None:
    library.add("Accord on Cocoa\n\n" + "\n\n".join(f"Cocoa {n} " + "is grown here. " * 180 for n in range(3)))
    slack.fail_next("chat.postMessage", error="msg_too_long")
    ts = slack.say("@Verbatim cocoa?")
    slack.wait_for(lambda: state_of(library, ts) == "sent", what="the end of it")
    long, short = [len(str(call.arguments["blocks"])) for call in slack.calls if call.method == "chat.postMessage"]
    assert short < long


FOREIGN_ANSWERS = {
    "no JSON": {"body": "<html>Sign in</html>", "status": 200},
    "half a JSON": {"body": '{"ok": tr', "status": 200},
    "a proxy's 404": {"body": "<html>Not Found</html>", "status": 404},
    "a proxy's JSON": {"body": '{"message": "no route"}', "status": 403},
}


@pytest.mark.usefixtures("bot")
@pytest.mark.parametrize("answer", FOREIGN_ANSWERS)
@pytest.mark.parametrize("after_recording", [False, True], ids=["before", "after"])
def test_answer_not_from_slack_leaves_a_post_unconfirmed(
    slack: LocalSlack, library: Library, answer: str, after_recording: bool
) -> None:
    for method in ("chat.postMessage", "conversations.replies"):
        slack.fail_next(method, after_recording=after_recording, **FOREIGN_ANSWERS[answer])  # type: ignore[arg-type]  # as above
    ts = slack.say("@Verbatim tea?")
    slack.wait_for(lambda: state_of(library, ts) == "sent", what="the end of it")
    (reply,) = replies(slack, "general", ts)
    assert "tea convention" in reply["text"]
    assert "repetition" not in reply["text"]


@pytest.mark.usefixtures("bot")
@pytest.mark.parametrize("answer", FOREIGN_ANSWERS)
def test_answer_not_from_slack_loses_no_private_answer(slack: LocalSlack, answer: str) -> None:
    slack.fail_next("response_url", **FOREIGN_ANSWERS[answer])  # type: ignore[arg-type]  # as above
    slack.run_command("/ask", "tea?")
    private = slack.wait_for(slack.ephemerals, what="the answer")
    assert ["tea convention" in one["text"] for one in private] == [True]


@pytest.mark.usefixtures("bot")
def test_rate_limit_with_status_200_is_waited_for(slack: LocalSlack, library: Library) -> None:
    slack.fail_next("chat.postMessage", error="rate_limited", status=200, retry_after=0)
    slack.fail_next("response_url", error="rate_limited", status=200, retry_after=0)
    ts = slack.say("@Verbatim tea?")
    assert "tea convention" in wait_for_reply(slack, "general", ts, 45)["text"]
    slack.wait_for(lambda: state_of(library, ts) == "sent", what="the end of it")
    assert len(replies(slack, "general", ts)) == 1


def test_no_apology_follows_an_answer_that_may_have_arrived(blind_slack: LocalSlack, library: Library) -> None:
    library.add(TEXT)
    with serving(blind_slack, library):
        blind_slack.fail_next("chat.postMessage", drop=True, after_recording=True)
        blind_slack.fail_next("chat.postMessage", error="is_archived")
        ts = blind_slack.say("@Verbatim tea?")
        blind_slack.wait_for(lambda: state_of(library, ts) == "failed", what="the end of it")
    assert ["tea convention" in one["text"] for one in replies(blind_slack, "general", ts)] == [True]
    assert blind_slack.messages(blind_slack.direct_channel()) == []


@pytest.mark.usefixtures("bot")
def test_refused_blocks_are_sent_as_text(slack: LocalSlack, library: Library) -> None:
    slack.fail_next("chat.postMessage", error="invalid_blocks")
    ts = slack.say("@Verbatim tea?")
    reply = wait_for_reply(slack, "general", ts)
    assert "tea convention" in reply["text"]
    assert not reply.get("blocks")
    slack.wait_for(lambda: state_of(library, ts) == "sent", what="the end of it")


def test_revoked_token_leaves_questions_to_the_next_process(
    slack: LocalSlack, library: Library, caplog: pytest.LogCaptureFixture
) -> None:
    library.add(TEXT)
    with serving(slack, library) as bot:
        slack.fail_next("chat.postMessage", error="ratelimited", retry_after=1, times=2)
        asked = [(name, slack.say("@Verbatim tea?", name)) for name in ("general", "policy-desk") for _ in range(2)]
        slack.wait_for(lambda: faulty_calls(slack) == 2, what="the rate limits")
        slack.revoke_token()
        slack.wait_for(lambda: bot.token_errors, what="the end of the token")
    assert bot.token_errors == ["token_revoked"]
    assert caplog.text.count("Slack does not accept the token any more (token_revoked)") == 1
    assert {state_of(library, ts) for _, ts in asked} == {"claimed"}
    slack.restore_token()
    with serving(slack, library):
        for name, ts in asked:
            assert "tea convention" in wait_for_reply(slack, name, ts)["text"]
        slack.wait_for(lambda: {state_of(library, ts) for _, ts in asked} == {"sent"}, what="the end of it")
    assert [len(replies(slack, name, ts)) for name, ts in asked] == [1] * 4


@pytest.mark.usefixtures("bot")
def test_internal_error_is_reported_once(slack: LocalSlack, library: Library) -> None:
    with library.database.write() as connection:
        connection.exec_driver_sql("ALTER TABLE change RENAME TO elsewhere")
    ts = slack.say("@Verbatim tea?")
    assert wait_for_reply(slack, "general", ts)["text"].startswith("Something went wrong")
    slack.wait_for(lambda: state_of(library, ts) == "failed", what="the end of it")
    assert len(replies(slack, "general", ts)) == 1


def delivered_again(slack: LocalSlack, ts: str) -> int:
    return len(slack.redeliver(ts, times=3))


def doubled(slack: LocalSlack, ts: str) -> int:
    return len(slack.replay(ts, times=2))


@pytest.mark.usefixtures("bot")
@pytest.mark.parametrize("again", [delivered_again, doubled], ids=["retry_x3", "dup_attempt0"])
def test_repeated_delivery_is_answered_once(slack: LocalSlack, again: Callable[[LocalSlack, str], int]) -> None:
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


def test_redelivery_of_a_lost_delivery_is_answered(slack: LocalSlack, library: Library) -> None:
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
def test_deleted_question_gets_no_answer(slack: LocalSlack, library: Library) -> None:
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


@pytest.mark.usefixtures("bot")
@pytest.mark.parametrize("both", [False, True], ids=["message alone", "both events"])
def test_mention_that_comes_as_a_message_is_answered_once(slack: LocalSlack, both: bool) -> None:
    if not both:
        slack.withhold_app_mention()
    ts = slack.say("@Verbatim tea?")
    wait_for_reply(slack, "general", ts)
    settle(slack)
    types = {one.event["type"] for one in slack.deliveries if one.event.get("ts") == ts}
    assert types == ({"app_mention", "message"} if both else {"message"})
    assert len(replies(slack, "general", ts)) == 1
