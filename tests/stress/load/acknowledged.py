"""`python -m tests.stress.load.acknowledged 10`: kill the bot between acknowledging and answering, and count the answers.

Each round asks by mention, command, click and shortcut at once, kills the bot with signal 9 when all are acknowledged,
and starts it again. What Slack had received before the kill was not between the two, and is counted apart.
"""

import argparse
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bot.local_slack import LocalSlack, load_manifest
from bot.local_slack.records import Delivery
from index import Library
from tests.conftest import SEED, run_bot

KINDS = ("mention", "command", "click", "shortcut")
_QUESTION = "what about missiles?"
_PATIENCE_SECONDS = 90.0
_SETTLING_SECONDS = 1.0
"""A second answer would be there by then."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A task that was acknowledged, and how many answers it has."""

    kind: str
    count: Callable[[], int]


def run_rounds(kills: int, each: int, folder: Path) -> Counter[str]:
    """Return how many tasks of each kind were killed over, and how many of them were answered never, once or twice."""
    tally: Counter[str] = Counter()
    data = folder / "data"
    with Library.open(data) as library:
        library.add(SEED)
    with LocalSlack(load_manifest()) as slack:
        for number in range(kills):
            with run_bot(slack, data, folder / f"killed-{number}") as bot, ThreadPoolExecutor(4 * each) as pool:
                slack.wait_connected(120)
                asking = [pool.submit(ask) for ask in _prepare(slack, each)]
                asked = [one.result(30) for one in asking]
                bot.process.kill()
                bot.process.wait()
            slack.wait_for(lambda: slack.connections == 0, what="the end of its connection")
            before = [one for one in asked if one.count()]
            tally.update(f"{one.kind} answered before the kill" for one in before)
            killed = [one for one in asked if one not in before]
            with run_bot(slack, data, folder / f"restarted-{number}"):
                slack.wait_connected(120)
                deadline = time.monotonic() + _PATIENCE_SECONDS
                while not all(one.count() for one in killed) and time.monotonic() < deadline:
                    time.sleep(0.1)
                time.sleep(_SETTLING_SECONDS)
            tally.update(f"{one.kind} answered {one.count()} times" for one in killed)
            tally.update(f"{one.kind} answered before the kill, {one.count()} times in all" for one in before)
    return tally


def _prepare(slack: LocalSlack, each: int) -> list[Callable[[], Asked]]:
    """Return what asks: `each` of every kind."""
    seen = {one["ts"] for one in slack.ephemerals()}
    slack.say("@Verbatim help")

    def find_help() -> list[str]:
        return [one["ts"] for one in slack.ephemerals() if one["ts"] not in seen and "For example" in one["text"]]

    help_ts = slack.wait_for(find_help, 60, "the help")[0]
    colleague = slack.say("They said “restraint” and cited UNSCR 2397.")
    asking: list[Callable[[], Asked]] = []
    for number in range(each):
        asking += [
            partial(_mention, slack),
            partial(_deliver, "command", lambda: slack.run_command("/ask", _QUESTION)),
            partial(
                _deliver,
                "click",
                lambda number=number: slack.click(  # type: ignore[misc]  # bound at once
                    "general", help_ts, action_id=f"ask_example_{number % 4 + 1}", ephemeral=True
                ),
            ),
            partial(_deliver, "shortcut", lambda: slack.run_message_shortcut("check_message", "general", colleague)),
        ]
    return asking


def _mention(slack: LocalSlack) -> Asked:
    ts = slack.say(f"@Verbatim {_QUESTION}")

    def is_acknowledged() -> bool:
        found = [one for one in slack.deliveries if one.event.get("ts") == ts]
        return any(attempt.outcome == "acked" for one in found for attempt in one.attempts)

    slack.wait_for(is_acknowledged, 20, "an acknowledgement")
    return Asked("mention", lambda: sum(bool(one.get("bot_id")) for one in slack.messages("general", thread_ts=ts)))


def _deliver(kind: str, deliver: Callable[[], Delivery]) -> Asked:
    delivery = deliver()
    if delivery.outcome != "acked":
        raise AssertionError(f"expected the {kind} to be acknowledged, got {delivery.outcome}")
    return Asked(kind, lambda: delivery.response_url_uses)


def main() -> None:
    """Print what became of the tasks."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kills", type=int, nargs="?", default=10)
    parser.add_argument("--each", type=int, default=3, help="tasks of each kind for each kill")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        tally = run_rounds(arguments.kills, arguments.each, Path(folder))
    for name, count in sorted(tally.items()):
        print(f"{count:4} {name}")  # noqa: T201 - what it is for


if __name__ == "__main__":
    main()
