"""Mentions at once: how soon each is acknowledged, and that each is answered once and in order."""

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.local_slack import LocalSlack

_QUESTION = "@Verbatim what do they say about ballistic missile launches?"


@dataclass(frozen=True, slots=True)
class Figures:
    """What became of mentions that were posted at once; times in seconds, memory in MiB."""

    mentions: int
    ack_p50: float
    ack_p99: float
    ack_longest: float
    redelivered: int
    lost: int
    doubled: int
    out_of_order: int
    all_answered_after: float
    memory_before: float
    memory_peak: float

    def __str__(self) -> str:
        return (
            f"{self.mentions} mentions: acknowledged p50 {1000 * self.ack_p50:.0f} ms, p99 {1000 * self.ack_p99:.0f} ms, "
            f"longest {1000 * self.ack_longest:.0f} ms, {self.redelivered} delivered again; {self.lost} lost, "
            f"{self.doubled} doubled, {self.out_of_order} out of order, all answered after {self.all_answered_after:.1f} s; "
            f"memory {self.memory_before:.0f} -> at most {self.memory_peak:.0f} MiB"
        )


def channel_names(count: int) -> list[str]:
    return [f"desk-{number}" for number in range(count)]


def ask_at_once(
    slack: LocalSlack, count: int, channels: Sequence[str], *, process_id: int | None = None, timeout: float = 300
) -> Figures:
    """Mention the bot so often, in turn in each channel, and wait until each mention has its answer."""
    memory_before = _memory(process_id, "VmRSS")
    started = time.monotonic()
    asked = [
        (channel, slack.say(_QUESTION, channel)) for channel in (channels[n % len(channels)] for n in range(count))
    ]

    def is_done() -> bool:
        return len(_answers(slack, channels)) >= count

    while not is_done() and time.monotonic() - started < timeout:
        time.sleep(0.2)
    taken = time.monotonic() - started
    answers = _answers(slack, channels)
    per_question = Counter(ts for _, ts in answers)
    mentions = [one for one in slack.deliveries if one.event.get("type") == "app_mention"]
    acks = sorted(one.acked_at - one.sent_at for one in mentions if one.acked_at and one.sent_at)
    return Figures(
        mentions=count,
        ack_p50=acks[len(acks) // 2],
        ack_p99=acks[int(len(acks) * 0.99)],
        ack_longest=acks[-1],
        redelivered=sum(len(one.attempts) > 1 for one in mentions),
        lost=sum(not per_question[ts] for _, ts in asked),
        doubled=sum(per_question[ts] > 1 for _, ts in asked),
        out_of_order=sum(order != sorted(order) for order in _orders(answers, channels)),
        all_answered_after=taken,
        memory_before=memory_before,
        memory_peak=_memory(process_id, "VmHWM"),
    )


def _answers(slack: LocalSlack, channels: Sequence[str]) -> list[tuple[str, str]]:
    """The channel and the question of each answer, in the order in which they were posted in a channel."""
    return [
        (channel, str(message["thread_ts"]))
        for channel in channels
        for message in slack.messages(channel)
        if message.get("bot_id")
    ]


def _orders(answers: Sequence[tuple[str, str]], channels: Sequence[str]) -> list[list[str]]:
    return [[ts for place, ts in answers if place == channel] for channel in channels]


def _memory(process_id: int | None, field: str) -> float:
    if process_id is None:
        return 0.0
    lines = Path(f"/proc/{process_id}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(f"{field}:"))
