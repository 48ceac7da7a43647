"""Let a bot work under a mixed load, and judge whether its memory, threads and open files stay as they are.

    python -m tests.stress.soak --minutes 60

The bot is the one of `verbatim serve`, unmodified, over the bundled statements, connected to the local Slack. Exit
status 1 where something grows, a question has no answer, the bot logs an error or does not end well. The samples go to a file as they
are taken, so that a run that is cut short can still be judged: `python -m tests.stress.soak --read FILE`.
"""

import argparse
import json
import shutil
import socket
import sys
import tempfile
import time
from collections import Counter
from dataclasses import asdict
from pathlib import Path

from bot.local_slack import LocalSlack, load_manifest
from index import Library, bundled_statements
from tests.benchmarks.measuring import ROOT, find_percentile
from tests.conftest import Bot, run_bot
from tests.stress.soak.load import Load
from tests.stress.soak.picture import draw_soak
from tests.stress.soak.sampling import Sample, read_metrics, take_sample
from tests.stress.soak.verdict import MEMORY_GATE, Verdict, judge

PICTURE = ROOT / "tests" / "pictures" / "soak.png"
SAMPLE_SECONDS = 10.0
_READY_SECONDS = 120.0


def main() -> int:
    """Run, draw and judge; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--samples", type=Path, default=Path("soak.jsonl"), help="where the samples go")
    parser.add_argument("--picture", type=Path, default=PICTURE)
    parser.add_argument("--read", type=Path, help="judge the samples of this file in place of a run")
    options = parser.parse_args()
    if options.read is not None:
        samples = [Sample(**json.loads(line)) for line in options.read.read_text().splitlines()]
        is_well = True
    else:
        samples, is_well = run(options.minutes, options.seed, options.samples)
    verdict = judge(samples)
    draw_soak(samples, verdict, options.picture)
    _say(_describe(samples, verdict))
    return 0 if verdict.is_flat and is_well else 1


def run(minutes: float, seed: int, target: Path) -> tuple[list[Sample], bool]:
    """Watch a bot at work for some minutes; return the samples, and whether all went well."""
    with tempfile.TemporaryDirectory() as folder:
        data, log = Path(folder, "data"), Path(folder, "bot.log")
        with Library.open(data) as library:
            for _ in library.add_many(bundled_statements()):
                pass
        address = f"127.0.0.1:{_find_free_port()}"
        settings = {"VERBATIM_WATCH_ADDRESS": address, "VERBATIM_LOG": "json", "VERBATIM_LOG_LEVEL": "INFO"}
        with LocalSlack(load_manifest(), port=0) as slack, run_bot(slack, data, log, **settings) as bot:
            slack.wait_connected(_READY_SECONDS)
            load = Load(slack, data, seed=seed)
            load.start()
            try:
                samples = _watch(bot, address, minutes, target)
            finally:
                load.stop()
            counted = read_metrics(address)
            status = bot.stop()
        complaints = Counter(
            f"{one['level']} {one['message']}"
            for one in map(json.loads, log.read_text().splitlines())
            if one["level"] != "INFO"
        )
        shutil.copy(log, target.with_suffix(".log"))
    _say(f"done: {', '.join(f'{count:,} {name}' for name, count in load.done.most_common())}")
    _say(
        f"from the question to the answer in Slack: median {find_percentile(load.seconds, 50):.3f} s, "
        f"99 of 100 within {find_percentile(load.seconds, 99):.3f} s"
    )
    _say(
        f"counted: {counted['verbatim_answers_total']:,.0f} answers, {counted['verbatim_abstentions_total']:,.0f} abstentions"
    )
    for line, count in complaints.most_common():
        _say(f"log: {count:,} x {line}")
    for one in load.unanswered:
        _say(f"unanswered: {one}")
    _say(f"the bot ended with status {status}")
    has_errors = any(line.startswith(("ERROR", "CRITICAL")) for line in complaints)
    return samples, status == 0 and not load.unanswered and not has_errors


def _watch(bot: Bot, address: str, minutes: float, target: Path) -> list[Sample]:
    """Take a sample every ten seconds, and write each down at once."""
    samples = []
    began = time.monotonic()
    with target.open("w") as stream:
        while (passed := time.monotonic() - began) < 60 * minutes:
            samples.append(take_sample(bot.process.pid, address, minutes=passed / 60))
            stream.write(json.dumps(asdict(samples[-1])) + "\n")
            stream.flush()
            time.sleep(SAMPLE_SECONDS)
    return samples


def _describe(samples: list[Sample], verdict: Verdict) -> str:
    last = samples[-1]
    return (
        f"{last.minutes:.0f} minutes, {last.answers:,} answers in {1000 * last.answer_seconds / last.answers:.1f} ms "
        f"and {last.acks:,} acknowledgements in {1000 * last.ack_seconds / last.acks:.1f} ms on average\n"
        f"memory {samples[0].resident:.1f} MiB at first, {last.resident:.1f} MiB at last; after the warm-up it grows by "
        f"{verdict.growth:+.2f} MiB an hour (to be below {MEMORY_GATE:g})\n"
        f"threads {verdict.threads[0]:g} early and {verdict.threads[1]:g} late, open files {verdict.files[0]:g} and "
        f"{verdict.files[1]:g} (medians)\n"
        f"{'FLAT' if verdict.is_flat else 'NOT FLAT'}"
    )


def _find_free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
        return port


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
