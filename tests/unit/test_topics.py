"""What a list is limited to: read from the question, kept to in the answer, and said there."""

from collections.abc import Sequence

import pytest

from index import CitationsRequest, OccurrencesRequest, PositionKind, PositionsRequest, bundled_statements
from index.answer import Answer
from index.asking import run_request
from index.corpus.readers import read_file
from index.corpus.segmentation import parse_statement
from index.corpus.statements import Span
from index.engines.corpus import Corpus
from index.engines.passages.engine import SearchRequest
from index.engines.scope import choose_by_title, choose_scope
from index.engines.show.engine import ShowRequest
from index.engines.statement_cache import Held
from index.engines.topics import Topic
from index.questions.reader import read_question
from index.request import Filters, Request


def run_lookup(request: Request, held: Sequence[Held]) -> Answer:
    """Answer a request from statements, without a search."""
    return run_request(request, Corpus(tuple(held)))


@pytest.fixture(scope="module")
def bundled() -> list[Held]:
    return [Held(key, parse_statement(read_file(path))) for key, path in enumerate(bundled_statements())]


def read(typed: str, held: list[Held]) -> Request | None:
    return read_question(typed, only_english=True, statements=[one.described for one in held]).request


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        pytest.param("which resolutions about Gaza are cited?", "Gaza", id="about, in the middle"),
        pytest.param("which resolutions are cited on the Houthis?", "Houthis", id="a name after on"),
        pytest.param("what positions do they take on Hong Kong?", "Hong Kong", id="positions"),
        pytest.param("what do they commit to on climate?", "climate", id="a word at the end"),
        pytest.param("which resolutions are cited?", "", id="no topic"),
        pytest.param("which resolutions are on record?", "", id="on record is no topic"),
        pytest.param("which treaties do they rely on?", "", id="the verb's own on"),
        pytest.param("what instruments do they base themselves on in 2022", "", id="a year is no topic"),
    ],
)
def test_the_topic_of_a_list_is_read(typed: str, expected: str, bundled: list[Held]) -> None:
    request = read(typed, bundled)
    assert isinstance(request, CitationsRequest | PositionsRequest)
    assert request.topic == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        pytest.param("what are the demands on the DPRK?", "DPRK", id="on"),
        pytest.param("what demands are made of Russia?", "Russia", id="made of"),
        pytest.param("what do they want ICAO to do?", "ICAO", id="want … to"),
        pytest.param("everything they demand of Iran", "Iran", id="everything of one"),
        pytest.param("everything they ask for", "", id="of nobody in particular"),
    ],
)
def test_whom_demands_are_made_of_is_read(typed: str, expected: str, bundled: list[Held]) -> None:
    request = read(typed, bundled)
    assert isinstance(request, PositionsRequest)
    assert request.addressee == expected
    assert request.kinds == (PositionKind.DEMAND,)


def test_resolutions_on_a_topic_are_those_cited_where_it_is_named(bundled: list[Held]) -> None:
    answer = run_lookup(CitationsRequest(topic="Gaza"), bundled)
    assert answer.evidence
    assert all("Gaza" in one.passage.text for one in answer.evidence)
    assert answer.headline == "2 UN resolutions are cited where “Gaza” is named, in 2 passages of 2 statements."
    assert "Only passages that name Gaza." in answer.notes


def test_no_citation_on_a_topic_is_said_and_nothing_listed(bundled: list[Held]) -> None:
    answer = run_lookup(CitationsRequest(topic="Atlantis"), bundled)
    assert not answer.answered
    assert not answer.evidence
    assert answer.headline.startswith("No UN resolutions are cited where “Atlantis” is named in 49 statements")


def test_demands_made_of_one_name_it_under_any_name_and_leave_out_the_others(bundled: list[Held]) -> None:
    all_demands = run_lookup(PositionsRequest(kinds=(PositionKind.DEMAND,)), bundled)
    answer = run_lookup(PositionsRequest(kinds=(PositionKind.DEMAND,), addressee="DPRK"), bundled)
    names = ("DPRK", "North Korea", "People’s Republic of Korea", "People's Republic of Korea", "Pyongyang")
    shown = {(one.passage.id, one.excerpt) for one in answer.evidence}
    named, addressed = set(), set()
    for one in all_demands.evidence:
        assert one.excerpt is not None
        within = one.passage.text[one.excerpt.start - one.passage.start : one.excerpt.end - one.passage.start]
        if any(name in within for name in names):
            named.add((one.passage.id, one.excerpt))
        if any(name in one.heading for name in names):
            addressed.add((one.passage.id, one.excerpt))
    assert addressed <= shown <= named
    assert len(addressed) >= 8
    assert 10 <= len(shown) < len(all_demands.evidence) / 2


def test_positions_with_one_verb_are_those_alone(bundled: list[Held]) -> None:
    answer = run_lookup(PositionsRequest(kinds=(PositionKind.STANCE,), verb="condemn"), bundled)
    quoted = [
        one.passage.text[s.start - one.passage.start : s.end - one.passage.start]
        for one in answer.evidence
        for s in one.spans
    ]
    assert quoted
    assert all("condemn" in words for words in quoted)
    assert "positions in other words are not listed" in " ".join(answer.notes)


def test_positions_on_a_topic_count_a_title_for_all_of_its_statement(bundled: list[Held]) -> None:
    topic = Topic.find("Hong Kong", bundled)
    titled = {one.statement.id for one in bundled if "Hong Kong" in one.statement.title}
    assert topic.titled == titled
    assert len(titled) == 1
    statement = next(one.statement for one in bundled if one.statement.id in titled)
    first = statement.text.index("Hong Kong")
    assert topic.is_named_in(statement.id, Span(first, first + 1))
    assert not topic.is_named_in(statement.id, Span(first + 1, first + 2))


@pytest.mark.parametrize(
    ("typed", "cites"),
    [
        pytest.param("is resolution 1718 cited?", True, id="cited"),
        pytest.param("is 2254 in the Syria statements?", True, id="in statements"),
        pytest.param("does resolution 338 refer back to 242?", True, id="refers back"),
        pytest.param("was resolution 2735 vetoed?", False, id="vetoed"),
        pytest.param("did the US veto resolution 242?", False, id="who vetoed"),
        pytest.param("is resolution 2254 binding?", False, id="binding"),
        pytest.param("was resolution 242 adopted unanimously?", False, id="adopted"),
        pytest.param("does resolution 1701 require Hezbollah to disarm?", False, id="requires"),
    ],
)
def test_that_a_resolution_is_cited_answers_no_other_question_about_it(
    typed: str, cites: bool, bundled: list[Held]
) -> None:
    assert isinstance(read(typed, bundled), CitationsRequest if cites else SearchRequest)


@pytest.mark.parametrize(
    ("typed", "phrase"),
    [
        ("is the Election Committee mentioned?", "Election Committee"),
        ("is the 1718 Committee mentioned?", "1718 Committee"),
        ("is the condemnation mentioned?", "condemnation"),
    ],
)
def test_what_is_asked_to_be_mentioned_is_counted_whatever_it_is_like(
    typed: str, phrase: str, bundled: list[Held]
) -> None:
    request = read(typed, bundled)
    assert isinstance(request, OccurrencesRequest)
    assert request.phrases == (phrase,)


@pytest.mark.parametrize(
    "typed",
    ["Who is the Foreign Minister of Japan?", "who is the IAEA chief mentioned in AUKUS?", "who's the envoy for Syria"],
)
def test_who_holds_an_office_is_searched_for(typed: str, bundled: list[Held]) -> None:
    assert isinstance(read(typed, bundled), SearchRequest)


def test_a_seat_is_not_mentioned_where_its_state_is(bundled: list[Held]) -> None:
    answer = run_lookup(OccurrencesRequest(("Jerusalem",)), bundled)
    assert not answer.answered
    assert answer.headline == "“Jerusalem” does not appear (49 statements searched)."
    assert answer.notes == ("Not counted, though Jerusalem can stand for it: Israel 18.",)
    # A state is named by its seat, too: an absence of the state scans for both.
    assert run_lookup(OccurrencesRequest(("North Korea",)), bundled).answered


def test_statements_that_no_title_describes_are_chosen_by_their_texts(bundled: list[Held]) -> None:
    for filters in (Filters(statement="statement on the Houthis"), Filters(about="Houthi")):
        scope = choose_scope(filters, bundled)
        assert {one.statement.id for one in scope.held} == {
            one.statement.id for one in bundled if "Houthi" in one.statement.text
        }
        assert scope.note.startswith("No title names Houthi")
    assert not choose_by_title(Filters(about="Houthi"), bundled).held
    assert not choose_scope(Filters(about="Atlantis"), bundled).held
    # A statement that is to be shown is named by its title.
    assert not run_lookup(ShowRequest("Houthi", Filters(statement="Houthi")), bundled).answered


@pytest.mark.parametrize(
    "typed", ["tell me a joke", "who approves purchase orders?", "How many vacation days do I get?"]
)
def test_what_has_no_word_of_a_list_asks_for_none(typed: str, bundled: list[Held]) -> None:
    assert isinstance(read(typed, bundled), SearchRequest)
