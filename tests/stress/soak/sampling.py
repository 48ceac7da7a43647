"""What a running bot takes, from /proc, and how quick it is, from its own /metrics."""

import urllib.request
from dataclasses import dataclass
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Sample:
    """One look at the bot: resident memory in MiB, threads, open files, and what it counted since it started."""

    minutes: float
    resident: float
    threads: int
    files: int
    answers: int
    answer_seconds: float
    acks: int
    ack_seconds: float


def take_sample(process: int, address: str, *, minutes: float) -> Sample:
    """Look at the process with this id, whose watch is at `address`, so many minutes after the start."""
    folder = Path("/proc", str(process))
    status = dict(line.split(":\t", 1) for line in (folder / "status").read_text().splitlines())
    metrics = read_metrics(address)
    return Sample(
        minutes=minutes,
        resident=int(status["VmRSS"].split()[0]) / 1024,
        threads=int(status["Threads"]),
        files=sum(1 for _ in (folder / "fd").iterdir()),
        answers=int(metrics["verbatim_answer_seconds_count"]),
        answer_seconds=metrics["verbatim_answer_seconds_sum"],
        acks=int(metrics["verbatim_ack_seconds_count"]),
        ack_seconds=metrics["verbatim_ack_seconds_sum"],
    )


def read_metrics(address: str) -> dict[str, float]:
    """Return the samples without labels that a bot's watch gives, and the sums over labels of the others."""
    with urllib.request.urlopen(f"http://{address}/metrics", timeout=_SECONDS) as response:
        families = list(text_string_to_metric_families(response.read().decode()))
    values: dict[str, float] = {}
    for family in families:
        for one in family.samples:
            values[one.name] = values.get(one.name, 0.0) + one.value
    return values
