"""`verbatim try` as a process, from outside."""

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.conftest import ROOT

_START_SECONDS = 30


@contextlib.contextmanager
def run_try(data: Path, *arguments: str) -> Iterator[str]:
    """Run the command until the block is left, and give the address it prints."""
    with try_process(data, *arguments) as process:
        yield _wait_for_address(process, data.with_suffix(".log"))


@contextlib.contextmanager
def try_process(data: Path, *arguments: str, before: Sequence[str] = ()) -> Iterator[subprocess.Popen[bytes]]:
    """Run the command until the block is left; `before` stands before it, and becomes it."""
    log = data.with_suffix(".log")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("VERBATIM_", "SLACK_"))}
    command = [*before, sys.executable, "-m", "bot", "try", "--no-browser", "--data", str(data), *arguments]
    with log.open("wb") as stream:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=stream, stderr=stream)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for_address(process: subprocess.Popen[bytes], log: Path) -> str:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        for line in log.read_text().splitlines():
            if line.startswith("Local Slack: "):
                return line.split()[2]
        time.sleep(0.05)
    raise AssertionError(f"expected an address within {_START_SECONDS} s, got:\n{log.read_text()}")
