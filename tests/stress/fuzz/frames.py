"""Malformed frames and envelopes over the bot's websocket: it goes on answering, and no thread dies.

python -m tests.stress.fuzz.frames 100000 [SEED]
"""

import json
import random
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bot.local_slack import LocalSlack, load_manifest
from index import Library
from tests.support.encoders import WordEncoder
from tests.support.serving_bots import replies, serving

TEXT = "Accord on Tea\n\nThe ministers welcomed the tea convention of Friedrichshafen.\n"

_TYPES: tuple[Any, ...] = ("events_api", "slash_commands", "interactive", "hello", "goodbye", "", None, 7, [], {})
_VALUES: tuple[Any, ...] = (None, True, 0, -1, 10**30, 1.5, "", "x" * 5000, "\ud800", "<@U1>", [], [[]], {}, {"a": {}})
_KEYS = (
    "event",
    "type",
    "channel",
    "user",
    "text",
    "ts",
    "thread_ts",
    "actions",
    "command",
    "container",
    "view",
    "team",
)


def make_frame(chance: random.Random) -> str | bytes:
    """Return a frame that Slack never sends: no JSON, JSON of another shape, or an envelope of nonsense."""
    made: tuple[str | bytes, ...] = (
        chance.randbytes(chance.randrange(200)),
        "".join(chr(chance.randrange(32, 0xD7FF)) for _ in range(chance.randrange(80))),
        json.dumps(_make_value(chance)),
        "[" * chance.randrange(1, 3000),
        json.dumps(_make_envelope(chance)),
        json.dumps(_make_envelope(chance))[: chance.randrange(1, 60)],
    )
    return chance.choices(made, (1, 1, 2, 1, 8, 2))[0]


def _make_envelope(chance: random.Random) -> dict[str, Any]:
    payload: Any = {key: _make_value(chance) for key in chance.sample(_KEYS, chance.randrange(len(_KEYS)))}
    if chance.random() < 0.5:
        event = {key: _make_value(chance) for key in chance.sample(_KEYS, chance.randrange(len(_KEYS)))}
        payload |= {
            "type": "event_callback",
            "event": event | {"type": chance.choice(("message", "app_mention", None))},
        }
    envelope = {
        "envelope_id": f"fuzz-{chance.random()}",
        "type": chance.choice(_TYPES),
        "payload": chance.choice((payload, payload, payload, _make_value(chance))),
        "accepts_response_payload": chance.choice((True, False, None)),
    }
    for key in chance.sample(list(envelope), chance.choice((0, 0, 1, 2))):
        del envelope[key]
    return envelope


def _make_value(chance: random.Random) -> Any:
    return chance.choice(_VALUES)


def send_frames(slack: LocalSlack, count: int, seed: int) -> Iterator[int]:
    """Send frames, and yield how many were sent each time a thousand were, and at the end."""
    chance = random.Random(seed)
    for number in range(1, count + 1):
        slack.send_frame(make_frame(chance))
        if number % 1000 == 0 or number == count:
            yield number


def main() -> None:
    """Print after every thousand frames whether a question is still answered."""
    count, seed = int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1
    with (
        tempfile.TemporaryDirectory() as folder,
        Library.open(Path(folder), encoder=WordEncoder()) as library,
        LocalSlack(load_manifest()) as slack,
        serving(slack, library),
    ):
        library.add(TEXT)
        before = {one.name for one in threading.enumerate()}
        for sent in send_frames(slack, count, seed):
            ts = slack.say("@Verbatim tea?")
            slack.wait_for(lambda ts=ts: replies(slack, "general", ts), 60, "an answer")  # type: ignore[misc]  # bound at once
            dead = sorted(before - {one.name for one in threading.enumerate()})
            sys.stdout.write(f"{sent:,} frames (seed {seed}): answered; threads that died: {dead}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
