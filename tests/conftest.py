"""Fixtures that many rooms' tests share."""

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from bot.local_slack import LocalSlack, load_manifest
from index import Library, bundled_statements
from tests.support.encoders import WordEncoder

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
ROOT = Path(__file__).parent.parent
SEED = next(path for path in bundled_statements() if path.name.startswith("us-japan-rok"))

os.environ["HF_HUB_OFFLINE"] = "1"


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """An empty library with an encoder that needs no model."""
    with Library.open(tmp_path / "data", encoder=WordEncoder()) as library:
        yield library


@pytest.fixture(scope="session")
def seed_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a store with the seed statement alone, encoded by the bundled model."""
    data = tmp_path_factory.mktemp("seed")
    with Library.open(data) as library:
        library.add(SEED)
    return data


@pytest.fixture(scope="session")
def bundled_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a store with all bundled statements, encoded by the bundled model."""
    data = tmp_path_factory.mktemp("bundled")
    with Library.open(data) as library:
        for path in bundled_statements():
            library.add(path)
    return data


@pytest.fixture(scope="session")
def bundled_library(bundled_data: Path) -> Iterator[Library]:
    """All bundled statements under the bundled model; not to be changed."""
    with Library.open(bundled_data) as library:
        yield library


@dataclass
class Bot:
    """A running bot, the local Slack it is connected to, and the file its standard error goes to."""

    process: subprocess.Popen[bytes]
    slack: LocalSlack
    log: Path

    def read_log(self) -> str:
        return self.log.read_text()

    def stop(self) -> int:
        self.process.terminate()
        return self.process.wait(20)


def bot_environment(slack: LocalSlack, data: Path, **settings: str) -> dict[str, str]:
    """The environment of a bot that differs from an operator's in its values only."""
    kept = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
    return {**kept, "VERBATIM_DATA": str(data), "VERBATIM_LOG_LEVEL": "DEBUG", **slack.environment(), **settings}


@contextlib.contextmanager
def run_bot(slack: LocalSlack, data: Path, log: Path, *arguments: str, **settings: str) -> Iterator[Bot]:
    """Run the bot's own entry point, unmodified, until the block is left."""
    command = [sys.executable, "-m", "bot", "serve", *arguments]
    with log.open("wb") as stream:
        process = subprocess.Popen(
            command, cwd=ROOT, env=bot_environment(slack, data, **settings), stdout=stream, stderr=stream
        )
    try:
        yield Bot(process, slack, log)
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@pytest.fixture(scope="session")
def bot(bundled_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bot]:
    """The bot over all bundled statements, connected by Socket Mode to a local Slack."""
    log = tmp_path_factory.mktemp("log") / "bot.log"
    with LocalSlack(load_manifest(), port=0) as slack, run_bot(slack, bundled_data, log) as running:
        slack.wait_connected(timeout=90)
        yield running


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, without a window."""
    if not Path(CHROMIUM).exists():
        if os.environ.get("CI") == "true":
            pytest.fail("expected Chromium in CI, found none; install the package chromium")
        pytest.skip("Chromium is not installed; the page cannot be looked at")
    with sync_playwright() as playwright:
        chromium = launch_chromium(playwright)
        yield chromium
        chromium.close()


def launch_chromium(playwright: Playwright) -> Browser:
    flags = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
    flags += ["--disable-component-update", "--disable-sync"]
    return playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
