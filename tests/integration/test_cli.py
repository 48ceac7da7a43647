"""The command line: one clear line for what goes wrong, JSON for programs, and no waiting for torch."""

import json
import os
import pty
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.cli.main import cli, main
from bot.visible import visible
from index import ENGINES, Library, bundled_statements
from tests.conftest import ROOT, SEED

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def verbatim(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run `verbatim …` in this process, in an empty folder: exit status, output and errors."""
    monkeypatch.chdir(tmp_path)
    for name in list(os.environ):
        if name.startswith(("VERBATIM_", "SLACK_")):
            monkeypatch.delenv(name)

    def run(*arguments: object, **environment: str) -> tuple[int, str, str]:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(sys, "argv", ["verbatim", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        captured = capsys.readouterr()
        return int(ended.value.code or 0), captured.out, captured.err

    return run


@pytest.fixture
def seeded(verbatim: Run, seed_data: Path) -> Run:
    """The same over a store with the seed statement."""
    return lambda *arguments: verbatim(*arguments, VERBATIM_DATA=str(seed_data))


def read_json(output: str) -> Any:
    return json.loads(output)


def test_verbatim_alone_shows_help_and_every_command_explains_itself(verbatim: Run) -> None:
    _, output, _ = verbatim()
    names = {command.name or command.callback.__name__ for command in cli.registered_commands if command.callback}
    lookups = {engine.cli_name for engine in ENGINES if engine.cli_name}
    assert names - lookups == {
        "add",
        "evaluate",
        "list",
        "show",
        "remove",
        "ask",
        "search",
        "serve",
        "try",
        "status",
        "re-encode",
        "backup",
        "restore",
        "doctor",
    }
    assert {"resolutions", "quote", "count", "positions", "who", "when", "compare", "check"} <= lookups <= names
    for name in names:
        assert name in output
        status, help_, _ = verbatim(name, "--help")
        assert status == 0
        assert "Usage: verbatim" in help_


@pytest.mark.parametrize(
    ("arguments", "kind", "headline"),
    [
        (["resolutions"], "citations", "3 mentions of UN Security Council resolutions, none by number."),
        (["resolutions", "1718"], "citations", "No. 1718 does not occur in the statement"),
        (["resolutions", "arms transfers"], "citations", "3 mentions of UN Security Council resolutions"),
        (["quote", "strongly condemn the provision"], "quote", "Exact: word for word in ¶1 s1"),
        (["quote", "strongly condemned the provision"], "quote", "Not word for word."),
        (["count", "DPRK"], "occurrences", "12 times in the body (¶1 3, ¶2 5, ¶3 2, ¶4 2); also in the title."),
        (["count", '"ballistic missiles"'], "occurrences", "“ballistic missiles” does not appear"),
        (["count", "China"], "occurrences", "“China”, “PRC” and “Beijing” do not appear (1 statement searched)."),
        (["positions"], "positions", "strongly condemn ¶1 s1 · remain resolved ¶1 s4"),
        (["positions", "--kind", "demand"], "positions", "1 demand, in 1 sentence of the statement"),
        (["count", "DPRK", "--statement", "Syria"], "not_found", "No statement fits: Syria (1 statement looked at)."),
    ],
)  # fmt: skip
def test_lookups_answer_on_the_command_line_in_words_and_in_json(
    seeded: Run, arguments: list[str], kind: str, headline: str
) -> None:
    status, words, _ = seeded(*arguments)
    assert status == 0
    assert words.startswith(headline)
    _, output, _ = seeded(*arguments, "--json")
    answer = read_json(output)
    assert answer["kind"] == kind
    assert answer["headline"] == words.splitlines()[0]
    source = SEED.read_text()
    assert all(one["excerpt"]["text"] in source for one in answer["evidence"])
    assert all(span["text"] in one["excerpt"]["text"] for one in answer["evidence"] for span in one["spans"])


def test_a_lookup_does_not_wait_for_torch(seed_data: Path) -> None:
    script = """
import sys
from bot.cli.main import main
sys.argv = ["verbatim", "resolutions"]
try:
    main()
except SystemExit:
    print({"torch", "transformers", "slack_bolt", "aiohttp"} & set(sys.modules))
"""
    environment = {**os.environ, "VERBATIM_DATA": str(seed_data)}
    ended = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert ended.stdout.startswith("3 mentions")
    assert ended.stdout.endswith("set()\n")


def test_a_question_does_not_wait_for_torch_or_for_slack(seed_data: Path) -> None:
    heavy = """torch transformers sentence_transformers sklearn scipy pandas sympy onnxruntime huggingface_hub
               slack_bolt slack_sdk aiohttp index.evaluation"""
    script = f"""
import sys
from bot.cli.main import main
sys.argv = ["verbatim", "ask", "what do they say about nuclear technology?"]
try:
    main()
except SystemExit:
    print(set({heavy.split()}) & set(sys.modules))
"""
    environment = {**os.environ, "VERBATIM_DATA": str(seed_data)}
    ended = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert "nuclear" in ended.stdout
    assert ended.stdout.endswith("set()\n")


def test_nothing_to_count_is_told_so(seeded: Run) -> None:
    status, _, error = seeded("count", "…")
    assert status == 1
    assert error == "verbatim: There is no word to count. For example: verbatim count DPRK\n"


def test_help_comes_at_once_without_torch() -> None:
    script = """
import sys
from bot.cli.main import main
sys.argv = ["verbatim", "--help"]
try:
    main()
except SystemExit:
    print({"torch", "faiss", "sqlalchemy", "numpy", "slack_bolt", "aiohttp"} & set(sys.modules))
"""
    ended = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "Usage: verbatim" in ended.stdout
    assert ended.stdout.endswith("set()\n")


def test_statements_are_added_listed_shown_and_removed(verbatim: Run) -> None:
    status, output, _ = verbatim("add", SEED)
    assert (status, output.split()[0]) == (0, "added")
    statement_id = output.split()[1]
    assert verbatim("add", SEED)[1].startswith(f"already there  {statement_id}")
    (listed,) = read_json(verbatim("list", "--json")[1])
    assert (listed["id"], listed["paragraphs"], listed["sentences"], listed["date"]) == (statement_id, 4, 12, None)
    shown = read_json(verbatim("show", statement_id[:12], "--json")[1])
    assert shown["text"] in SEED.read_text()
    assert "¶2" in verbatim("show", statement_id)[1]
    assert statement_id in verbatim("list")[1]
    assert "4" in verbatim("status")[1]
    assert verbatim("remove", statement_id)[1].startswith(f"removed  {statement_id}")
    assert read_json(verbatim("list", "--json")[1]) == []


def test_the_seed_questions_print_their_paragraphs_first(seeded: Run) -> None:
    cited = read_json(seeded("ask", "--json", "which resolutions are cited?")[1])
    assert [one["passage"]["ordinal"] for one in cited["evidence"][:2]] == [2, 4]
    nuclear = read_json(seeded("ask", "what do they say about nuclear technology?", "--json")[1])
    assert nuclear["evidence"][0]["passage"]["ordinal"] == 3
    assert nuclear["answered"] is True


def test_search_and_ask_print_the_same_records(seeded: Run) -> None:
    hits = read_json(seeded("search", "--json", "-k", 2, "nuclear technology")[1])
    assert [hit["rank"] for hit in hits] == [1, 2]
    (first, *_) = read_json(seeded("ask", "--json", "nuclear technology")[1])["evidence"]
    assert {key: first[key] for key in ("passage", "statement", "spans", "score")} == {
        key: hits[0][key] for key in ("passage", "statement", "spans", "score")
    }
    assert first["passage"]["text"] in SEED.read_text()
    printed = seeded("search", "-k", 1, "nuclear technology")[1]
    assert first["passage"]["text"] in printed
    assert "[link" not in printed


def test_a_number_of_any_length_is_one_of_a_resolution(seeded: Run) -> None:
    assert seeded("resolutions", "99999")[1].startswith("No. 99999 does not occur in the statement")


def test_a_statement_is_shown_without_what_marks_its_borders(seeded: Run) -> None:
    shown = seeded("show", "us-japan-rok")[1]
    assert "End Text" not in shown
    assert "\n¶4\n" in shown


@pytest.mark.parametrize("command", ["list", "show x", "remove x", "ask what", "search what", "status", "re-encode"])
def test_a_missing_store_is_one_line_with_the_remedy(verbatim: Run, tmp_path: Path, command: str) -> None:
    status, output, errors = verbatim(*command.split())
    assert (status, output) == (1, "")
    assert errors == (
        "verbatim: There are no statements in data yet. "
        "Add some: verbatim add FILE…, or the bundled ones: verbatim add --bundled.\n"
    )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(["show", "none"], "There is no statement 'none'", id="unknown id"),
        pytest.param(["remove", "none"], "There is no statement 'none'", id="removing an unknown id"),
        pytest.param(["serve"], "SLACK_BOT_TOKEN is not set; SLACK_APP_TOKEN is not set", id="no tokens"),
        pytest.param(["serve", "--http"], "SLACK_SIGNING_SECRET is not set", id="no signing secret"),
        pytest.param(["add"], "nothing to add", id="no file"),
        pytest.param(["quote", ""], "There are no words to check", id="no quotation"),
        pytest.param(["quote", "“ ”"], "There are no words to check", id="an empty quotation"),
    ],
)
def test_what_a_person_can_act_on_is_one_line(seeded: Run, arguments: list[str], said: str) -> None:
    status, _, errors = seeded(*arguments)
    assert status == 1
    assert said in errors
    assert len(errors.splitlines()) == 1


def test_a_foreign_store_is_one_line(verbatim: Run, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "verbatim.sqlite3").write_text("my diary")
    for command in ("list", "ask what", "add x.txt"):
        status, _, errors = verbatim(*command.split())
        assert status == 1
        assert "is not a Verbatim store" in errors
        assert len(errors.splitlines()) == 1


def test_another_model_is_told_with_the_command_that_re_encodes(verbatim: Run, seed_data: Path, tmp_path: Path) -> None:
    from tests.integration.test_encoder import copy_of_the_model

    folder = copy_of_the_model(tmp_path)
    (folder / "config.json").write_text((folder / "config.json").read_text() + "\n")
    status, _, errors = verbatim(
        "ask", "why did Russia buy arms?", VERBATIM_DATA=str(seed_data), VERBATIM_MODEL=str(folder)
    )
    assert status == 1
    assert "all-MiniLM-L6-v2" in errors
    assert str(folder) in errors
    assert "verbatim re-encode" in errors
    status, _, errors = verbatim("ask", "why did Russia buy arms?", VERBATIM_MODEL="/nowhere/at/all")
    assert status == 1
    assert "VERBATIM_MODEL" in errors


def test_one_bad_file_does_not_stop_the_others(verbatim: Run, tmp_path: Path) -> None:
    folder = tmp_path / "statements"
    (folder / "deep").mkdir(parents=True)
    (folder / "deep" / "good.md").write_bytes(SEED.read_bytes())
    (folder / "other.txt").write_bytes(bundled_statements()[0].read_bytes())
    (folder / "utf16.txt").write_text("Accord\n\nWe agree “now”.", encoding="utf-16")
    (folder / "empty.txt").touch()
    (folder / "binary.txt").write_bytes(b"\x00\x01\x02" * 100)
    with (folder / "huge.txt").open("wb") as file:
        file.truncate(50 * 1024**2)
    (folder / "ignored.csv").write_text("a,b")
    (folder / ".hidden.txt").write_text("not for us")
    status, output, errors = verbatim("add", folder, tmp_path / "none.txt", tmp_path / "picture.png")
    assert status == 1
    assert [line.split()[0] for line in output.splitlines()] == ["added"] * 3
    refused = sorted(line for line in errors.splitlines() if line.startswith("not added"))
    assert len(refused) == 5, errors
    for name in ("empty.txt", "binary.txt", "huge.txt", "none.txt", "picture.png"):
        assert any(name in line for line in refused), name


def test_links_out_of_a_folder_are_skipped_and_reported(verbatim: Run, tmp_path: Path) -> None:
    secret, outside = tmp_path / ".env", tmp_path / "outside"
    secret.write_text("SLACK_BOT_TOKEN=xoxb-canary\n")
    outside.mkdir()
    (outside / "draft.txt").write_text("Draft\n\nWe agree in secret.")
    folder = tmp_path / "statements"
    (folder / "deep").mkdir(parents=True)
    (folder / "good.md").write_bytes(SEED.read_bytes())
    (folder / ".hidden.txt").write_text("xoxb-canary")
    links = {"env.txt": secret, "all": outside, "gone.txt": folder / "nowhere", "dots.txt": folder / ".hidden.txt"}
    for name, target in links.items():
        (folder / "deep" / name).symlink_to(target)
    status, output, errors = verbatim("add", folder)
    assert (status, len(output.splitlines())) == (0, 1)
    skipped = [line for line in errors.splitlines() if line.startswith("skipped")]
    assert [
        name for name in sorted(links) if not any(f"deep/{name} is a symbolic link" in line for line in skipped)
    ] == []
    assert "canary" not in verbatim("list", "--json")[1] + output + errors


def test_links_inside_a_folder_do_not_add_files_twice(verbatim: Run, tmp_path: Path) -> None:
    folder = tmp_path / "statements"
    (folder / "deep").mkdir(parents=True)
    (folder / "good.md").write_bytes(SEED.read_bytes())
    (folder / "loop").symlink_to(folder)
    (folder / "deep" / "up").symlink_to(folder)
    (folder / "deep" / "again.md").symlink_to(folder / "good.md")
    (tmp_path / "named").symlink_to(folder)
    for named in (folder, tmp_path / "named"):
        status, output, errors = verbatim("add", named)
        assert (status, len(output.splitlines())) == (0, 1)
        assert "skipped" not in errors


def test_a_link_that_is_named_is_followed(verbatim: Run, tmp_path: Path) -> None:
    (tmp_path / "link.md").symlink_to(SEED)
    assert verbatim("add", tmp_path / "link.md")[0] == 0


def test_impossible_file_names_are_reported(verbatim: Run, tmp_path: Path) -> None:
    folder = tmp_path / "statements"
    folder.mkdir()
    latin = os.fsdecode(os.fsencode(folder) + b"/caf\xe9.txt")
    Path(latin).write_text("We agree on a text without a title.\n\nWe go on.")
    (folder / "z.txt").write_bytes(SEED.read_bytes())
    status, output, errors = verbatim("add", "x" * 300 + ".txt", folder)
    assert status == 1
    assert "cannot be read (File name too long)" in errors
    assert [line.split()[0] for line in output.splitlines()] == ["added", "added"]
    status, _, errors = verbatim("list", VERBATIM_DATA="x" * 300)
    assert (status, len(errors.splitlines())) == (1, 1)


def test_an_env_file_of_another_encoding_is_one_line(verbatim: Run, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("VERBATIM_DATA=data\n", encoding="utf-16")
    status, _, errors = verbatim("list")
    assert status == 1
    assert errors == "verbatim: .env cannot be read as UTF-8 text. Save it as UTF-8 text again.\n"


def test_a_statement_with_other_facts_is_told_when_added_again(verbatim: Run, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("---\ntitle: Accord\ndate: 2024-01-02\n---\nWe agree.\n\nWe go on.")
    (tmp_path / "b.md").write_text("---\ntitle: Accord\ndate: 2024-01-03\n---\nWe agree.\n\nWe go on.")
    verbatim("add", "a.md")
    assert "kept with another date; to change it, remove it first" in verbatim("add", "b.md")[1]


def test_what_goes_into_a_pipe_is_the_text_to_the_letter(verbatim: Run, tmp_path: Path) -> None:
    text = f"1.\tWe condemn {'at length ' * 40}the launch.\n\nWe go\ton\nfor long. \x1b[2J"
    (tmp_path / "a.md").write_text(f"---\ntitle: Accord\n---\n{text}")
    verbatim("add", "a.md")
    shown = verbatim("show", "accord")[1]
    for paragraph in text.split("\n\n"):
        assert f"\n{paragraph.strip()}\n" in shown
    assert len(verbatim("list")[1].strip().split("\t")) == 5


def test_a_text_cannot_clear_or_forge_the_terminal() -> None:
    assert visible("a\x1b[2J\r\nb\tc\x9b1m\u202ed") == "a␛[2J\nb\tc\ufffd1m\ufffdd"
    assert visible("“Déjà” – ¶2") == "“Déjà” – ¶2"


def test_a_reader_that_has_gone_gets_no_traceback(seed_data: Path) -> None:
    environment = {**os.environ, "VERBATIM_DATA": str(seed_data)}
    for target in ("| true", "> /dev/full"):
        line = f"{sys.executable} -m bot show us-japan --json {target}"
        ended = subprocess.run(
            ["bash", "-c", line], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
        )
        assert "Traceback" not in ended.stderr
        assert "Exception" not in ended.stderr


def test_an_empty_folder_is_reported(verbatim: Run, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    status, _, errors = verbatim("add", tmp_path / "empty")
    assert status == 1
    assert "has no .txt or .md files" in errors


def test_folder_that_cannot_be_read_is_reported() -> None:
    script = """
import os, tempfile
from pathlib import Path
import bot.cli.statement_files, index
index.readable_suffixes()  # imports what another user may not read
if os.geteuid() == 0:
    os.seteuid(65534)  # root may read anything
with tempfile.TemporaryDirectory() as folder:
    closed = Path(folder, "closed")
    closed.mkdir(mode=0o000)
    print(bot.cli.statement_files.collect_files([closed]).problems)
"""
    ended = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert "cannot be read (Permission denied)" in ended.stdout, ended.stderr


def test_settings_come_from_the_env_file_and_the_environment_goes_before_it(
    verbatim: Run, tmp_path: Path, seed_data: Path
) -> None:
    (tmp_path / ".env").write_text(f"VERBATIM_DATA={tmp_path}/unused\n")
    assert verbatim("list", VERBATIM_DATA=str(seed_data))[0] == 0


def test_adding_shows_progress_on_a_terminal_and_leaves_pipes_alone(tmp_path: Path) -> None:
    main_end, terminal = pty.openpty()
    environment = {**os.environ, "VERBATIM_DATA": str(tmp_path / "data"), "TERM": "xterm"}
    command = [sys.executable, "-m", "bot", "add", str(SEED)]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=terminal)
    os.close(terminal)
    shown = b""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            part = os.read(main_end, 4096)
        except OSError:  # the other end was closed
            break
        if not part:
            break
        shown += part
    os.close(main_end)
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert b"Adding statements" in shown
    assert b"1/1" in shown
    assert output.startswith(b"added  ")
    assert b"\x1b" not in output


def test_an_interrupted_adding_keeps_what_it_reported_and_goes_on(tmp_path: Path) -> None:
    environment = {**os.environ, "VERBATIM_DATA": str(tmp_path / "data")}
    # Enough for an interrupt to come in the midst of it on any machine.
    folder = tmp_path / "statements"
    folder.mkdir()
    for copy in range(5):
        for path in bundled_statements():
            text = path.read_text(encoding="utf-8")
            (folder / f"{copy}-{path.name}").write_text(f"{text}\n\nThis is copy {copy}.\n", encoding="utf-8")
    command = [sys.executable, "-m", "bot", "add", str(folder)]
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # Tests that run in the background of a shell have it ignored, and what they start would too.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
    )
    assert process.stdout is not None
    first = process.stdout.readline()
    process.send_signal(signal.SIGINT)
    rest, errors = process.communicate(timeout=60)
    assert process.returncode == 130, errors
    reported = [line.split()[1] for line in (first + rest).splitlines()]
    total = len(list(folder.iterdir()))
    assert 0 < len(reported) < total
    said = re.fullmatch(rf"Interrupted after (\d+) of {total} files. The same command goes on from there.\n", errors)
    # One more may have been put on disk when its line was about to be written.
    assert said is not None, errors
    assert int(said[1]) - len(reported) in {0, 1}
    with Library.open(tmp_path / "data") as library:
        kept = {one.id for one in library.list_statements()}
    assert set(reported) <= kept
    assert len(kept) <= len(reported) + 1
    again = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True).stdout
    words = [line.split()[0] for line in again.splitlines()]
    assert words == ["already"] * len(kept) + ["added"] * (total - len(kept))


def test_what_is_asked_of_a_terminal_without_utf8_is_printed_all_the_same(seed_data: Path) -> None:
    environment = {
        **os.environ,
        "VERBATIM_DATA": str(seed_data),
        "LC_ALL": "C",
        "PYTHONUTF8": "0",
        "PYTHONIOENCODING": "ascii",
    }
    command = [sys.executable, "-m", "bot", "show", "us-japan"]
    ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=True)
    assert "DPRK – as well as" in ended.stdout.decode()


def test_a_removed_statement_is_gone_for_a_library_that_was_open(verbatim: Run, tmp_path: Path) -> None:
    verbatim("add", SEED)
    with Library.open(tmp_path / "data") as library:
        assert library.search("Russia", 1)
        verbatim("remove", library.list_statements()[0].id)
        assert library.search("Russia", 1) == []


# -- the store -------------------------------------------------------------------------------------------------------


def test_a_store_is_backed_up_and_restored_and_what_was_there_is_named(verbatim: Run, tmp_path: Path) -> None:
    (tmp_path / "accord.md").write_text("# Accord\n\nWe agree on tea.\n")
    assert verbatim("add", "accord.md")[0] == 0
    assert verbatim("backup", "kept.sqlite3")[:2] == (0, "backed up 1 statement to kept.sqlite3\n")
    identifier = read_json(verbatim("list", "--json")[1])[0]["id"]
    assert verbatim("remove", identifier)[0] == 0
    status, output, _ = verbatim("restore", "kept.sqlite3")
    assert (status, output.splitlines()[0]) == (0, "restored 1 statement from kept.sqlite3")
    replaced = output.splitlines()[1].removeprefix("what was there before is kept as ")
    assert Path(replaced).exists()
    assert read_json(verbatim("list", "--json")[1])[0]["id"] == identifier
    status, output, error = verbatim("restore", "accord.md")
    assert (status, output, error.startswith("verbatim: accord.md is not a Verbatim store.")) == (1, "", True)
    assert verbatim("backup", "x.sqlite3", VERBATIM_DATA="none")[0] == 1
    assert not (tmp_path / "none").exists()


def test_the_doctor_tells_people_and_programs_and_its_status_tells_scripts(
    verbatim: Run, seed_data: Path, tmp_path: Path
) -> None:
    (tmp_path / "data").mkdir()
    store = tmp_path / "data/verbatim.sqlite3"
    store.write_bytes((seed_data / "verbatim.sqlite3").read_bytes())
    status, output, _ = verbatim("doctor", "--full")
    assert status == 0
    names = ["store", "embeddings", "searches", "lookups", "sandbox"]
    assert [line.split()[:2] for line in output.splitlines()] == [["ok", name] for name in names]
    store.write_bytes(store.read_bytes().replace(b"strongly condemn", b"strongly support"))
    status, output, _ = verbatim("doctor", "--json")
    found = read_json(output)
    assert (status, found["is_well"], [check["name"] for check in found["checks"]]) == (1, False, ["store"])
    assert found["checks"][0]["problems"] == ["statement 1 is damaged"]
    status, output, _ = verbatim("doctor")
    assert (status, output.startswith("WRONG  store")) == (1, True)
    status, output, error = verbatim("quote", "strongly support the provision")
    assert (status, output, "is damaged" in error) == (1, "", True)
    assert verbatim("doctor", VERBATIM_DATA="none")[0] == 1


def test_what_is_internal_is_marked_and_stays_so(verbatim: Run, tmp_path: Path) -> None:
    (tmp_path / "accord.txt").write_text("Accord on Tea\n\nWe agree on tea.\n")
    assert verbatim("add", "--internal", "accord.txt")[1].startswith("added  accord-on-tea-")
    assert verbatim("list")[1].endswith("\tAccord on Tea\tinternal\n")
    assert json.loads(verbatim("list", "--json")[1])[0]["visibility"] == "internal"
    assert "\ninternal\n" in verbatim("show", "accord")[1]
    assert "kept with another visibility; to change it, remove it first" in verbatim("add", "accord.txt")[1]
    assert verbatim("list")[1].endswith("\tinternal\n")
