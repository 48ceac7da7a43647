"""Commands, buttons and shortcuts, which Slack delivers once: acknowledged at once, and answered whatever happens."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from bot.local_slack import LocalSlack, load_manifest
from bot.local_slack.records import Delivery
from index import Answer, Library
from tests.support.serving_bots import ServingBot, serving, wait_for_reply

TEXT = "Accord on Tea\n\nThe ministers welcomed the tea convention of Friedrichshafen.\n"


@pytest.fixture
def slack() -> Iterator[LocalSlack]:
    with LocalSlack(load_manifest()) as slack:
        yield slack


@pytest.fixture
def bot(slack: LocalSlack, library: Library) -> Iterator[ServingBot]:
    library.add(TEXT)
    with serving(slack, library, workers=2) as bot:
        yield bot


class SlowLibrary:
    """A library whose answers wait until they may go on."""

    def __init__(self, library: Library) -> None:
        self.is_asked = threading.Event()
        self.may_answer = threading.Event()
        self._library = library

    def __getattr__(self, name: str) -> Any:
        return getattr(self._library, name)

    def public(self) -> "SlowLibrary":
        return self

    def ask(self, *arguments: Any, **options: Any) -> Answer:
        self.is_asked.set()
        assert self.may_answer.wait(20)
        return self._library.ask(*arguments, **options)


def ack_seconds(delivery: Delivery) -> float:
    assert delivery.outcome == "acked"
    assert delivery.acked_at is not None
    assert delivery.sent_at is not None
    return delivery.acked_at - delivery.sent_at


def private(slack: LocalSlack, begins: str) -> dict[str, Any]:
    def find() -> list[dict[str, Any]]:
        return [one for one in slack.ephemerals() if one["text"].startswith(begins)]

    return slack.wait_for(find, what=f"a private {begins!r}")[0]


def help_with_buttons(slack: LocalSlack) -> dict[str, Any]:
    slack.say("@Verbatim help")
    return private(slack, "Ask about the official statements")


def test_commands_are_acknowledged_and_queued_while_workers_are_busy(slack: LocalSlack, library: Library) -> None:
    library.add(TEXT)
    slow: Any = SlowLibrary(library)
    with serving(slack, slow, workers=2):
        help_ = help_with_buttons(slack)
        typed = [slack.run_command("/ask", f"tea {number}?") for number in range(6)]
        assert slow.is_asked.wait(10)
        clicked = slack.click("general", help_["ts"], action_id="ask_example_1", ephemeral=True)
        assert [one.ack_payload for one in typed] == [None] * 6
        assert max(map(ack_seconds, [*typed, clicked])) < 1
        assert not answered(slack)
        slow.may_answer.set()
        slack.wait_for(lambda: len(answered(slack)) == 7, what="every answer")


def test_hundred_commands_at_once_are_all_answered(slack: LocalSlack, library: Library) -> None:
    library.add(TEXT)
    with serving(slack, library), ThreadPoolExecutor(100) as pool:
        typed = list(pool.map(lambda number: slack.run_command("/ask", f"tea {number}?"), range(100)))
        assert {one.outcome for one in typed} == {"acked"}
        slack.wait_for(lambda: len(answered(slack)) == 100, 60, "every answer")
        assert {one.response_url_uses for one in typed} == {1}


def answered(slack: LocalSlack) -> list[dict[str, Any]]:
    return [one for one in slack.ephemerals() if "You asked: " in one["text"]]


@pytest.mark.usefixtures("bot")
def test_unconfirmed_private_answer_is_repeated_and_marked(slack: LocalSlack) -> None:
    for number, status in enumerate((500, 503)):
        slack.fail_next("response_url", error="failed", status=status)
        slack.run_command("/ask", f"tea {number}?")
        slack.wait_for(
            lambda number=number: [  # type: ignore[misc]  # bound at once
                one
                for one in slack.ephemerals()
                if one["text"].startswith("This may be a repetition") and f"tea {number}?" in one["text"]
            ],
            what="the repetition",
        )
        assert sum(f"tea {number}?" in one["text"] for one in slack.ephemerals()) == 1


@pytest.mark.usefixtures("bot")
def test_spent_response_url_is_replaced_by_an_ephemeral_message(slack: LocalSlack) -> None:
    slack.fail_next("response_url", error="used_url", status=404)
    slack.run_command("/ask", "tea?")
    answer = private(slack, "1 passage")
    assert "You asked: tea?" in answer["text"]
    assert [one.method for one in slack.calls if one.response["ok"]][-1] == "chat.postEphemeral"


@pytest.mark.usefixtures("bot")
def test_passage_opened_too_late_is_told(slack: LocalSlack) -> None:
    ts = slack.say("@Verbatim tea?")
    reply = wait_for_reply(slack, "general", ts)
    slack.fail_next("views.open", error="expired_trigger_id")
    slack.click("general", reply["ts"], action_id="show_passage_1")
    private(slack, "That took too long for Slack to open it.")


@pytest.mark.usefixtures("bot")
def test_refused_share_is_told_to_who_clicked(slack: LocalSlack) -> None:
    slack.run_command("/ask", "tea?")
    answer = private(slack, "1 passage")
    slack.fail_next("chat.postMessage", error="is_archived")
    slack.click("general", answer["ts"], action_id="share_answer_1", ephemeral=True)
    private(slack, "Something went wrong")
