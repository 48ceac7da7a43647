"""Answers of lookups: every word of our own is known, and every number and name is the text's, the metadata's or a count."""

import re
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index import (
    Answer,
    CitationsRequest,
    Filters,
    OccurrencesRequest,
    PositionKind,
    PositionsRequest,
    QuoteRequest,
    Request,
    bundled_statements,
    format_date,
)
from index.asking import run_request
from index.corpus.documents import Metadata, read_text
from index.corpus.readers import read_file
from index.corpus.segmentation import parse_statement
from index.engines.check.engine import CheckRequest
from index.engines.comparison.engine import ComparisonRequest
from index.engines.corpus import Corpus
from index.engines.dates.engine import DatesRequest
from index.engines.issuers.engine import IssuersRequest
from index.engines.passages.terms import find_other_names
from index.engines.show.engine import ShowRequest
from index.engines.statement_cache import Held
from index.engines.statements.engine import StatementsRequest


def run_lookup(request: Request, held: Sequence[Held]) -> Answer:
    """Answer a request from statements, without a search."""
    return run_request(request, Corpus(tuple(held)))


_OWN_WORDS = """
    Security Council General Assembly UN IAEA Executive Order I Yes No None Not Exact Altered Closest Changed Only First
    Second Released Issued Adopted Signed Agreed Made Published Attributable Byline By From Named The In Your Their
    Scanned Without Show What Among Counted Other Bold Some Name Which There Dated Demand Commitment Statements Passages
    FILE Who Once It Left Searched Interpreted Related Both Neither All Only These
"""
OWN_NAMES = frozenset(_OWN_WORDS.split())
"""Capitalised words that answers say of their own accord; each is a kind of instrument, or begins a sentence of ours."""

COUNTS = re.compile(
    r"""\d[\d,]*\ (?:(?:other|more|UN|IAEA|Security|Council|General|Assembly|executive)\ )*(?:
            occurrences? | times? | passages? | statements? | sentences? | mentions? | paragraphs? | positions? | demands?
            | commitments? | quotations? | numbers? | changes? | ¶ | (?:UN\ )?resolutions? | instruments? | orders?
            | documents? | treat(?:y|ies)(?:\ (?:and|or)\ conventions?)? | statutes? | agreements? | titles?
            | word\ for\ word | not\b | cited\ in | changed | only\ in | of\ \d[\d,]* | fit | match | say )
        | \((?:(?:¶\d+|[a-z]+(?:\ [a-z]+)?\d*)\ \d[\d,]*(?:,\ )?)+\)   # '(¶1 3, title 1)'
        | \bof\ \d[\d,]*(?=[.;:])                                      # 'in 3 statements of 49'
        | ¶\d+(?:\ \d[\d,]*)?(?=[,)\s.;:]|$) | \bs\d+(?:–\d+)? | (?<=:\ )\d[\d,]*(?=$|\ \() | (?<=\bof\ )\d[\d,]*(?=\ say|\.|:)
        | ,\ in\ \d[\d,]* | (?<=;\ )\d[\d,]* | (?<=\ )\d[\d,]*(?=,|\.$)(?<!\d{4})
    """,
    re.VERBOSE | re.MULTILINE,
)
"""Counts, and the labels of paragraphs and sentences."""


@pytest.fixture(scope="module")
def bundled() -> list[Held]:
    return [Held(key, parse_statement(read_file(path))) for key, path in enumerate(bundled_statements())]


def own_words(answer: Answer) -> str:
    """What an answer says beside its quotations."""
    headings = dict.fromkeys(one.heading for one in answer.evidence)
    return "\n".join([answer.headline, *answer.overview, *answer.notes, *headings])


def invented(answer: Answer, held: Sequence[Held], asked: str) -> set[str]:
    """The numbers and capitalised words of an answer that stand neither in the statements nor in what was asked."""
    known = [asked]
    for one in held:
        summary = one.statement.summary
        known += [one.statement.text, summary.title, *summary.issuers, summary.id, format_date(summary.date)]
    source = " ".join(" ".join(known).split())
    said = own_words(answer)
    if "not appear (" in answer.headline:
        said = said.replace(answer.headline, "")  # names what was looked for under other names too
    without_counts = COUNTS.sub(" ", said)
    numbers = set(re.findall(r"\d[\d,./-]*\d|\d", without_counts))
    names = set(re.findall(r"\b[^\W\d_]*[A-Z][^\W\d_]*\b", without_counts)) - OWN_NAMES
    return {one for one in numbers | names if not re.search(rf"(?<!\w){re.escape(one)}(?!\w)", source)}


REQUESTS: list[tuple[str, Request]] = [
    ("", CitationsRequest()),
    ("1718", CitationsRequest(number="1718")),
    ("4711", CitationsRequest(number="4711")),
    ("2254 Syria", CitationsRequest(Filters(statement="Syria"), number="2254")),
    ("China", OccurrencesRequest(("China",))),
    ("North Korea", OccurrencesRequest(("North Korea",))),
    ("sanctions Taiwan", OccurrencesRequest(("sanctions", "Taiwan"))),
    ("Atlantis", OccurrencesRequest(("Atlantis",))),
    ("Syria Iran", OccurrencesRequest(("Syria",), excluded=("Iran",))),
    ("", IssuersRequest()),
    ("", DatesRequest()),
    ("", PositionsRequest()),
    ("", PositionsRequest(kinds=(PositionKind.DEMAND, PositionKind.COMMITMENT))),
    ("We never said this in 1999", QuoteRequest(("We never said this in 1999",))),
    ("a nuclear war must never be won", QuoteRequest(("a nuclear war must never be won",))),
    ("", StatementsRequest()),
    ("AUKUS", ShowRequest("AUKUS")),
    ("Libya", ComparisonRequest(Filters(about="Libya"))),
    ("Syria", ComparisonRequest(Filters(about="Syria"))),
]


@pytest.mark.parametrize(("asked", "request_"), REQUESTS, ids=lambda value: str(value)[:40])
def test_no_number_or_name_is_invented_over_the_bundled_statements(
    bundled: list[Held], asked: str, request_: Request
) -> None:
    assert invented(run_lookup(request_, bundled), bundled, asked) == set()


def test_an_invented_number_or_name_would_be_seen(bundled: list[Held]) -> None:
    for words in ("Resolution 4242 (2031) is cited.", "Adopted by Atlantis.", "Dated 31 February 2044."):
        answer = run_lookup(CitationsRequest(), bundled)
        forged = Answer(answer.kind, True, "", words)
        assert invented(forged, bundled, "") != set(), words


# -- made-up statements ----------------------------------------------------------------------------------------------

NAMES = ("Zorbia", "Quell", "the Vantu League", "Ostermark", "Minister Adaro Pell")
places = st.sampled_from(NAMES)
years = st.integers(1946, 2039)
numbers = st.integers(100, 2999)
sentences = st.one_of(
    st.builds("We recall Security Council resolutions {} ({}) and {}.".format, numbers, years, numbers),
    st.builds("We strongly condemn the actions of {} in {}.".format, places, years),
    st.builds("We urge {} to abide by relevant UN Security Council resolutions.".format, places),
    st.builds("Some {} ships, of {} tonnes, may have left {}.".format, numbers, numbers, places),
    st.builds("We will continue to support {} under Executive Order {}.".format, places, numbers),
    st.builds("{} acceded to Article {} of the Charter of the United Nations.".format, places, st.integers(1, 99)),
)
paragraphs = st.lists(st.lists(sentences, min_size=1, max_size=4).map(" ".join), min_size=1, max_size=4)
titles = st.builds("Joint Statement by {} and {} on {}".format, places, places, places)
texts = st.tuples(titles, paragraphs).map(lambda one: "\n\n".join([one[0], *one[1]]))
dates = st.one_of(st.none(), st.dates())
requests = st.one_of(
    st.builds(CitationsRequest),
    st.builds(lambda number: CitationsRequest(number=str(number)), numbers),
    st.builds(lambda name: OccurrencesRequest((name,)), places),
    st.builds(lambda number: OccurrencesRequest((str(number),), is_exact=True), numbers),
    st.sampled_from([IssuersRequest(), DatesRequest(), PositionsRequest(), StatementsRequest(), ComparisonRequest()]),
    st.sampled_from(
        [PositionsRequest(kinds=(PositionKind.DEMAND,)), PositionsRequest(kinds=(PositionKind.COMMITMENT,))]
    ),
    st.builds(lambda sentence: QuoteRequest((sentence,)), sentences),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(texts, dates), min_size=1, max_size=3, unique_by=lambda one: one[0]), requests)
def test_no_number_or_name_is_invented_over_any_statements(made: list[tuple[str, object]], request: Request) -> None:
    held = [
        Held(key, parse_statement(read_text(text, Metadata.parse(date=date))))  # type: ignore[arg-type]  # a date or none
        for key, (text, date) in enumerate(made)
    ]
    answer = run_lookup(request, held)
    assert invented(answer, held, str(request)) == set()
    for one in answer.evidence:
        source = next(held_one.statement.text for held_one in held if held_one.statement.id == one.statement.id)
        for span in (*one.spans, *one.struck, *([one.excerpt] if one.excerpt else [])):
            assert one.passage.start <= span.start < span.end <= one.passage.end
            assert (
                source[span.start : span.end]
                == one.passage.text[span.start - one.passage.start : span.end - one.passage.start]
            )


def test_a_message_is_checked_quotation_by_quotation_and_number_by_number(bundled: list[Held]) -> None:
    message = (
        "They said “a nuclear war cannot be won and must never be fought”, and “we like tea with milk on Sundays”. "
        "See UNSCR 2254 and resolution 4711 (2031), or 'so-called' things."
    )
    answer = run_lookup(CheckRequest(message), bundled)
    assert (
        answer.headline
        == "2 quotations checked: 1 word for word, 1 not; 2 numbers checked: 1 cited in the statements, 1 not."
    )
    assert [line.split(": ", 1)[1].split(" ")[0] for line in answer.overview] == ["Exact:", "Not", "cited", "not"]
    assert invented(answer, bundled, message) == set()
    nothing = run_lookup(CheckRequest("Lunch at noon?"), bundled)
    assert nothing.answered is False
    assert nothing.evidence == ()


# -- quotations ------------------------------------------------------------------------------------------------------

FILLER = "The ministers spoke at length about the weather in the harbour and about the fishing of the season. "
LONG = Held(0, parse_statement(read_text(
    f"We firmly reject the non-proliferation exception, and Japan’s envoys agree. {FILLER * 4}\n\n{FILLER}\n\n"
    f"{FILLER * 4}We urge restraint on all parties, and we will meet again in the autumn to review what was done.",
    Metadata("A statement"),
)))  # fmt: skip

QUOTED = [
    # quotation, beginning of the headline, notes
    (
        "We firmly reject … restraint on all parties",
        "Altered: put together from parts that stand apart in",
        ["Your quotation leaves out “the non-proliferation", "The sentence goes on: “and we", "The quotation shows by"],
    ),
    ("We firmly reject the … envoys agree", "Altered: words left out where the quotation marks it in ¶1 s1 of", None),
    ("[They] firmly reject the", "Altered: words put in brackets in ¶1 s1 of", None),
    ("We firmly reject non-proliferation exception", "Not word for word. Closest: ¶1 s1 of", None),
    ("exception, and Japan", "Exact: word for word in ¶1 s1 of", ["The quotation begins or ends within a word of the text: “Japan’s”."]),
    ("proliferation exception, and", "Not word for word. Closest: ¶1 s1 of", ["Your quotation leaves out “non”.", "The sentence"]),
    ("we urge restraint", "Exact (punctuation and capitals normalised): ¶3 s5 of", []),
]  # fmt: skip


@pytest.mark.parametrize(("quote", "headline", "notes"), QUOTED, ids=[row[0] for row in QUOTED])
def test_a_quotation_is_answered_in_a_line_and_what_differs_in_short(
    quote: str, headline: str, notes: list[str] | None
) -> None:
    answer = run_lookup(QuoteRequest((quote,)), [LONG])
    assert answer.headline.startswith(headline)
    assert "\n" not in answer.headline
    assert all(len(note) < 250 for note in answer.notes)
    if notes is not None:
        assert [note[: len(said)] for note, said in zip(answer.notes, notes, strict=True)] == notes


def test_words_left_out_over_paragraphs_are_struck_in_the_sentences_quoted_alone() -> None:
    answer = run_lookup(QuoteRequest(("We firmly reject … restraint on all parties",)), [LONG])
    text = LONG.statement.text
    assert [one.place for one in answer.evidence] == ["¶1 s1", "¶3 s5"]
    assert [[text[span.start : span.end] for span in one.struck] for one in answer.evidence] == [
        ["the non-proliferation exception, and Japan’s envoys agree."],
        ["We urge"],
    ]


@pytest.mark.parametrize(("wanted", "unwanted"), [("Russia", "Ukraine"), ("Iran", "Israel")])
def test_statements_with_one_name_but_not_another_are_those_of_the_one_less_those_of_the_other(
    bundled: list[Held], wanted: str, unwanted: str
) -> None:
    def mentioning(request: OccurrencesRequest) -> set[str]:
        return {one.statement.id for one in run_lookup(request, bundled).evidence}

    expected = mentioning(OccurrencesRequest((wanted,))) - mentioning(OccurrencesRequest((unwanted,)))
    assert expected
    answer = run_lookup(OccurrencesRequest((wanted,), excluded=(unwanted,)), bundled)
    assert {one.statement.id for one in answer.evidence} == expected
    assert any(note.endswith(f"with “{unwanted}”.") for note in answer.notes)


def test_the_places_of_a_common_word_are_not_all_told_in_the_headline(bundled: list[Held]) -> None:
    answer = run_lookup(QuoteRequest(("the",)), bundled)
    assert re.search(r"and \d+ more passages? of .* and \d+ more statements\.$", answer.headline)
    assert len(answer.headline) < 600
    assert invented(answer, bundled, "the") == set()


@pytest.mark.parametrize(
    ("query", "term", "other"),
    [
        pytest.param("Why is North Korea poor?", "korea", "dprk", id="the name"),
        pytest.param("Why are North Koreans poor?", "korean", "dprk", id="its people"),
        pytest.param("What do Israelis want?", "isra", "israel", id="people of one word"),
        pytest.param("Who headed the Canadian side?", "canadian", "canada", id="an adjective after an article"),
        pytest.param("What does the US say?", "u.s.", "washington", id="initials that are a word in small letters"),
    ],
)
def test_a_query_s_names_have_others(query: str, term: str, other: str) -> None:
    assert other in find_other_names(query)[term]


def test_words_that_name_nothing_have_no_others() -> None:
    assert find_other_names("What do they tell us about the tea?") == {}


def test_repeated_phrases_are_counted_once(bundled: list[Held]) -> None:
    once = run_lookup(OccurrencesRequest(("missile", "sanctions"), is_exact=True), bundled)
    repeated = run_lookup(OccurrencesRequest(("missile", "sanctions") * 120, is_exact=True), bundled)
    assert repeated.headline == once.headline
    assert repeated.evidence == once.evidence


def test_phrases_of_one_question_are_bounded(bundled: list[Held]) -> None:
    answer = run_lookup(OccurrencesRequest(tuple(f"word{number}" for number in range(25)), is_exact=True), bundled)
    assert "5 more phrases not counted: ask in parts." in answer.notes
    assert "word19" in answer.headline
    assert "word20" not in answer.headline


def test_repeated_quotations_are_checked_once(bundled: list[Held]) -> None:
    quote = "a nuclear war cannot be won and must never be fought"
    once, repeated = (run_lookup(QuoteRequest((quote,) * times), bundled) for times in (1, 247))
    assert repeated.headline == once.headline
    assert repeated.evidence == once.evidence


def test_quotations_of_one_message_are_bounded(bundled: list[Held]) -> None:
    answer = run_lookup(QuoteRequest(tuple(f"nuclear war number {number}" for number in range(60))), bundled)
    assert "10 more quotations not checked: check the message in parts." in answer.notes
