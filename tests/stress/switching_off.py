"""`python -m tests.stress.switching_off`: switch protections off, one at a time in a copy of the project; a test must turn red.

Exit status 1 where one stays green, or is red with every protection in its place.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import ROOT

_LONGEST_SECONDS = 400.0


@dataclass(frozen=True, slots=True)
class Protection:
    """Lines of the code that protect, what stands in their place when they do not, and the test that must notice."""

    name: str
    path: str
    on: str
    off: str
    test: str


PROTECTIONS = (
    Protection(
        "a claim is made once",
        "bot/outbox/store.py",
        "~sa.exists().where(_IS_BOUND)",
        "sa.true()",
        "test_conversations.py::test_message_is_claimed_once",
    ),
    Protection(
        "fencing by the number of the lease",
        "bot/outbox/store.py",
        '    _claim.c.attempts == sa.bindparam("of_attempt"),\n',
        '    sa.bindparam("of_attempt", type_=sa.Integer) >= 0,\n',
        "test_conversations.py::test_changed_clock_loses_and_doubles_nothing",
    ),
    Protection(
        "a look before posting again",
        "bot/outbox/worker.py",
        "found = find_posted(self._client, post)",
        "found = DeliveryState.MISSING",
        "test_delivery.py::test_unconfirmed_post_appears_once",
    ),
    Protection(
        "no retries by the SDK on posts",
        "bot/slack/app.py",
        "        retry_handlers=[],\n",
        "",
        "test_delivery.py::test_unconfirmed_post_appears_once",
    ),
    Protection(
        "no third post",
        "bot/outbox/worker.py",
        "if job.is_repetition:",
        "if False:",
        "test_delivery.py::test_unconfirmed_post_is_never_sent_three_times",
    ),
    Protection(
        "deleted questions are withdrawn",
        "bot/outbox/store.py",
        "        self._commits.run(lambda connection: connection.execute(failed))\n",
        "",
        "test_delivery.py::test_deleted_question_gets_no_answer",
    ),
    Protection(
        "the watchdog looks twice",
        "bot/ops/watchdog.py",
        "if problem is not None and was_wrong:",
        "if problem is not None:",
        "test_outages.py::test_watchdog_ends_a_stuck_process_and_spares_a_late_one",
    ),
    Protection(
        "ping age on monotonic time",
        "bot/slack/transport/socket_mode.py",
        "now - answered_at > times.unanswered_ping and",
        "False and",
        "test_outages.py::test_unread_connection_is_replaced",
    ),
    Protection(
        "the signature is compared",
        "bot/slack/transport/request_guard.py",
        "return hmac.compare_digest(expected, signature)",
        "return bool(expected)",
        "test_http_mode.py::test_hostile_requests_are_refused_alike",
    ),
    Protection(
        "the age is checked",
        "bot/slack/transport/request_guard.py",
        "if abs(skew) > MAX_AGE_SECONDS:",
        "if abs(skew) < 0:",
        "test_http_mode.py::test_hostile_requests_are_refused_alike",
    ),
    Protection(
        "a replay is refused",
        "bot/slack/transport/request_guard.py",
        "if signed_at < oldest or signature in self._signed_at:",
        "if signed_at < oldest:",
        "test_http_mode.py::test_replayed_command_or_click_is_refused",
    ),
    Protection(
        "only admins",
        "bot/slack/permissions.py",
        " and person.user_id in self.admins",
        "",
        "test_managing.py::test_only_an_admin_changes_anything_on_any_surface",
    ),
    Protection(
        "only of the home workspace",
        "bot/slack/permissions.py",
        "person.team_id == self.home_team and ",
        "",
        "test_managing.py::test_only_an_admin_changes_anything_on_any_surface",
    ),
    Protection(
        "guests are no members",
        "bot/slack/directory.py",
        "if not is_home or any(user.get(name, False) for name in _LESS_THAN_MEMBERS):",
        "if not is_home:",
        "test_visibility.py::test_who_is_no_full_member_reads_nothing_internal",
    ),
    Protection(
        "shared channels hear nothing",
        "bot/slack/directory.py",
        'return channel.get("is_ext_shared") is False and not channel.get("is_pending_ext_shared")',
        "return bool(channel)",
        "test_visibility.py::test_a_channel_that_is_or_may_be_shared_hears_nothing_internal_from_then_on",
    ),
    Protection(
        "`escape` returns the text",
        "bot/slack/blocks/builders.py",
        'return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")',
        "return text",
        "test_hostile_text.py::test_hostile_statements_and_questions_are_shown_and_do_nothing_else",
    ),
    Protection(
        "`mark_hidden` returns the text",
        "bot/visible.py",
        "return _HIDDEN.sub(lambda match: _mark(match[0]), text)",
        "return text",
        "test_hostile_text.py::test_what_cannot_be_seen_is_marked_in_its_place",
    ),
    Protection(
        "RLIMIT_AS",
        "index/corpus/sandbox.py",
        "resource.RLIMIT_AS: MEMORY_BYTES, ",
        "",
        "test_hostile_files.py::test_a_file_that_takes_over_its_reader_is_confined",
    ),
    Protection(
        "environment passed on to the reading process",
        "index/corpus/sandbox.py",
        "env={**kept, ",
        "env={**os.environ, ",
        "test_hostile_files.py::test_a_file_that_takes_over_its_reader_is_confined",
    ),
    Protection(
        "secrets struck out of every JSON field",
        "bot/ops/logs.py",
        "return redact(value) if isinstance(value, str) else type(value).__name__",
        "return value if isinstance(value, str) else type(value).__name__",
        "test_logs.py::test_json_fields_are_redacted_and_on_one_line",
    ),
    Protection(
        "secrets struck out of every line",
        "bot/ops/logs.py",
        "return redact(line)",
        "return line",
        "test_logs.py::test_secrets_are_redacted",
    ),
    Protection(
        "log not emptied",
        "index/corpus/sqlite.py",
        '            (is_busy, *_) = connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()\n',
        "            is_busy = connection is None\n",
        "test_secrets.py::test_question_is_erased_from_disk_once_answered",
    ),
    Protection(
        "what is read is compared with its checksum",
        "index/corpus/sql_store.py",
        "    if not condition:\n        raise ValueError",
        "    if False:\n        raise ValueError",
        "test_doctor.py::test_rows_swapped_between_statements_are_never_used",
    ),
    Protection(
        "a newer store is refused",
        "index/corpus/sqlite.py",
        "                if _get_version(connection) > self._version:  # migrated while it was open here\n",
        "                if False:\n",
        "test_migrations.py::test_store_migrated_by_a_newer_version_is_not_written_to",
    ),
    Protection(
        "a store that is replaced while it is open is not written to",
        "index/corpus/sqlite.py",
        "if _identify(self.path) != self._identity:\n                raise",
        "if False:\n                raise",
        "test_store.py::test_a_store_replaced_while_open_is_not_written_to",
    ),
    Protection(
        "commits are on disk",
        "index/corpus/sqlite.py",
        '"synchronous = FULL"',
        '"synchronous = OFF"',
        "test_store.py::test_connections_have_the_required_settings",
    ),
    Protection(
        "terms that only removed statements had are forgotten",
        "index/search/terms.py",
        "found.frequencies > 0",
        "found.frequencies >= 0",
        "test_terms.py::test_words_of_removed_statements_are_forgotten",
    ),
    Protection(
        "an old connection is read until it is closed",
        "bot/slack/transport/socket_client.py",
        "        if self._may_overlap:\n",
        "        if not self._may_overlap:\n",
        "test_outages.py::test_refreshed_connections_lose_no_command",
    ),
    Protection(
        "of several that connect anew one opens a connection",
        "bot/slack/transport/socket_client.py",
        "is_replaced = self.current_session is not replaced",
        "is_replaced = False",
        "test_outages.py::test_concurrent_reconnects_open_one_connection",
    ),
)


def main() -> int:
    """Print what became of each test; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help="parts of the names of protections; all if none is given")
    names = parser.parse_args().names
    chosen = [one for one in PROTECTIONS if not names or any(name in one.name for name in names)]
    with tempfile.TemporaryDirectory() as folder:
        project = _copy_project(Path(folder))
        are_green = _is_green(project, *dict.fromkeys(one.test for one in chosen))
        print(f"{'green' if are_green else 'RED'}: every test with every protection", flush=True)  # noqa: T201 - a script
        stayed = [one.name for one in chosen if not _turns_red(project, one)]
    print(f"{len(chosen) - len(stayed)} of {len(chosen)} turned red")  # noqa: T201 - as above
    return 1 if stayed or not are_green else 0


def _turns_red(project: Path, protection: Protection) -> bool:
    path = project / protection.path
    code = path.read_text(encoding="utf-8")
    if code.count(protection.on) != 1:
        raise SystemExit(
            f"expected once in {protection.path}, found {code.count(protection.on)} times: {protection.on}"
        )
    path.write_text(code.replace(protection.on, protection.off), encoding="utf-8")
    try:
        is_green = _is_green(project, protection.test)
    finally:
        path.write_text(code, encoding="utf-8")
    print(f"{'GREEN' if is_green else 'red'}: without: {protection.name}: {protection.test}", flush=True)  # noqa: T201
    return not is_green


def _is_green(project: Path, *tests: str) -> bool:
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *(f"tests/{one}" for one in tests)]
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        ended = subprocess.run(
            command,
            cwd=project,
            env=environment,
            capture_output=True,
            timeout=_LONGEST_SECONDS * len(tests),
            check=False,
        )
    except subprocess.TimeoutExpired:
        return False
    if ended.returncode not in {0, 1}:  # no test of this name, or code that cannot be imported, is no proof
        raise SystemExit(ended.stdout.decode(errors="replace")[-2000:])
    return ended.returncode == 0


def _copy_project(folder: Path) -> Path:
    """Return a copy of what belongs to the project."""
    ignored = shutil.ignore_patterns(".*", "__pycache__", "build", "dist", "data", "*.egg-info")
    for one in ROOT.iterdir():
        if one.is_dir() and one.name in {"bot", "index", "tests"}:
            # The folder of labelled texts is the tests' own.
            shutil.copytree(one, folder / one.name, ignore=ignored if one.name != "tests" else None)
        elif one.is_file():
            shutil.copy(one, folder)
    return folder


if __name__ == "__main__":
    sys.exit(main())
