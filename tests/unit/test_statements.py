"""Statements: passages and sentences are the original's own words, numbered as people count them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import PassageKind, Statement, bundled_statements
from index.corpus.documents import Metadata, read_text
from index.corpus.readers import read_file
from index.corpus.segmentation import parse_statement
from index.corpus.sentences import split_sentences
from tests.conftest import SEED


def parse(text: str, title: str | None = None, *, is_markdown: bool = False) -> Statement:
    return parse_statement(read_text(text, Metadata(title), is_markdown=is_markdown))


def kinds(statement: Statement) -> list[tuple[str, int]]:
    return [(passage.kind.value, passage.ordinal) for passage in statement.passages]


def test_the_seed_statement_has_four_paragraphs_of_twelve_sentences() -> None:
    statement = parse_statement(read_file(SEED))
    assert kinds(statement) == [
        ("title", 0),
        ("release_line", 0),
        ("border", 0),
        ("paragraph", 1),
        ("paragraph", 2),
        ("paragraph", 3),
        ("paragraph", 4),
        ("border", 0),
    ]
    body = [passage for passage in statement.passages if passage.ordinal]
    assert [len(passage.sentences) for passage in body] == [4, 4, 2, 2]
    assert body[1].sentences[3].text == (
        "Russia itself voted for the UN Security Council resolutions that contain these restrictions."
    )
    assert body[1].id == f"{statement.id}#p02"
    assert statement.issuers == (
        "U.S. Secretary of State Antony J. Blinken",
        "Japanese Foreign Minister Yoko Kamikawa",
        "Republic of Korea Foreign Minister Park Jin",
    )
    assert statement.date is None


def assert_verbatim(statement: Statement) -> None:
    """Passages and sentences are slices of the text, in order, and lose no visible character."""
    at = 0
    for passage in statement.passages:
        assert statement.text[passage.start : passage.end] == passage.text
        assert passage.start >= at
        lost = statement.text[at : passage.start]
        assert not lost.strip("# \t\r\n\u2028\u2029").strip(), f"lost {lost!r}"
        at = passage.end
        within = passage.start
        for sentence in passage.sentences:
            assert statement.text[sentence.start : sentence.end] == sentence.text
            assert not statement.text[within : sentence.start].strip()
            within = sentence.end
        assert not statement.text[within : passage.end].strip()
    assert not statement.text[at:].strip("# \t\r\n\u2028\u2029").strip()


@pytest.mark.parametrize("path", bundled_statements(), ids=lambda path: path.stem[:40])
def test_every_bundled_statement_is_kept_verbatim(path: object) -> None:
    statement = parse_statement(read_file(path))  # type: ignore[arg-type]  # parametrize hides the type
    assert_verbatim(statement)
    assert path.read_bytes().decode().endswith(statement.text)  # type: ignore[attr-defined]  # as above
    ordinals = [passage.ordinal for passage in statement.passages if passage.ordinal]
    assert ordinals == list(range(1, len(ordinals) + 1))
    assert ordinals


_LINES = st.sampled_from(
    [
        "Begin Text:", "End Text.", "Office of the Spokesperson", "# Heading", "- item one", "(a) For this;",
        "We condemn it. We urge all to act.", "The U.S. and Mr. Kim met on Feb. 13.", "", "", "   ", "JOINT", "…", "\t",
        "The text of the following statement was released by the Governments of Japan and Canada.", "x" * 200,
    ]
)  # fmt: skip


@given(st.one_of(st.text(), st.lists(_LINES).map("\n".join), st.lists(_LINES).map("\r\n".join)), st.booleans())
def test_any_text_is_kept_verbatim(text: str, is_markdown: bool) -> None:
    text = "".join(character for character in text if character.isprintable() or character in "\r\n\t ")
    if text.strip():
        assert_verbatim(parse(text, is_markdown=is_markdown))


# One row per thing that could break a sentence: the text with | where sentences end.
SENTENCES = [
    pytest.param("The U.S. Secretary of State Antony J. Blinken spoke.|He left.", id="U.S. and an initial"),
    pytest.param("It adopted resolution No. 2397 on Dec. 22.|It was unanimous.", id="No. before a number, a month"),
    pytest.param("MR PRICE: No.|To get to that, there must be more.", id="No. as an answer"),
    pytest.param("Measures, e.g. those of S/RES/2397 (2017), apply.|We agree.", id="e.g. and a symbol"),
    pytest.param("We met on Feb. 13 in Honolulu.|We agreed.", id="month and day"),
    pytest.param("ROK-U.S.-Japan cooperation grows.|The Japan-U.S. alliance holds.", id="U.S. within a compound"),
    pytest.param("They met in Washington, D.C.|They agreed.", id="D.C. ending a sentence"),
    pytest.param("2. Calls upon the parties to act;", id="number of an operative paragraph"),
    pytest.param("(a) Demands that the DPRK stop.|It must comply.", id="letter of an item"),
    pytest.param("• We reaffirm the goal of peace.|We call on the DPRK.|It must stop.", id="sentences of an item"),
    pytest.param("It starts at 1 p.m. EDT on Thursday.|Come early.", id="clock with a time zone"),
    pytest.param("It ends at 2:30 p.m.|This meeting is virtual.", id="clock ending a sentence"),
    pytest.param("The regime would bar Ms. Chamorro.|We object.", id="Ms."),
    pytest.param("Amb. Lipstadt and Gen. Milley met H.E. Mr. Kim.|All spoke.", id="titles"),
    pytest.param("See paras. 3 and 4 of the resolution.|See Nos. 1718 and 1874.", id="paras. and Nos."),
    pytest.param("Treaty Series, vol. 729, No. 10485.|See CD/1147.", id="vol."),
    pytest.param("Was it so in the letter of 12 March 1993? and thus reaffirmed.", id="lower case goes on"),
    pytest.param("We met President Joseph R. Biden, Jr. in June.|We agreed.", id="Jr."),
    pytest.param("“We agree.”|They left.", id="closing quotation mark"),
    pytest.param("It was wrapped\nin the middle. |It went on\r\nto the end.", id="wrapped lines"),
]


@pytest.mark.parametrize("marked", SENTENCES)
def test_sentences_end_where_people_end_them(marked: str) -> None:
    expected = [part.strip() for part in marked.split("|")]
    text = " ".join(expected)
    assert [text[start:end] for start, end in split_sentences(text)] == expected


def test_borders_hold_the_body_and_notes_stay_outside() -> None:
    statement = parse(
        "Media Note\n\nOffice of the Spokesperson\n\nRepresentatives of Japan and Canada met today.\n\nBegin Text\n\n"
        "We agree.\n\nEnd text\n\nFor more information, write to us."
    )
    assert kinds(statement) == [
        ("boilerplate", 0),
        ("boilerplate", 0),
        ("note", 0),
        ("border", 0),
        ("paragraph", 1),
        ("border", 0),
        ("note", 0),
    ]


def test_the_record_of_a_vote_and_footnotes_are_no_paragraphs() -> None:
    statement = parse(
        "The Security Council,\n\n1. Calls upon all parties;\n\nAdopted at the 1747th meeting by 14 votes to none 27\n\n"
        "27 One member did not participate in the voting.",
        title="Resolution",
    )
    assert kinds(statement) == [("paragraph", 1), ("list_item", 2), ("note", 0), ("note", 0)]


def test_headings_and_items_keep_the_reading_order() -> None:
    statement = parse(
        "# Communiqué\n\nWe met.\n\n## Regional security\nWe decided to:\n- expose it;\n- stop it.\n\n## End\n\nWe go on.",
        is_markdown=True,
    )
    assert [(passage.kind, passage.text) for passage in statement.passages] == [
        (PassageKind.TITLE, "Communiqué"),
        (PassageKind.PARAGRAPH, "We met."),
        (PassageKind.HEADING, "Regional security"),
        (PassageKind.PARAGRAPH, "We decided to:"),
        (PassageKind.LIST_ITEM, "- expose it;"),
        (PassageKind.LIST_ITEM, "- stop it."),
        (PassageKind.HEADING, "End"),
        (PassageKind.PARAGRAPH, "We go on."),
    ]


def test_a_text_wrapped_by_hand_has_the_paragraphs_of_the_unwrapped_one() -> None:
    wrapped = parse("Title\n\nWe met in Seoul and\nagreed on many\nthings.\n\nWe go on.\n")
    assert [passage.ordinal for passage in wrapped.passages] == [0, 1, 2]
    one_a_line = parse(f"Title\n{'We met in Seoul. ' * 10}\nWe go on.\n")
    assert [passage.ordinal for passage in one_a_line.passages] == [0, 1, 2]


@pytest.mark.parametrize(
    ("paragraph", "kind"),
    [
        pytest.param("Regional security", "heading", id="a few words"),
        pytest.param(
            "MR PRICE: Ben, that’s not incumbent on us. That’s incumbent on Moscow. So —", "paragraph", id="speech"
        ),
        pytest.param("MR PRICE: We don’t detail it. I think –", "paragraph", id="speech broken off"),
        pytest.param("QUESTION: Ned", "paragraph", id="a speaker's word"),
        pytest.param("We stand united.1", "paragraph", id="a footnote's number"),
        pytest.param("We call on all.[1]", "paragraph", id="a footnote in brackets"),
        pytest.param("It is over.*", "paragraph", id="an asterisk"),
        pytest.param("we go on", "paragraph", id="lower case"),
        pytest.param("• Trade", "list_item", id="an item"),
    ],
)
def test_only_a_short_line_that_says_nothing_is_a_heading(paragraph: str, kind: str) -> None:
    statement = parse(f"The title\n\nWe met.\n\n{paragraph}\n\nWe go on.")
    assert [passage.kind.value for passage in statement.passages] == ["title", "paragraph", kind, "paragraph"]


def test_a_body_is_not_taken_for_what_introduces_it() -> None:
    statement = parse(
        "The title\n\nWe met today in Paris.\n\nThe following sanctions were adopted by the Council and are in force.\n\nEnd."
    )
    assert [passage.ordinal for passage in statement.passages] == [0, 1, 2, 3]
    assert statement.issuers == ()


def test_a_wrapped_line_that_begins_like_an_item_is_none() -> None:
    statement = parse(
        "The title\n\nThey spoke of talks between Antony\nJ. Blinken and his counterpart on March\n12. They also agreed\n"
        "– in words and deeds – on trade."
    )
    assert [passage.ordinal for passage in statement.passages] == [0, 1]
    listed = parse("The title\n\nWe decided to:\n1. expose it\n2. stop it\n   for good\n- go on")
    assert [passage.text for passage in listed.passages[1:]] == [
        "We decided to:", "1. expose it", "2. stop it\n   for good", "- go on",
    ]  # fmt: skip


@pytest.mark.parametrize("first", ["Washington, DC", "2:06 p.m. EDT", "***SUBJECT TO CHANGE***", "June 21, 2021"])
def test_a_place_or_a_time_is_no_title(first: str) -> None:
    named = parse_statement(read_text(f"{first}\n\nWe met.\n\nWe agreed.", name="briefing-of-june.txt"))
    assert named.title == "briefing of june"


def test_those_who_signed_are_not_headings() -> None:
    statement = parse("Notice\n\nThis goes on.\n\nJOSEPH R. BIDEN JR.\n\nTHE WHITE HOUSE, June 21, 2021.")
    assert kinds(statement) == [("title", 0), ("paragraph", 1), ("signature", 0), ("signature", 0)]


@pytest.mark.parametrize(
    ("line", "issuers"),
    [
        pytest.param("the Governments of Japan and Canada.", ("Japan", "Canada"), id="two countries under one head"),
        pytest.param(
            "the G7 foreign ministers of Canada, France, and the High Representative of the European Union.",
            ("Canada", "France", "the High Representative of the European Union"),
            id="a list under one head",
        ),
        pytest.param(
            "Minister of Foreign Affairs and Trade Park Jin, and Secretary Blinken.",
            ("Minister of Foreign Affairs and Trade Park Jin", "Secretary Blinken"),
            id="an office with 'and' in its name",
        ),
        pytest.param(
            "President Joseph R. Biden, Jr., and Prime Minister Kishida.",
            ("President Joseph R. Biden, Jr.", "Prime Minister Kishida"),
            id="Jr. is no issuer",
        ),
        pytest.param(
            "the Governments of the United States of America and Poland on the occasion of their dialogue in Warsaw.",
            ("United States of America", "Poland"),
            id="the occasion is no issuer",
        ),
        pytest.param(
            "the G7 Media Ministers following their meeting in Bonn, Germany on June 19th, 2022.",
            ("the G7 Media Ministers",),
            id="the place and the date are no issuers",
        ),
        pytest.param("many countries, all of them friends.", (), id="better none than a wrong one"),
    ],
)
def test_issuers_are_those_the_release_line_names(line: str, issuers: tuple[str, ...]) -> None:
    statement = parse(f"The text of the following statement was released by {line}\n\nBegin Text:\n\nWe agree.")
    assert statement.issuers == issuers


def test_a_statement_without_a_title_is_called_by_its_file_or_its_first_words() -> None:
    named = parse_statement(read_text("We, the ministers, met.\n\nWe agreed.", name="joint-statement.txt"))
    assert named.title == "joint statement"
    assert parse("We, the ministers, met.\n\nWe agreed.").title == "We, the ministers, met."


def test_ids_depend_on_the_words_alone() -> None:
    text = "Title\n\nWe agree.\n\nWe go on."
    assert parse(text).id == parse(text.replace("\n", "\r\n") + "\n\n").id == parse(text).id
    edited = parse("Title\n\nWe agreed.\n\nWe go on.")
    assert edited.id != parse(text).id
    assert parse("Title\n\nOther words here.").id.startswith("title-")


@pytest.mark.timeout(30)
@pytest.mark.parametrize(
    "part", ["Go on. ", "a—B. ", "A, B, ", "# ", "MR PRICE: ", "(a) ", "the text of the following "]
)
@pytest.mark.parametrize("is_markdown", [False, True])
def test_no_text_takes_more_than_linear_time(part: str, is_markdown: bool) -> None:
    # A quadratic reading of a megabyte takes from minutes to hours: it runs into the time limit.
    paragraph = f"{part * (99_000 // len(part))}x"
    parse("\n\n".join(["Title", *[paragraph] * 10]), is_markdown=is_markdown)


def test_a_text_of_one_short_line_says_that_line() -> None:
    statement = parse_statement(read_text("The answer is 42\n", Metadata("Answer")))
    assert [(passage.kind, passage.text) for passage in statement.passages] == [
        (PassageKind.PARAGRAPH, "The answer is 42")
    ]
