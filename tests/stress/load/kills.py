"""`python -m tests.stress.load.kills 100`: kill the bot so often, each time over questions, and count the answers to each."""

import argparse
import random
import tempfile
import time
from collections import Counter
from pathlib import Path

from bot.local_slack import LocalSlack, load_manifest
from index import Library
from tests.conftest import SEED, run_bot
from tests.stress.load.mentions import channel_names

_CHANNELS = channel_names(20)
_QUESTIONS = 3
_LONGEST_LIFE_SECONDS = 0.4
_PATIENCE_SECONDS = 180


def main() -> None:
    """Print how many questions were asked, and what became of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kills", type=int, nargs="?", default=100)
    parser.add_argument("--seed", type=int, default=5)
    arguments = parser.parse_args()
    chance = random.Random(arguments.seed)
    with tempfile.TemporaryDirectory() as folder, LocalSlack(load_manifest(), more_channels=_CHANNELS) as slack:
        data = Path(folder) / "data"
        with Library.open(data) as library:
            library.add(SEED)
        asked: list[str] = []
        over_work = 0
        for number in range(arguments.kills):
            with run_bot(slack, data, Path(folder) / f"log{number}") as bot:
                slack.wait_connected(300)
                asked += [
                    slack.say("@Verbatim what about missiles?", chance.choice(_CHANNELS)) for _ in range(_QUESTIONS)
                ]
                time.sleep(chance.random() * _LONGEST_LIFE_SECONDS)
                bot.process.kill()
                bot.process.wait()
            over_work += len(set(asked) - set(_answers(slack)))
            slack.wait_for(lambda: slack.connections == 0, what="the end of its connection")
        with run_bot(slack, data, Path(folder) / "log"):
            until = time.monotonic() + _PATIENCE_SECONDS
            while set(asked) - set(_answers(slack)) and time.monotonic() < until:
                time.sleep(0.5)
            time.sleep(5)
        answers = _answers(slack)
        acknowledged = {
            str(one.event.get("ts")) for one in slack.deliveries if any(two.outcome == "acked" for two in one.attempts)
        }
        lost = [ts for ts in asked if not answers[ts]]
        print(  # noqa: T201 - what it is for
            f"{arguments.kills} kills with {over_work} questions unanswered at them; {len(asked)} asked, "
            f"{sum(ts in acknowledged for ts in lost)} acknowledged and lost, {sum(answers[ts] > 1 for ts in asked)} "
            f"doubled; {sum(ts not in acknowledged for ts in lost)} that Slack gave up after three deliveries, each "
            f"while no bot was there to acknowledge it "
            f"(seed {arguments.seed})"
        )


def _answers(slack: LocalSlack) -> Counter[str]:
    """How many answers each question has."""
    return Counter(
        str(message["thread_ts"]) for name in _CHANNELS for message in slack.messages(name) if message.get("bot_id")
    )


if __name__ == "__main__":
    main()
