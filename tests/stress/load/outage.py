"""`python -m tests.stress.load.outage --minutes 5`: Slack goes away for so long, by the clock on the wall, and comes back."""

import argparse
import tempfile
import time
from pathlib import Path

from bot.local_slack import LocalSlack, load_manifest
from index import Library
from tests.conftest import SEED, run_bot

_RECONNECTED_SECONDS = 120.0
_ANSWERED_SECONDS = 400.0
_QUESTION = "@Verbatim what about missiles?"


def main() -> None:
    """Print when the bot was back, and what became of the questions that were asked before, during and after."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=5.0)
    seconds = 60 * parser.parse_args().minutes
    with tempfile.TemporaryDirectory() as folder, LocalSlack(load_manifest()) as slack:
        data, log = Path(folder) / "data", Path(folder) / "log"
        with Library.open(data) as library:
            library.add(SEED)
        with run_bot(slack, data, log, VERBATIM_LOG_LEVEL="INFO") as bot:
            slack.wait_connected(120)
            asked = [slack.say(_QUESTION)]
            slack.wait_for(lambda: _count_answers(slack, asked[0]), _ANSWERED_SECONDS, "an answer before")
            slack.go_offline()
            slack.wait_for(lambda: slack.connections == 0, what="the end of every connection")
            for _ in range(3):
                asked.append(slack.say(_QUESTION))
                time.sleep(seconds / 3)
            slack.go_online()
            online_at = time.monotonic()
            slack.wait_connected(_RECONNECTED_SECONDS)
            back = time.monotonic() - online_at
            asked.append(slack.say(_QUESTION))
            until = time.monotonic() + _ANSWERED_SECONDS
            while not all(_count_answers(slack, ts) for ts in asked) and time.monotonic() < until:
                time.sleep(0.5)
            answered = time.monotonic() - online_at
            time.sleep(5)
            status, counts = bot.stop(), [_count_answers(slack, ts) for ts in asked]
        lines = len(log.read_text().splitlines())
    print(  # noqa: T201 - what it is for
        f"away for {seconds:.0f} s: connected {back:.1f} s after Slack was back, all answered after {answered:.1f} s; "
        f"{len(asked)} asked, of them 3 while it was away: {counts.count(0)} lost, "
        f"{sum(one > 1 for one in counts)} doubled; {lines} lines of log; ended with status {status}"
    )


def _count_answers(slack: LocalSlack, ts: str) -> int:
    return sum(bool(message.get("bot_id")) for message in slack.messages("general", thread_ts=ts))


if __name__ == "__main__":
    main()
