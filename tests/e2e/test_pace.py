"""The pace of answers: a channel's order and limits are kept, and hold up nobody else."""

import itertools
import threading
import time
from collections.abc import Iterator

import pytest

from bot.local_slack import LocalSlack, load_manifest
from bot.local_slack.records import ApiCall
from bot.outbox.queues import ChannelQueues
from bot.outbox.worker import Pauses
from index import Library
from tests.stress.load.mentions import ask_at_once, channel_names
from tests.support.serving_bots import ServingBot, serving, state_of, wait_for_reply

TEXT = "Accord on Tea\n\nThe ministers welcomed the tea convention of Friedrichshafen.\n"
PACE = 0.4


@pytest.fixture
def slack() -> Iterator[LocalSlack]:
    with LocalSlack(load_manifest(), more_channels=channel_names(40)) as slack:
        yield slack


@pytest.fixture
def bot(slack: LocalSlack, library: Library) -> Iterator[ServingBot]:
    library.add(TEXT)
    with serving(slack, library, pauses=Pauses(between_posts=PACE)) as bot:
        yield bot


def posts(slack: LocalSlack, channel: str) -> list[tuple[str, float]]:
    """Which question each post in a channel answered, and when."""
    return [(one["thread_ts"], float(one["ts"])) for one in slack.messages(channel) if one.get("bot_id")]


@pytest.mark.usefixtures("bot")
def test_queued_questions_keep_order_and_pace(slack: LocalSlack) -> None:
    asked = [slack.say("@Verbatim tea?") for _ in range(5)]
    elsewhere = slack.say("@Verbatim tea?", "policy-desk")
    for ts in asked:
        wait_for_reply(slack, "general", ts)
    made = posts(slack, "general")
    assert [ts for ts, _ in made] == asked
    # The first may be answered before the others are there.
    gaps = [later - earlier for (_, earlier), (_, later) in itertools.pairwise(made)][1:]
    assert min(gaps) >= PACE * 0.9
    (alone,) = posts(slack, "policy-desk")
    assert alone[0] == elsewhere
    assert alone[1] < made[2][1]


@pytest.mark.usefixtures("bot")
def test_shared_answers_keep_pace_and_wait_for_rate_limits(slack: LocalSlack) -> None:
    for number in range(4):
        slack.run_command("/ask", f"tea {number}?")
    slack.wait_for(lambda: len(slack.ephemerals(channel="general")) == 4, what="four private answers")
    slack.fail_next("chat.postMessage", error="ratelimited", retry_after=1)
    for answer in slack.ephemerals(channel="general"):
        slack.begin_click("general", answer["ts"], action_id="share_answer_1", ephemeral=True)

    def shared() -> list[float]:
        return [float(one["ts"]) for one in slack.messages("general") if one.get("bot_id")]

    slack.wait_for(lambda: len(shared()) == 4, what="what was shared")
    gaps = [later - earlier for earlier, later in itertools.pairwise(shared())]
    assert min(gaps) >= PACE * 0.9

    def statuses() -> list[int]:
        return [one.status for one in slack.calls if one.method == "chat.postMessage"]

    # A message is there a moment before its call is noted.
    slack.wait_for(lambda: len(statuses()) == 5, what="the calls noted")
    assert statuses() == [429, 200, 200, 200, 200]


@pytest.mark.usefixtures("bot")
def test_rate_limit_delays_its_channel_alone(slack: LocalSlack, library: Library) -> None:
    # In more channels than there are workers, which would all be waiting.
    limited = ["general", *channel_names(11)]
    slack.fail_next("chat.postMessage", error="ratelimited", retry_after=3, times=len(limited))
    asked = {name: [slack.say("@Verbatim tea?", name)] for name in limited}

    def refusals() -> list[ApiCall]:
        return [one for one in slack.calls if one.status == 429]

    slack.wait_for(lambda: len(refusals()) == len(limited), what="every rate limit")
    asked["general"] += [slack.say("@Verbatim tea?") for _ in range(2)]
    others = [(name, slack.say("@Verbatim tea?", name)) for name in channel_names(40)[11:]]
    for name, ts in others:
        wait_for_reply(slack, name, ts)
    # Workers that wait for the first would be late with the others.
    assert refusals()[-1].at - refusals()[0].at < 3
    for name in limited:
        wait_for_reply(slack, name, asked[name][-1])
        assert [ts for ts, _ in posts(slack, name)] == asked[name]
    assert posts(slack, "general")[0][1] - refusals()[0].at >= 3
    assert len(refusals()) == len(limited)
    slack.wait_for(lambda: {state_of(library, ts) for ts in asked["general"]} == {"sent"}, what="the end of it")


def test_two_hundred_mentions_are_acknowledged_soon_and_answered_once(slack: LocalSlack, library: Library) -> None:
    library.add(TEXT)
    with serving(slack, library, pauses=Pauses(between_posts=0.01)):
        figures = ask_at_once(slack, 200, channel_names(40), timeout=60)
    assert (figures.lost, figures.doubled, figures.out_of_order) == (0, 0, 0)
    assert figures.redelivered == 0
    # Slack waits for 3 s; on an idle machine it is a tenth of this.
    assert figures.ack_p99 < 1.5


def test_delayed_queue_keeps_its_order_and_delays_no_other() -> None:
    freed = threading.Event()
    queues: ChannelQueues[int] = ChannelQueues(on_free=freed.set)
    queues.add("limited", [1, 2])
    queues.add("other", [3])
    assert queues.take() == ("limited", 1)
    queues.delay("limited", 0.2)
    delayed_at = time.monotonic()
    assert queues.take() == ("other", 3)
    queues.finish("other", 9.0)
    assert freed.is_set()  # alone in its queue, it leaves no pause behind
    assert queues.take() == ("limited", 1)
    assert time.monotonic() - delayed_at >= 0.2
    queues.finish("limited", 0.1)
    finished_at = time.monotonic()
    assert queues.take() == ("limited", 2)
    assert time.monotonic() - finished_at >= 0.1
    queues.finish("limited", 9.0)
    assert queues.channels == {"limited"}  # what queued up keeps its pace though more came later
    queues.close()
    assert queues.take() is None
