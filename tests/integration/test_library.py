"""Library: the front door that everything else is built on."""

import datetime
import json
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

import index
from index import (
    AnswerKind,
    CitationsRequest,
    Context,
    Filters,
    Library,
    ReadingError,
    SearchRequest,
    bundled_statements,
)
from index.corpus.embeddings import Embeddings
from index.engines.comparison.engine import ComparisonRequest
from index.engines.mentions.engine import OccurrencesRequest
from index.engines.statements.engine import StatementsRequest
from index.search.context import PassageText, find_lead_ins, put_in_context
from index.search.encoder import open_encoder
from tests.conftest import SEED
from tests.support.encoders import WordEncoder


def test_exactly_what_is_exported_can_be_seen() -> None:
    assert sorted(index.__all__) == sorted(name for names in index._ROOMS.values() for name in names)
    for name in index.__all__:
        assert getattr(getattr(index, name), "__name__", name) == name  # a union of types has none
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
        pytest.param("\ud83d what about Russia and the DPRK?", "passages", "passage", id="half an emoji"),
        pytest.param("What about Russia and the ＤＰＲＫ?", "passages", "passage", id="full-width letters"),
        pytest.param("qwxyz vbnmk", AnswerKind.NOT_FOUND, "Not in the indexed statements (1 statement)", id="nonsense"),
    ],
)
def test_every_kind_of_question_gets_its_answer(library: Library, question: str, kind: AnswerKind, said: str) -> None:
    library.add(SEED)
    answer = library.ask(question)
    assert answer.kind is kind
    assert answer.answered is (kind == "passages")
    assert said in answer.headline
    json.dumps(answer.to_dict()).encode()


def test_words_that_stand_nowhere_get_no_passage_for_want_of_a_better_one(library: Library) -> None:
    library.add(SEED)
    answer = library.ask("qwxyz vbnmk")
    assert (answer.answered, answer.evidence, answer.notes) == (False, (), ())


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
        (statement.title, passage, find_lead_ins(statement.passages).get(passage.position, ""))
        for statement in map(bundled_library.get, [one.id for one in bundled_library.list_statements()])
        for passage in statement.passages
        if passage.kind.value in {"paragraph", "list_item", "release_line", "note", "signature"}
    ]
    table = encoder.encode_passages([put_in_context(*one).text for one in passages])
    query = encoder.encode_query("humanitarian access to Syria")
    similarities = table @ query
    candidates = bundled_library._get_searcher()._dense.search(query, 20)
    # Rows of 8-bit products differ a little with the texts that are encoded beside them.
    assert [one.similarity for one in candidates] == pytest.approx(np.sort(similarities)[::-1][:20].tolist(), abs=1e-2)


def test_items_are_encoded_after_what_leads_their_list_in(tmp_path: Path) -> None:
    read: list[str] = []

    class Reading(WordEncoder):
        def encode_with_sentences(self, passages: Sequence[PassageText]) -> list[Embeddings]:
            read.extend(one.text for one in passages)
            return super().encode_with_sentences(passages)

    with Library.open(tmp_path, encoder=Reading()) as library:
        library.add("We agreed to:\n\n• drink tea.\n\n• grow tea.", title="Accord")
    assert read[1:3] == ["Accord. We agreed to: • drink tea.", "Accord. We agreed to: • grow tea."]


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


# -- lookups ---------------------------------------------------------------------------------------------------------


def test_a_lookup_sees_what_was_added_and_removed_since_by_whichever_process(library: Library, tmp_path: Path) -> None:
    def cited() -> str:
        return library.run(CitationsRequest()).headline

    assert cited().startswith("There are no statements yet")
    first = library.add("Accord\n\nWe recall Security Council resolution 1718 (2006).")
    assert cited() == "1 UN resolution is cited, in 1 passage."
    with Library.open(tmp_path / "data", encoder=WordEncoder()) as other:
        other.add("Pact\n\nWe recall Security Council resolutions 1718 and 2397 (2017).")
    assert cited() == "2 UN resolutions are cited, in 2 passages of 2 statements."
    library.remove(first.id)
    assert cited() == "2 UN resolutions are cited, in 1 passage."


def test_an_instrument_is_listed_once_with_the_year_that_any_passage_gives(library: Library) -> None:
    library.add(
        "Accord\n\nWe recall UNSCR 2254. We recall resolution 2254 (2015) of the Security Council.\n\nUNSCR 2254 holds."
    )
    answer = library.run(CitationsRequest())
    assert {one.heading for one in answer.evidence} == {"Security Council resolution 2254 (2015)"}
    assert [one.place for one in answer.evidence] == ["¶1", "¶2"]
    assert answer.headline == "1 UN resolution is cited, in 2 passages."


def test_a_filter_that_fits_no_statement_says_so_and_searches_nothing(library: Library) -> None:
    library.add("Accord\n\nWe recall UNSCR 2254.")
    for request in (CitationsRequest(Filters(about="Syria")), SearchRequest("what?", Filters(issuer="G7"))):
        answer = library.run(request)
        assert (answer.answered, answer.evidence) == (False, ())
        assert answer.headline.startswith("No statement fits: ")


def test_a_search_is_kept_to_the_statements_asked_about(library: Library) -> None:
    library.add("Accord on Syria\n\nThe border is closed.")
    library.add("Accord on Libya\n\nThe border is open, the border is wide.")
    answer = library.run(SearchRequest("the border", Filters(about="Syria")))
    assert {one.statement.title for one in answer.evidence} == {"Accord on Syria"}
    assert "Searched one statement: Accord on Syria." in answer.notes


def test_statements_without_a_date_are_left_out_of_a_period_and_that_is_said(library: Library) -> None:
    library.add("Accord\n\nWe recall UNSCR 2254.", title="Accord", date="2022-05-01")
    library.add("Pact\n\nWe recall UNSCR 1718.", title="Pact")
    library.add("Deal\n\nWe recall UNSCR 2397.", title="Deal", date="2022-06-01")
    answer = library.run(CitationsRequest(Filters(since=datetime.date(2022, 1, 1))))
    assert answer.headline.startswith("2 UN resolutions are cited, in 2 passages of 2 statements.")
    assert "1 statement without a date left out" in " ".join(answer.notes)


def test_of_statements_without_a_date_those_are_left_out_that_fit_the_rest(library: Library) -> None:
    for month in (5, 6):
        library.add(f"Accord\n\nWe recall UNSCR 225{month}.", title="Accord on Tea", date=f"2022-0{month}-01")
    library.add("Pact\n\nWe recall UNSCR 1718.", title="Pact on Salt")
    since = datetime.date(2022, 1, 1)
    assert "left out" not in " ".join(library.run(CitationsRequest(Filters(about="Tea", since=since))).notes)
    assert "1 statement without a date left out" in " ".join(library.run(CitationsRequest(Filters(since=since))).notes)
    library.add("Deal\n\nWe recall UNSCR 2397.", title="Deal on Tea")
    notes = library.run(CitationsRequest(Filters(about="Tea", since=since))).notes
    assert "Searched 2 of 4 statements (Tea, since 2022); 1 statement without a date left out." in notes


def test_titles_that_have_a_word_are_told_beside_the_count_over_several_statements(library: Library) -> None:
    library.add("The border of Tealand is open. Tealand agrees.", title="Accord on Tealand", date="2022-05-01")
    library.add("The border is closed.", title="Pact on Tealand", date="2022-06-01")
    answer = library.run(OccurrencesRequest(("Tealand",)))
    assert answer.headline == "2 times, in 1 statement of 2; also in 2 titles."


def test_a_long_title_keeps_its_date_in_the_list_of_statements(library: Library) -> None:
    library.add("We agree.", title="A Statement of Many Words " * 9, date="2022-05-01")
    (line,) = library.run(StatementsRequest()).overview
    assert len(line) < 200
    assert line.endswith("… · 1 May 2022 · 1 ¶")


def test_two_statements_are_compared_and_more_are_asked_to_be_named(library: Library) -> None:
    library.add("Accord of May\n\nWe agree on tea.\n\nWe meet again.", title="Accord of May", date="2022-05-01")
    library.add(
        "Accord of June\n\nWe agree on strong tea.\n\nWe meet again.", title="Accord of June", date="2022-06-01"
    )
    answer = library.run(ComparisonRequest(Filters(statement="Accord of May"), Filters(statement="Accord of June")))
    assert (
        answer.headline == "1 paragraph word for word the same, 1 changed, 0 only in the first, 0 only in the second."
    )
    assert answer.overview == ("First: Accord of May · 1 May 2022", "Second: Accord of June · 1 June 2022")
    assert [
        [library.get(one.statement.id).text[span.start : span.end].strip() for span in one.spans]
        for one in answer.evidence
    ] == [[], ["strong"]]
    library.add("Pact\n\nNo.")
    assert library.run(ComparisonRequest()).headline == "Which two? These 3 match."


def test_a_follow_up_to_a_statement_that_was_removed_asks_over_all(library: Library) -> None:
    gone = library.add("Accord\n\nWe recall UNSCR 2254.")
    library.add("Pact\n\nWe recall UNSCR 1718.")
    context = Context(Filters(statement_ids=(gone.id,)), "the resolutions", "citations")
    assert (
        library.ask("which resolutions are cited?", follows=context).headline
        == "1 UN resolution is cited, in 1 passage."
    )
    library.remove(gone.id)
    answer = library.ask("which resolutions are cited?", follows=context)
    assert (answer.headline, answer.evidence[0].statement.title) == ("1 UN resolution is cited, in 1 passage.", "Pact")


def test_a_lookup_chosen_in_doubt_that_finds_nothing_gives_way_to_a_search_that_is_sure(tmp_path: Path) -> None:
    with Library.open(tmp_path) as library:
        library.add("The term cherry picker comes from the fruit pickers of California.\n", title="Cherry picker")
        answer = library.ask("where does the term cherry picker come from")
    assert (answer.kind, answer.answered) == ("passages", True)


def test_what_is_in_memory_is_counted_as_questions_take_it_up(library: Library) -> None:
    assert (library.count_statements(), library.count_passages()) == (0, 0)
    statement = library.add("Accord on Tea\n\nWe agree on tea.\n\nWe go on.")
    library.ask("which resolutions are cited?")
    assert (library.count_statements(), library.count_passages()) == (1, 2)
    library.remove(statement.id)
    library.ask("which resolutions are cited?")
    assert (library.count_statements(), library.count_passages()) == (0, 0)
