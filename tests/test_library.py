"""Library: the front door that everything else is built on."""

import datetime
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

import index
from index import AnswerKind, Library, ReadingError, bundled_statements
from index.search.encoder import open_encoder
from index.search.searcher import in_context
from tests.conftest import SEED
from tests.encoders import WordEncoder


def test_exactly_what_is_exported_can_be_seen() -> None:
    assert sorted(index.__all__) == sorted(name for names in index._ROOMS.values() for name in names)
    for name in index.__all__:
        assert getattr(index, name).__name__ == name
    with pytest.raises(AttributeError, match="no attribute 'Store'"):
        index.Store  # noqa: B018 - that is what is tested


def test_text_can_be_added_with_what_is_known_of_it(library: Library) -> None:
    added = library.add("We agree.", title="Accord", date="2024-05-01", source="https://example.org", issuers=["Japan"])
    assert (added.title, added.date, added.source) == ("Accord", datetime.date(2024, 5, 1), "https://example.org")
    assert added.issuers == ("Japan",)
    assert [(passage.ordinal, passage.text) for passage in added.passages] == [(1, "We agree.")]


def test_what_is_said_of_a_file_goes_before_what_it_says_of_itself(library: Library) -> None:
    assert library.add(SEED, title="Mine", date="2024-01-02").title == "Mine"


@pytest.mark.parametrize("given", ["https://example.org/statement", "no-such-file.txt", "x" * 5000])
def test_what_names_no_file_is_refused(library: Library, given: str) -> None:
    with pytest.raises(ReadingError):
        library.add(given)


def test_a_mistyped_path_is_not_kept_as_a_text(library: Library) -> None:
    with pytest.raises(ReadingError, match=r"statment\.txt is not there"):
        library.add("statment.txt", title="My statement")


def test_hits_are_ranked_from_one_with_the_best_sentence_marked(library: Library) -> None:
    library.add("Accord\n\nWe like tea. The reactor at Yongbyon was closed.\n\nTrade grows.\n\nWe go on.")
    first, *others = library.search("reactor Yongbyon", 3)
    assert first.rank == 1
    assert first.passage.ordinal == 1
    span = first.spans[0]
    assert library.get(first.statement.id).text[span.start : span.end] == "The reactor at Yongbyon was closed."
    assert [hit.rank for hit in others] == [2, 3]
    scores = [hit.score for hit in (first, *others)]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)


def test_equal_passages_keep_their_order(library: Library) -> None:
    library.add("One\n\nSame words here.\n\nSame words here.")
    assert [hit.passage.ordinal for hit in library.search("same words", 2)] == [1, 2]


def test_k_is_a_number_wanted(library: Library) -> None:
    library.add(SEED)
    assert len(library.search("Russia", 2)) == 2
    assert len(library.search("Russia", 1000)) == 5
    assert library.search("  ", 3) == []
    with pytest.raises(ValueError, match="at least 1, got 0"):
        library.search("Russia", 0)


@pytest.mark.parametrize(
    ("question", "kind", "said"),
    [
        pytest.param("", AnswerKind.NOT_A_QUESTION, "What would you like to know", id="empty"),
        pytest.param(" \n\t", AnswerKind.NOT_A_QUESTION, "What would you like to know", id="white space"),
        pytest.param("😀🎉 !?", AnswerKind.NOT_A_QUESTION, "found no words", id="emoji"),
        pytest.param("a" * 100_000, AnswerKind.NOT_A_QUESTION, "too long", id="100 kB"),
        pytest.param("どの決議が引用されていますか", AnswerKind.NOT_A_QUESTION, "English only", id="Japanese"),
        pytest.param("какие резолюции?", AnswerKind.NOT_A_QUESTION, "English only", id="Russian"),
        pytest.param("\ud83d what about Russia and the DPRK?", AnswerKind.PASSAGES, "passages", id="half an emoji"),
        pytest.param("Russia’s ＤＰＲＫ arms", AnswerKind.PASSAGES, "passages", id="full-width letters"),
        pytest.param("qwxyz vbnmk", AnswerKind.NOT_FOUND, "Not in the indexed statements (1 statement)", id="nonsense"),
    ],
)
def test_every_kind_of_question_gets_its_answer(library: Library, question: str, kind: AnswerKind, said: str) -> None:
    library.add(SEED)
    answer = library.ask(question)
    assert answer.kind is kind
    assert answer.answered is (kind is AnswerKind.PASSAGES)
    assert said in answer.headline
    json.dumps(answer.to_dict()).encode()


def test_an_answer_that_is_none_says_so_of_its_passages(library: Library) -> None:
    library.add(SEED)
    answer = library.ask("qwxyz vbnmk")
    assert answer.notes == ("Closest, not an answer.",)
    assert not answer.answered


def test_an_empty_library_says_that_it_is_empty(library: Library) -> None:
    answer = library.ask("which resolutions are cited?")
    assert answer.kind is AnswerKind.NO_STATEMENTS
    assert "no statements yet" in answer.headline


def test_the_seed_questions_find_their_paragraphs_first(seed_data: Path) -> None:
    with Library.open(seed_data) as library:
        cited = library.ask("which resolutions are cited?")
        nuclear = library.ask("what do they say about nuclear technology?")
    assert {one.passage.ordinal for one in cited.evidence[:2]} == {2, 4}
    assert nuclear.evidence[0].passage.ordinal == 3


def test_every_quoted_text_is_in_its_source_file_byte_for_byte(bundled_library: Library) -> None:
    sources = {}
    for path in bundled_statements():
        statement = bundled_library.contains(path)
        assert statement is not None
        sources[statement.id] = path.read_bytes()
    assert len(sources) == 49
    questions = [one.title for one in bundled_library.list_statements()]
    questions += ["which resolutions are cited?", "ballistic missiles", "who condemns?", "Syria", "red lines"]
    quoted = 0
    for question in questions:
        answer = bundled_library.ask(question)
        for evidence in answer.evidence:
            source = sources[evidence.statement.id]
            assert evidence.passage.text.encode() in source
            for sentence in evidence.passage.sentences:
                assert sentence.text.encode() in source
            for span in evidence.to_dict()["spans"]:
                assert span["text"].encode() in source
            quoted += 1
    assert quoted > 100


def test_search_is_exact_against_a_plain_dot_product(bundled_library: Library) -> None:
    encoder = open_encoder()
    passages = [
        (statement.title, passage)
        for statement in map(bundled_library.get, [one.id for one in bundled_library.list_statements()])
        for passage in statement.passages
        if passage.kind.value in {"paragraph", "list_item", "release_line", "note", "signature"}
    ]
    table = encoder.encode_passages([in_context(title, passage) for title, passage in passages])
    query = encoder.encode_query("humanitarian access to Syria")
    similarities = table @ query
    candidates = bundled_library._current_index().search(query, 20)
    assert [one.similarity for one in candidates] == pytest.approx(np.sort(similarities)[::-1][:20].tolist(), abs=1e-5)


def test_the_same_question_gets_the_same_answer_in_every_process_and_thread(bundled_data: Path) -> None:
    questions = ["Which resolutions are cited?", "What about Syria?", "nuclear weapons", "Taiwan Strait"] * 4
    with Library.open(bundled_data) as one, Library.open(bundled_data) as other:
        alone = [one.ask(question).to_dict() for question in questions]
        with ThreadPoolExecutor(4) as pool:
            together = [answer.to_dict() for answer in pool.map(other.ask, questions)]
    assert alone == together


def test_searches_run_while_statements_are_added_and_see_whole_ones(tmp_path: Path) -> None:
    files = bundled_statements()
    seen: list[dict[str, int]] = []
    done = threading.Event()
    with Library.open(tmp_path, encoder=WordEncoder()) as library:
        library.add(files[0])

        def search() -> None:
            while not done.is_set():
                hits = library.search("the of and to", 1000)
                counts: dict[str, int] = {}
                for hit in hits:
                    counts[hit.statement.id] = counts.get(hit.statement.id, 0) + 1
                seen.append(counts)

        threads = [threading.Thread(target=search) for _ in range(2)]
        for thread in threads:
            thread.start()
        for file in files[1:]:
            library.add(file)
        done.set()
        for thread in threads:
            thread.join()
        whole = {hit.statement.id: 0 for hit in library.search("the of and to", 1000)}
        for hit in library.search("the of and to", 1000):
            whole[hit.statement.id] += 1
    assert len(whole) == len(files)
    assert len({len(counts) for counts in seen}) > 1, "no search ran while statements were added"
    for counts in seen:
        assert all(whole[key] == count for key, count in counts.items())


def test_what_another_process_adds_or_removes_is_found_by_the_next_search(tmp_path: Path) -> None:
    with Library.open(tmp_path, encoder=WordEncoder()) as here, Library.open(tmp_path, encoder=WordEncoder()) as there:
        here.add("One\n\nThe first words.")
        assert len(here.search("words", 5)) == 1
        added = there.add("Two\n\nThe second words.")
        assert len(here.search("words", 5)) == 2
        there.remove(added.id)
        assert len(here.search("words", 5)) == 1
