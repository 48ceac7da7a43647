"""What people do with the bot while it is watched: everything they can, at the pace of a busy workspace."""

import random
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

from bot.local_slack import LocalSlack
from bot.slack.blocks.answer import FOLLOW_UP_ACTION, PAGE_ACTION
from bot.slack.blocks.passage import SHOW_PASSAGE_ACTION
from tests.conftest import ROOT, bot_environment
from tests.unit.test_views import elements

PAUSE_SECONDS = (0.5, 2.0)
CHANGE_SECONDS = 45.0
"""A statement comes or goes so often."""

REFRESH_SECONDS = 300.0
"""Slack asks for a new connection every few hours; here more often."""

RUSH = ("general", "policy-desk") * 40
"""The channels of the questions that are asked at once in the beginning."""

COMMAND_RUSHES, COMMANDS_AT_ONCE = 3, 16
"""How often, and by how many at once, each question is then asked by a command: the encoder keeps buffers for each shape
that it has met, and every thread what its first work needs.
"""

_ANSWER_SECONDS = 120.0

QUESTIONS = (
    "which resolutions are cited?",
    "which resolutions are cited in the Syria statements?",
    "what do they say about ballistic missile launches?",
    "how many times is Taiwan mentioned?",
    "did they say “a nuclear war cannot be won and must never be fought”?",
    "who released the Washington Declaration?",
    "what do they demand of Belarus?",
    "which statements do you have since 2023?",
    "can a nuclear war be won?",
    "what was the price of tea in 1742?",
)
FOLLOW_UPS = ("and Syria?", "who issued them?", "and in the G7 statements?", "what about Ukraine?")
COMMANDS = (
    ("/ask", "what do they say about missile technology?"),
    ("/resolutions", ""),
    ("/resolutions", "2254"),
    ("/quote", "“a nuclear war can never be won”"),
    ("/statements", "list"),
    ("/statements", "positions Belarus"),
    ("/statements", "count “ballistic missile”"),
)
BUTTONS = (FOLLOW_UP_ACTION, PAGE_ACTION, SHOW_PASSAGE_ACTION)


class Load:
    """People who ask, one thread each, and somebody who adds and removes statements; `done` counts what they did.

    `unanswered` is what had no answer within two minutes: it must stay empty.
    """

    def __init__(self, slack: LocalSlack, data: Path, *, seed: int) -> None:
        self.done: Counter[str] = Counter()
        self.seconds: list[float] = []
        self.unanswered: list[str] = []
        self._slack = slack
        self._data = data
        self._stop = threading.Event()
        works: list[Callable[[], None]] = [
            partial(self._ask_on, one.id, random.Random(f"{seed} {one.id}")) for one in slack.people
        ]
        self._threads = [threading.Thread(target=work) for work in [*works, self._change_on, self._refresh_on]]

    def start(self) -> None:
        """Ask much at once, so that every pool is as full as it gets before anything counts; then begin."""
        asked = [(channel, self._slack.say(f"@Verbatim {QUESTIONS[0]}", channel)) for channel in RUSH]
        for channel, ts in asked:
            self._wait_for_reply(channel, ts, 1)
        with ThreadPoolExecutor(COMMANDS_AT_ONCE) as pool:
            for question in (*QUESTIONS, *FOLLOW_UPS, *(text for _, text in COMMANDS)) * COMMAND_RUSHES:
                list(pool.map(self._run_command, [("/ask", question, "general")] * COMMANDS_AT_ONCE))
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _ask_on(self, person: str, chance: random.Random) -> None:
        """Do one thing after another as a person until told to stop."""
        doings: dict[Callable[[random.Random, str], object], int] = {
            self._mention: 4,
            self._follow_up: 3,
            self._write_directly: 3,
            self._command: 3,
            self._click: 3,
            self._deliver_again: 1,
            self._open_home: 1,
        }
        while not self._stop.wait(chance.uniform(*PAUSE_SECONDS)):
            (doing,) = chance.choices(list(doings), list(doings.values()))
            name = getattr(doing, "__name__", "").strip("_")
            try:
                doing(chance, person)
            except AssertionError as error:
                self.unanswered.append(f"{name}: {error}")
            self.done[name] += 1

    def _mention(self, chance: random.Random, person: str) -> str:
        channel = self._channel_of(person)
        ts = self._slack.say(f"@Verbatim {chance.choice(QUESTIONS)}", channel, user=person)
        self._wait_for_reply(channel, ts, 1)
        return ts

    def _follow_up(self, chance: random.Random, person: str) -> None:
        channel, ts = self._channel_of(person), self._mention(chance, person)
        self._slack.say(f"@Verbatim {chance.choice(FOLLOW_UPS)}", channel, user=person, thread_ts=ts)
        self._wait_for_reply(channel, ts, 2)

    def _write_directly(self, chance: random.Random, person: str) -> None:
        ts = self._slack.direct_message(chance.choice(QUESTIONS), user=person)
        self._wait_for_reply(self._slack.direct_channel(person), ts, 1)

    def _command(self, chance: random.Random, person: str) -> None:
        self._run_command((*chance.choice(COMMANDS), self._channel_of(person)), user=person)

    def _run_command(self, typed: tuple[str, str, str], *, user: str | None = None) -> None:
        """Type a command with its text into a channel, and wait for its answer."""
        delivery = self._slack.run_command(*typed, user=user)
        self._wait(lambda: delivery.response_url_uses, delivery.label)

    def _click(self, chance: random.Random, person: str) -> None:
        """Use a button of an answer: go on asking, turn the page, or read a passage in full."""
        channel, ts = self._channel_of(person), self._mention(chance, person)
        reply = self._replies(channel, ts)[0]
        buttons = [one["action_id"] for one in elements(reply.get("blocks", [])) if one.get("type") == "button"]
        known = [one for one in buttons if one.startswith(BUTTONS)]
        if not known:
            return
        action = chance.choice(known)
        self._slack.click(channel, reply["ts"], action_id=action, user=person)
        if action.startswith(FOLLOW_UP_ACTION):
            self._wait_for_reply(channel, ts, 2)
        elif action.startswith(PAGE_ACTION):
            self._wait(lambda: self._replies(channel, ts)[0].get("blocks") != reply["blocks"], action)
        elif action.startswith(SHOW_PASSAGE_ACTION):
            (view,) = self._wait(lambda: self._slack.modals(person), action)
            self._slack.close_view(view["id"], user=person)

    def _deliver_again(self, chance: random.Random, person: str) -> None:
        channel, ts = self._channel_of(person), self._mention(chance, person)
        self._slack.redeliver(ts, times=2)
        self._slack.replay(ts)
        if len(self._replies(channel, ts)) != 1:
            raise AssertionError("expected one answer after every delivery")

    def _open_home(self, _chance: random.Random, person: str) -> None:
        self._slack.open_home(person)

    def _change_on(self) -> None:
        """Add a statement that was never there, or remove it again, by the command line beside the bot."""
        path = self._data.parent / "passing.txt"
        environment = bot_environment(self._slack, self._data)
        number, statement = 0, ""
        while not self._stop.wait(CHANGE_SECONDS):
            if statement:
                arguments = ["remove", statement]
            else:
                number += 1
                paragraphs = (f"The ministers took note of report {number}.{part} on airships." for part in range(40))
                path.write_text(f"Statement {number} on Airships\n\n" + "\n\n".join(paragraphs) + "\n")
                arguments = ["add", str(path)]
            command = [sys.executable, "-m", "bot", *arguments]
            output = subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True)
            statement = "" if statement else output.stdout.split()[1]
            self.done[arguments[0]] += 1

    def _refresh_on(self) -> None:
        while not self._stop.wait(REFRESH_SECONDS):
            self._slack.disconnect()
            self.done["refresh"] += 1

    def _channel_of(self, person: str) -> str:
        """Return where a person asks: each elsewhere, since Slack takes one message a second in a channel."""
        you, colleague, _ = (one.id for one in self._slack.people)
        return {you: "general", colleague: "policy-desk"}.get(person) or self._slack.direct_channel(person)

    def _replies(self, channel: str, ts: str) -> list[dict[str, Any]]:
        return [message for message in self._slack.messages(channel, thread_ts=ts) if message.get("bot_id")]

    def _wait_for_reply(self, channel: str, ts: str, count: int) -> None:
        began = time.monotonic()
        self._wait(lambda: len(self._replies(channel, ts)) >= count, f"answer {count} to {ts}")
        self.seconds.append(time.monotonic() - began)

    def _wait(self, predicate: Callable[[], Any], what: str) -> Any:
        return self._slack.wait_for(predicate, _ANSWER_SECONDS, what)
