"""The store: one transaction a statement, one writer at a time, and a clear word for every file that is not right."""

import random
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from index import (
    Library,
    ModelMismatchError,
    StoreBusyError,
    StoreError,
    UnknownStatementError,
    back_up,
    bundled_statements,
)
from index.corpus.readers import read_file
from index.corpus.segmentation import parse_statement
from index.corpus.sql_store import SqlStore
from index.corpus.sqlite import APPLICATION_ID, Database, find_file_system, open_database
from index.corpus.store import EncodedPassage, ModelRecord
from tests.conftest import ROOT
from tests.support.encoders import WordEncoder

FILES = bundled_statements()


def open_words(data: Path) -> Library:
    return Library.open(data, encoder=WordEncoder())


def all_ids(library: Library) -> dict[str, list[str]]:
    return {one.id: [passage.id for passage in library.get(one.id).passages] for one in library.list_statements()}


def test_a_statement_is_read_back_as_it_was_added(library: Library) -> None:
    added = library.add(FILES[0])
    assert added == parse_statement(read_file(FILES[0]))
    assert library.get(added.id) == added
    assert library.list_statements() == [added.summary]


def test_ids_do_not_depend_on_other_statements(library: Library, tmp_path: Path) -> None:
    first = all_ids_after(library, FILES[:5])
    all_ids_after(library, FILES[5:12])
    removed = library.remove(FILES_ID(library, FILES[2]))
    library.add(FILES[2])
    library.add(FILES[0])
    library.re_encode()
    assert {key: value for key, value in all_ids(library).items() if key in first} == first
    assert removed.id in all_ids(library)
    with open_words(tmp_path / "elsewhere") as elsewhere:
        shuffled = random.Random(7).sample(FILES[:5], 5)
        assert all_ids_after(elsewhere, shuffled) == first


def all_ids_after(library: Library, files: list[Path]) -> dict[str, list[str]]:
    for file in files:
        library.add(file)
    return all_ids(library)


def FILES_ID(library: Library, file: Path) -> str:  # noqa: N802 - reads as what it stands for
    statement = library.contains(file)
    assert statement is not None
    return statement.id


def test_editing_a_paragraph_changes_only_its_statements_ids(library: Library, tmp_path: Path) -> None:
    before = all_ids_after(library, FILES[:3])
    edited = tmp_path / FILES[0].name
    edited.write_bytes(FILES[0].read_bytes().replace(b"Security", b"Safety", 1))
    library.remove(FILES_ID(library, FILES[0]))
    library.add(edited)
    after = all_ids(library)
    assert len(set(before) & set(after)) == 2
    assert all(after[key] == before[key] for key in set(before) & set(after))


def test_a_duplicate_is_recognised_by_its_words(library: Library, tmp_path: Path) -> None:
    added = library.add(FILES[0])
    copy = tmp_path / "copy.md"
    copy.write_bytes(FILES[0].read_bytes().replace(b"\n", b"\r\n") + b"\n\n")
    assert library.add(copy) == added
    assert len(library.list_statements()) == 1


def test_an_id_may_be_abbreviated_while_it_is_unmistakable(library: Library) -> None:
    one = library.add("Same\n\nFirst text.")
    other = library.add("Same\n\nSecond text.")
    assert library.get(one.id[:-1]).id == one.id
    with pytest.raises(UnknownStatementError, match=f"More than one.*{min(one.id, other.id)}"):
        library.get("same-")
    for unknown in ("none", "%", "_"):
        with pytest.raises(UnknownStatementError, match="no statement"):
            library.get(unknown)
    for unknown in ("none", "%", "", one.id[:-1]):
        with pytest.raises(UnknownStatementError):
            library.remove(unknown)
    assert len(library.list_statements()) == 2


def test_removing_a_statement_leaves_nothing_of_it_in_any_table(tmp_path: Path) -> None:
    with open_words(tmp_path) as library:
        library.add(FILES[1])
        library.remove(library.add(FILES[0]).id)
        with library.database.read() as connection:
            counts = {
                table: connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one()
                for table in ("statement", "passage", "sentence", "embedding")
            }
        kept = library.get(library.list_statements()[0].id)
    assert counts["statement"] == 1
    assert counts["passage"] == len(kept.passages)
    assert counts["sentence"] == sum(len(passage.sentences) for passage in kept.passages)


def test_embeddings_of_two_models_never_mix(tmp_path: Path) -> None:
    with Library.open(tmp_path, encoder=WordEncoder("old")) as library:
        library.add(FILES[0])
    with Library.open(tmp_path, encoder=WordEncoder("new", 128)) as library:
        for attempt in (lambda: library.add(FILES[1]), lambda: library.search("peace"), lambda: library.ask("peace?")):
            with pytest.raises(ModelMismatchError, match=r"encoded by old .* in use is new .*verbatim re-encode"):
                attempt()
        assert library.re_encode() == 1
        library.add(FILES[1])
        assert len(library.search("Security Council", 5)) == 5
    with (
        Library.open(tmp_path, encoder=WordEncoder("old")) as library,
        pytest.raises(ModelMismatchError, match="encoded by new"),
    ):
        library.search("peace")


def test_an_emptied_store_accepts_another_model(tmp_path: Path) -> None:
    with Library.open(tmp_path, encoder=WordEncoder("old")) as library:
        library.remove(library.add(FILES[0]).id)
    with Library.open(tmp_path, encoder=WordEncoder("new", 128)) as library:
        library.add(FILES[0])
        assert library.search("Security Council", 1)


def test_re_encoding_includes_concurrent_changes(tmp_path: Path) -> None:
    with Library.open(tmp_path, encoder=WordEncoder("old")) as library:
        first = library.add(FILES[0])
    with (
        Library.open(tmp_path, encoder=WordEncoder("old")) as old,
        Library.open(tmp_path, encoder=WordEncoder("new", 128)) as new,
    ):

        def change(_done: int, _total: int) -> None:
            if old.contains(FILES[1]) is None:
                old.add(FILES[1])
                old.remove(first.id)

        assert new.re_encode(on_progress=change) == 1
        assert {hit.statement.title for hit in new.search("peace", 9)} == {new.list_statements()[0].title}
        with pytest.raises(ModelMismatchError, match="encoded by new"):
            old.search("peace")


def test_re_encoding_goes_on_after_an_interruption(tmp_path: Path) -> None:
    with Library.open(tmp_path, encoder=WordEncoder("old")) as library:
        for file in FILES[:20]:
            library.add(file)
        before = [hit.passage.id for hit in library.search("the Security Council", 5)]
    encoded: list[int] = []

    def stop_at_second(done: int, total: int) -> None:
        encoded.append(done)
        assert total == 20
        if len(encoded) == 2:
            raise KeyboardInterrupt

    with Library.open(tmp_path, encoder=WordEncoder("new", 128)) as new:
        with pytest.raises(KeyboardInterrupt):
            new.re_encode(on_progress=stop_at_second)
        with Library.open(tmp_path, encoder=WordEncoder("old")) as old:
            assert [hit.passage.id for hit in old.search("the Security Council", 5)] == before
        assert new.re_encode(on_progress=lambda done, _total: encoded.append(done)) == 20
        assert new.search("the Security Council", 5)
        with new.database.read() as connection:
            sizes = connection.exec_driver_sql("SELECT DISTINCT length(vector) FROM embedding").scalars().all()
    assert encoded == [8, 16, 20]
    assert sizes == [128 * 4]


def test_the_transaction_is_all_or_nothing(tmp_path: Path) -> None:
    encoder = WordEncoder()
    with open_words(tmp_path) as library:
        library.add(FILES[0])
        before = all_ids(library)
        model = ModelRecord(encoder.name, encoder.fingerprint, encoder.encode_query("peace").size)
        of_no_passage = EncodedPassage(999, encoder.encode_passages(["peace"]))
        with pytest.raises(KeyError):
            SqlStore(library.database).add(parse_statement(read_file(FILES[1])), [of_no_passage], model)
        assert all_ids(library) == before


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(b"this is a diary, not a database at all", "is not a Verbatim store", id="another kind of file"),
        pytest.param(
            b"SQLite format 3\x00" + b"\xff" * 4096, "is not a Verbatim store|damaged", id="header, then noise"
        ),
    ],
)
def test_a_file_that_is_no_database_is_left_unchanged(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "verbatim.sqlite3"
    path.write_bytes(content)
    with pytest.raises(StoreError, match=said) as refused:
        open_words(tmp_path)
    assert refused.value.remedy
    assert path.read_bytes() == content


def test_another_programs_database_is_left_unchanged(tmp_path: Path) -> None:
    path = tmp_path / "verbatim.sqlite3"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE bookmark (url TEXT)")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(StoreError, match="is not a Verbatim store"):
        open_words(tmp_path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def write_mounts(tmp_path: Path, kind: str, *, root: str = "ext4", place: str = "mounted here") -> Path:
    """Write the list of mounts of a Linux where `place` in a folder is of a kind of file system."""
    file = tmp_path / "mounts"
    mounted = str(tmp_path / place).replace(" ", "\\040")
    file.write_text(f"proc /proc proc rw 0 0\n/dev/sda / {root} rw 0 0\nserver:/share {mounted} {kind} rw 0 0\n")
    return file


@pytest.mark.parametrize("kind", ["nfs", "nfs4", "cifs", "smb3", "fuse.sshfs", "fuse.glusterfs", "ceph", "lustre"])
def test_store_on_a_network_file_system_is_refused(tmp_path: Path, kind: str) -> None:
    (tmp_path / "a link").symlink_to(tmp_path / "mounted here")
    for data in (tmp_path / "mounted here" / "data", tmp_path / "a link" / "data"):
        with pytest.raises(StoreError, match=rf"on a network file system \({kind}\).*on a disk of this machine"):
            open_database(data, mounts=write_mounts(tmp_path, kind))
    assert not (tmp_path / "mounted here").exists()
    # A backup has one writer, and may be written there.
    (tmp_path / "mounted here").mkdir()
    open_words(tmp_path / "sound").close()
    assert back_up(tmp_path / "sound", tmp_path / "mounted here" / "backup.sqlite3") == 0
    open_database(tmp_path / "data", mounts=write_mounts(tmp_path, kind)).close()


@pytest.mark.parametrize("kind", ["ext4", "xfs", "btrfs", "tmpfs", "overlay", "fuse.ext4", "9p", "virtiofs"])
def test_store_on_any_other_file_system_is_opened(tmp_path: Path, kind: str) -> None:
    # The mount below counts, not the one around it.
    open_database(tmp_path / "mounted here" / "data", mounts=write_mounts(tmp_path, kind, root="nfs4")).close()
    open_database(tmp_path / "data", mounts=tmp_path / "missing").close()


def test_file_system_of_this_machine_is_found() -> None:
    assert find_file_system(Path("/proc/self/status"), Path("/proc/self/mounts")) == "proc"


def test_a_damaged_store_is_never_answered_from_silently(tmp_path: Path) -> None:
    with open_words(tmp_path) as library:
        for file in FILES[:8]:
            library.add(file)
    path = tmp_path / "verbatim.sqlite3"
    content = bytearray(path.read_bytes())
    for page in range(2, len(content) // 4096):
        content[page * 4096 : page * 4096 + 64] = b"\xa5" * 64
    path.write_bytes(content)
    with pytest.raises(StoreError, match="damaged"), open_words(tmp_path) as library:
        library.list_statements()
        library.search("peace")


def test_a_store_replaced_while_open_is_not_written_to(tmp_path: Path) -> None:
    with open_words(tmp_path / "backup") as backup:
        kept = backup.add(FILES[0])
    with open_words(tmp_path / "data") as library:
        library.add(FILES[1])
        path = tmp_path / "data" / "verbatim.sqlite3"
        path.unlink()
        with pytest.raises(StoreError, match="was replaced or removed"):
            library.add(FILES[2])
        (tmp_path / "backup" / "verbatim.sqlite3").rename(path)
        with pytest.raises(StoreError, match="stop the bot first"):
            library.add(FILES[2])
    for leftover in (tmp_path / "data").glob("*-wal"):
        leftover.unlink()
    with open_words(tmp_path / "data") as library:
        assert [one.id for one in library.list_statements()] == [kept.id]


def test_differences_to_the_stored_metadata_are_reported(library: Library, tmp_path: Path) -> None:
    library.add(FILES[0])
    corrected = tmp_path / FILES[0].name
    corrected.write_bytes(FILES[0].read_bytes().replace(b"date: 19", b"date: 20", 1))
    additions = library.add_many([FILES[0], corrected, FILES[1]])
    assert [one.differences for one in additions] == [(), ("date",), ()]


def test_the_store_says_whose_it_is(tmp_path: Path) -> None:
    open_words(tmp_path).close()
    with sqlite3.connect(tmp_path / "verbatim.sqlite3") as connection:
        assert connection.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()


def test_connections_have_the_required_settings(tmp_path: Path) -> None:
    database = open_database(tmp_path)
    with database.write() as writer:
        assert writer.exec_driver_sql("PRAGMA synchronous").scalar_one() == 2
        assert writer.exec_driver_sql("PRAGMA foreign_keys").scalar_one() == 1
        assert writer.exec_driver_sql("PRAGMA cache_size").scalar_one() == -256
    with database.read() as reader, pytest.raises(Exception, match="readonly"):
        reader.exec_driver_sql("CREATE TABLE x (y)")
    database.close()


@pytest.mark.parametrize("address", ["postgresql://host/db", "sqlite://", "://", "mysql://x/y"])
def test_an_address_of_another_kind_is_refused(address: str) -> None:
    with pytest.raises(StoreError) as refused:
        open_database(address)
    assert "sqlite:///" in str(refused.value)


def test_a_store_may_be_named_by_its_address(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path}/deep/store.db"
    assert not Library.exists(address)
    Library.open(address, encoder=WordEncoder()).close()
    assert Library.exists(address)


def test_a_writer_that_waits_too_long_is_told(tmp_path: Path) -> None:
    one, other = Database(tmp_path / "a.db"), Database(tmp_path / "a.db", lock_seconds=0.1)
    with one.write(), pytest.raises(StoreBusyError, match="Another process"):
        run_in_thread(lambda: other.write().__enter__())
    one.close()
    other.close()


def run_in_thread(work: object) -> None:
    """Run in another thread and raise what it raised: a lock is only held against others."""
    raised: list[BaseException] = []

    def run() -> None:
        try:
            work()  # type: ignore[operator]  # a callable
        except BaseException as error:  # noqa: BLE001 - handed on
            raised.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if raised:
        raise raised[0]


def test_a_reader_sees_one_state_while_a_writer_commits(tmp_path: Path) -> None:
    with open_words(tmp_path) as library:
        library.add(FILES[0])
        with library.database.read() as snapshot:
            counted = "SELECT count(*) FROM statement"
            assert snapshot.exec_driver_sql(counted).scalar_one() == 1
            library.add(FILES[1])
            assert snapshot.exec_driver_sql(counted).scalar_one() == 1
        assert len(library.list_statements()) == 2


ADDING = """
import sys
from index import Library
from tests.support.encoders import WordEncoder
with Library.open(sys.argv[1], encoder=WordEncoder()) as library:
    for file in sys.argv[2:]:
        library.add(file)
        print(file, flush=True)
"""


def start_adding(data: Path, files: list[Path]) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", ADDING, str(data), *map(str, files)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_two_processes_add_at_once_and_both_are_kept(tmp_path: Path) -> None:
    # The halves overlap, so that both also try to add the same statements.
    processes = [start_adding(tmp_path, FILES[:30]), start_adding(tmp_path, list(reversed(FILES[20:])))]
    outputs = [process.communicate(timeout=120) for process in processes]
    assert [process.returncode for process in processes] == [0, 0], outputs
    with open_words(tmp_path) as library:
        assert len(library.list_statements()) == len(FILES)
        with library.database.read() as connection:
            seqs = connection.exec_driver_sql("SELECT seq FROM change ORDER BY seq").scalars().all()
    assert seqs == list(range(1, len(FILES) + 1))


def test_a_full_disk_is_reported_and_loses_nothing(tmp_path: Path) -> None:
    script = """
import resource, signal, sys
from index import Library, StoreError
from tests.support.encoders import WordEncoder
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, 600_000))
with Library.open(sys.argv[1], encoder=WordEncoder()) as library:
    try:
        for file in sys.argv[2:]:
            print(library.add(file).id, flush=True)
    except StoreError as error:
        print("ERROR", error, flush=True)
        print("STILL", len(library.search("Security Council", 3)), flush=True)
"""
    command = [sys.executable, "-c", script, str(tmp_path), *map(str, FILES)]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    lines = ended.stdout.splitlines()
    added = [line for line in lines if not line.startswith(("ERROR", "STILL"))]
    assert any(line.startswith("ERROR The disk of") and "Free some space" in line for line in lines), ended
    assert "STILL 3" in lines
    with open_words(tmp_path) as library:
        assert {one.id for one in library.list_statements()} == set(added)
        assert 0 < len(added) < len(FILES)
        library.add(FILES[-1])


def test_a_read_only_folder_is_reported(tmp_path: Path) -> None:
    script = """
import os, sys
from index.corpus.sqlite import open_database
from index import StoreError
if os.geteuid() == 0:
    os.seteuid(65534)  # root may write anywhere
try:
    open_database(sys.argv[1])
except StoreError as error:
    print(error)
"""
    folder = tmp_path / "closed"
    folder.mkdir(mode=0o555)
    ended = subprocess.run(
        [sys.executable, "-c", script, str(folder / "data")], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert "Check the permissions" in ended.stdout, ended.stderr


def test_vectors_come_back_as_they_went_in(tmp_path: Path) -> None:
    encoder = WordEncoder()
    with open_words(tmp_path) as library:
        statement = library.add("Title\n\nWe condemn the tests. We urge restraint.")
        with library.database.read() as connection:
            rows = connection.exec_driver_sql("SELECT vector FROM embedding ORDER BY sentence").scalars().all()
    sentences = [sentence.text for sentence in statement.passages[1].sentences]
    expected = encoder.encode_passages(["Title", f"Title. {statement.passages[1].text}", *sentences])
    assert np.array_equal(np.array([np.frombuffer(row, dtype="<f4") for row in rows]), expected)
