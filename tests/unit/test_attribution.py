"""Attribution: who issued a statement and when, only as its own text says it."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import PassageKind, Statement, bundled_statements
from index.corpus.documents import Metadata, read_text
from index.corpus.readers import read_file
from index.corpus.segmentation import parse_statement
from index.engines.attribution.find import DateOrigin, IssuedHow, find_dates, find_issuers, mentions_date, names_person

SEED = next(path for path in bundled_statements() if path.name.startswith("us-japan-rok"))


def statement(text: str, title: str = "Joint Statement", date: datetime.date | None = None) -> Statement:
    return parse_statement(read_text(text, Metadata.parse(title=title, date=date)))


def bundled(part: str) -> Statement:
    return parse_statement(read_file(next(path for path in bundled_statements() if part in path.name)))


def names(held: Statement) -> list[str]:
    return [issuer.name for issuer in find_issuers(held).issuers]


def test_the_seed_was_released_by_three_ministers_with_their_titles() -> None:
    found = find_issuers(parse_statement(read_file(SEED)))
    assert found.how is IssuedHow.RELEASED
    assert [issuer.name for issuer in found.issuers] == [
        "U.S. Secretary of State Antony J. Blinken",
        "Japanese Foreign Minister Yoko Kamikawa",
        "Republic of Korea Foreign Minister Park Jin",
    ]
    assert found.evidence is not None
    assert found.evidence.kind is PassageKind.RELEASE_LINE


def test_the_seed_gives_no_date() -> None:
    dates = find_dates(parse_statement(read_file(SEED)))
    assert (dates.stated, dates.metadata, dates.best) == (None, None, None)


@pytest.mark.parametrize(("name", "is_named"), [
    pytest.param("Kamikawa", True, id="a surname"),
    pytest.param("yoko kamikawa", True, id="in full, small letters"),
    pytest.param("Park Jin", True, id="family name first"),
    pytest.param("Lavrov", False, id="somebody else"),
    pytest.param("Kami", False, id="part of a name"),
    pytest.param("", False, id="nobody"),
])  # fmt: skip
def test_a_person_is_found_among_the_issuers_by_whole_words(name: str, is_named: bool) -> None:
    assert (names_person(parse_statement(read_file(SEED)), name) is not None) is is_named


def test_a_release_line_in_the_present_tense_names_the_issuers() -> None:
    found = find_issuers(bundled("2022-03-03-joint-statement-on-arctic"))
    assert found.how is IssuedHow.ISSUED
    assert [issuer.name for issuer in found.issuers] == [
        "Canada", "the Kingdom of Denmark", "Finland", "Iceland", "Norway", "Sweden", "the United States"
    ]  # fmt: skip


@pytest.mark.parametrize(("line", "how", "expected"), [
    pytest.param("Canada, Japan, and the United States issue the following joint statement:", IssuedHow.ISSUED, ["Canada", "Japan", "the United States"], id="issue"),
    pytest.param("The Foreign Ministers of Canada and Japan release the following statement.", IssuedHow.RELEASED, ["Canada", "Japan"], id="release"),
    pytest.param("The Security Council adopts the following declaration.", IssuedHow.ADOPTED, ["The Security Council"], id="adopts"),
    pytest.param("France and Italy make the following statement.", IssuedHow.MADE, ["France", "Italy"], id="make"),
    pytest.param("France and Italy publish the following text.", IssuedHow.PUBLISHED, ["France", "Italy"], id="publish"),
    pytest.param("We, the leaders of Japan, Australia, and India, reaffirm our resolve.", IssuedHow.NAMED, ["Japan", "Australia", "India"], id="we, the leaders of"),
    pytest.param("Parties that sign the following treaty should keep it.", None, [], id="no release line"),
])  # fmt: skip
def test_an_opening_line_names_the_issuers_in_any_tense(line: str, how: IssuedHow | None, expected: list[str]) -> None:
    held = statement(f"{line}\n\nWe condemn the launch.", title="Joint Statement on Peace")
    assert (find_issuers(held).how, names(held)) == (how, expected)


def test_the_seed_mentions_no_date_at_all() -> None:
    assert not mentions_date(parse_statement(read_file(SEED)))


@pytest.mark.parametrize(("text", "expected"), [
    pytest.param("They met on this 26th day of April, 2023 to talk.", True, id="of what it tells"),
    pytest.param("On 23 November 2025, they met.", True, id="day first"),
    pytest.param("The attack of October 7th was vile.", True, id="no year"),
    pytest.param("The coup of February 2021 failed.", True, id="a month"),
    pytest.param("They have fought since 2014.", True, id="a year"),
    pytest.param("Dated 2023-04-26.", True, id="as digits"),
    pytest.param("We recall resolution 1701 (2006).", True, id="the year of a resolution"),
    pytest.param("We recall resolutions 2023, 1718 and 2270.", False, id="numbers of resolutions"),
    pytest.param("Some 2000 people fled, and of 2000 people few came back.", False, id="a count"),
    pytest.param("All may march on in August company.", False, id="words like months"),
    pytest.param("They met last week.", False, id="no calendar date"),
])  # fmt: skip
def test_any_date_in_a_text_is_noticed(text: str, expected: bool) -> None:
    assert mentions_date(statement(text)) is expected


_RELEASE_LINES = [
    pytest.param("The text of the following statement was released by the G7 foreign ministers of Canada, Japan and the United Kingdom and the High Representative of the European Union.",
        "released", ["Canada", "Japan", "the United Kingdom", "the High Representative of the European Union"], id="a shared head, then an office of its own"),
    pytest.param("The text of the following statement was released by the Governments of Canada and the United Kingdom, and the European External Action Service.",
        "released", ["Canada", "the United Kingdom", "the European External Action Service"], id="a body beside governments"),
    pytest.param("The governments of Canada, the Kingdom of Denmark, and the United States have issued the following joint statement.",
        "issued", ["Canada", "the Kingdom of Denmark", "the United States"], id="names before the verb"),
    pytest.param("The following statement was signed by Secretary of State Antony J. Blinken of the United States and Deputy Prime Minister and Foreign Minister Don Pramudwinai of the Kingdom of Thailand in Bangkok, Thailand on July 10, 2022.",
        "signed", ["Secretary of State Antony J. Blinken of the United States", "Deputy Prime Minister and Foreign Minister Don Pramudwinai of the Kingdom of Thailand"], id="two offices of one person; the place is no name"),
    pytest.param("The following statement was released by Antony J. Blinken, Secretary of State, and Yoko Kamikawa, Minister for Foreign Affairs of Japan.",
        "released", ["Antony J. Blinken, Secretary of State", "Yoko Kamikawa, Minister for Foreign Affairs of Japan"], id="office after the name"),
    pytest.param("The following is the text of a joint statement by the High Representative on behalf of the European Union and the Foreign Ministers of Australia and the Republic of Korea.",
        "named", ["the High Representative on behalf of the European Union", "Australia", "the Republic of Korea"], id="no verb of its own; on behalf of"),
    pytest.param("The following statement was released by the Governments of Bosnia and Herzegovina, Trinidad and Tobago, and Chile.",
        "released", ["Bosnia and Herzegovina", "Trinidad and Tobago", "Chile"], id="states with 'and' in their names"),
    pytest.param("Representatives of Egypt, France, and Qatar met today in Cairo and issued the following statement:",
        "issued", ["Egypt", "France", "Qatar"], id="representatives who met and issued"),
    pytest.param("The text of the following statement was agreed upon by the ministers of sport or their equivalent from the countries and individuals listed at the bottom of the statement.",
        None, [], id="no names: none rather than wrong ones"),
    pytest.param("The text of the following statement was released by the Governments of the United States and the 17 partner economies.",
        None, [], id="a part that is no name: none"),
]  # fmt: skip


@pytest.mark.parametrize(("line", "how", "expected"), _RELEASE_LINES)
def test_a_release_line_names_its_issuers(line: str, how: str | None, expected: list[str]) -> None:
    held = statement(f"{line}\n\nBegin Text:\n\nWe condemn it.\n\nEnd Text.")
    found = find_issuers(held)
    assert [issuer.name for issuer in found.issuers] == expected
    assert (found.how.value if found.how else None) == how


@pytest.mark.parametrize(("title", "expected"), [
    pytest.param("Joint Statement by the United States, France, and the United Kingdom Regarding the IAEA", ["the United States", "France", "the United Kingdom"], id="by"),
    pytest.param("Joint Statement from the Leaders of the United States, Egypt, and Qatar", ["the United States", "Egypt", "Qatar"], id="from the leaders of"),
    pytest.param("Joint Statement by Secretary Blinken and Treasury Secretary Janet L. Yellen Welcoming the EU Regime", ["Secretary Blinken", "Treasury Secretary Janet L. Yellen"], id="the subject begins in capitals"),
    pytest.param("Statement by Japanese Minister for Foreign Affairs Hayashi Yoshimasa on the Launch", ["Japanese Minister for Foreign Affairs Hayashi Yoshimasa"], id="an office with 'for'"),
    pytest.param("G7 Foreign Ministers’ Statement on Belarus", ["G7 Foreign Ministers"], id="a collective"),
    pytest.param("U.S.-Japan-ROK Joint Statement Condemning Arms Transfers", ["U.S.", "Japan", "ROK"], id="hyphenated"),
    pytest.param("Joint Statement of the Second U.S.-Bahrain Strategic Dialogue", [], id="an occasion issues nothing"),
    pytest.param("Joint Leaders’ Statement on Trade", [], id="leaders of what is not said"),
    pytest.param("Announcement of Visa Restrictions Against Officials", [], id="an announcement of a measure"),
])  # fmt: skip
def test_a_title_names_its_issuers(title: str, expected: list[str]) -> None:
    held = statement("It is time to bring relief to the people.\n\nThe time has come.", title)
    assert names(held) == expected
    assert find_issuers(held).how is (IssuedHow.TITLED if expected else None)
    assert all(issuer.span is None for issuer in find_issuers(held).issuers)


def test_those_who_say_we_are_the_issuers() -> None:
    held = statement("We, the Leaders of the G7, unequivocally condemn the attack. It must stop.")
    assert names(held) == ["the G7"]
    assert find_issuers(held).how is IssuedHow.NAMED


@pytest.mark.parametrize(("text", "expected"), [
    pytest.param("As leaders of Chile, Ghana, and Nepal, bound by trade, we agree to meet again.",
                 ["Chile", "Ghana", "Nepal"], id="as leaders of"),
    pytest.param("1. Heads of Delegation from Chile and Ghana, meeting in Lima, adopted the following.",
                 ["Chile", "Ghana"], id="heads of delegation in a list"),
    pytest.param("The Foreign Ministers of Chile and Ghana met in Lima on 3 March 2024 to discuss roads.",
                 ["Chile", "Ghana"], id="ministers who met"),
    pytest.param("**WE**, the Ministers of Chile and Ghana, gathered in Lima,", ["Chile", "Ghana"], id="bold"),
    pytest.param("The Foreign Ministers of Chile and Ghana met with the Secretary in Lima.", [], id="met with another"),
    pytest.param("The leaders of Chile and Ghana have long been told of it.", [], id="told of, not speaking"),
])  # fmt: skip
def test_first_words_of_a_text_name_its_issuers(text: str, expected: list[str]) -> None:
    assert names(statement(f"{text}\n\nWe will go on with our talks.")) == expected


def test_line_above_the_text_names_its_issuer() -> None:
    assert names(statement("Issued by the Secretariat of the Lima Forum\n\nPrices have doubled since May.")) == [
        "the Secretariat of the Lima Forum"
    ]


def test_governments_that_sign_are_signatories() -> None:
    text = "We agree to share.\n\nFor the Government of Chile:\nA. Soto\n\nFor the Government of Ghana:\nB. Osei"
    assert [one.name for one in find_issuers(statement(text)).signatories] == ["Chile", "Ghana"]


def test_a_resolution_is_adopted_by_its_organ() -> None:
    found = find_issuers(bundled("resolution-242"))
    assert [issuer.name for issuer in found.issuers] == ["The Security Council"]
    assert found.how is IssuedHow.ADOPTED


def test_a_signature_block_is_kept_beside_the_issuers() -> None:
    found = find_issuers(bundled("2024-08-08"))
    assert [issuer.name for issuer in found.issuers] == ["the United States", "Egypt", "Qatar"]
    assert [issuer.name for issuer in found.signatories] == [
        "President of the United States Joe Biden",
        "President of the Arab Republic of Egypt Abdel Fattah el-Sisi",
        "Amir of the State of Qatar HH Sheikh Tamim bin Hamad Al Thani",
    ]


def test_issuers_given_with_the_file_are_marked_as_metadata() -> None:
    held = parse_statement(read_text("It is so.\n\nIt was so.", Metadata("A Note", issuers=("Ruritania",))))
    found = find_issuers(held)
    assert (found.how, [issuer.name for issuer in found.issuers]) == (IssuedHow.METADATA, ["Ruritania"])


@pytest.mark.parametrize("path", bundled_statements(), ids=lambda path: path.stem[:40])
def test_every_name_and_date_in_a_text_is_verbatim(path: object) -> None:
    held = parse_statement(read_file(path))  # type: ignore[arg-type]  # parametrize hides the type
    for issuer in find_issuers(held).everyone:
        if issuer.span is None:
            assert issuer.name in held.title
        else:
            assert held.text[issuer.span.start : issuer.span.end] == issuer.name
    dates = find_dates(held)
    # These files carry their date beside the text: a date read in the text must be the same one.
    if dates.stated and dates.metadata:
        assert dates.stated.date == dates.metadata.date


_MAY = datetime.date(2022, 3, 25)


@pytest.mark.parametrize(("text", "quoted"), [
    pytest.param("March 25, 2022\n\nWe condemn the launch.", "March 25, 2022", id="a line of its own"),
    pytest.param("Friday, 25 March 2022 – 16:30 CET\n\nWe condemn it.", "25 March 2022", id="a time after it"),
    pytest.param("Released 3 p.m. EDT, March 25, 2022\n\nWe condemn it.", "March 25, 2022", id="a time before it"),
    pytest.param("Bonn, 24-25 March 2022\n\nWe condemn it.", "24-25 March 2022", id="the last of several days"),
    pytest.param("Done at Bonn this 25th day of March, 2022\n\nWe agree.", "25th day of March, 2022", id="in words"),
    pytest.param("Resolution adopted by the General Assembly on 25 March 2022\n\nThe General Assembly,\n\n1. Decides so.",
                 "25 March 2022", id="a resolution of the Assembly"),
    pytest.param("Washington, D.C., March 25, 2022\n\nWe condemn the launch.", "March 25, 2022", id="with its place"),
    pytest.param("Washington, D.C., March 25, 2022 – The Governments of Japan and Canada condemn it.", "March 25, 2022", id="a dateline"),
    pytest.param("Resolution 9999 (2022) of 25 March 2022\n\nThe Security Council,\n\n1. Decides so.", "25 March 2022", id="a resolution's heading"),
    pytest.param("The Security Council,\n\n1. Decides so.\n\nAdopted by the Security Council at its 1382nd meeting, on 25 March 2022.", "25 March 2022", id="a record of adoption"),
    pytest.param("We declare it so.\n\nJOHN DOE\n\nTHE WHITE HOUSE, March 25, 2022.", "March 25, 2022", id="a signature block"),
    pytest.param("The following statement was signed by Foreign Minister Park Jin in Seoul, on March 25, 2022.\n\nBegin Text:\n\nWe agree.\n\nEnd Text.", "March 25, 2022", id="a release line"),
])  # fmt: skip
def test_a_statement_is_dated_by_its_own_words(text: str, quoted: str) -> None:
    held = statement(text, date=datetime.date(2020, 1, 1))
    dates = find_dates(held)
    assert dates.stated is not None
    assert dates.stated.span is not None
    assert (dates.stated.date, dates.stated.origin) == (_MAY, DateOrigin.TEXT)
    assert held.text[dates.stated.span.start : dates.stated.span.end] == quoted
    assert dates.best == dates.stated


@pytest.mark.parametrize("text", [
    pytest.param("We condemn the launch on March 24, 2022.\n\nIt must end.", id="an event in a sentence"),
    pytest.param("On March 24, 2022, the ministers met in Tokyo.\n\nThey agreed.", id="when they met"),
    pytest.param("The following statement was released by the G7 Media Ministers following their meeting in Bonn, Germany on June 19th, 2022:\n\nWe agree.", id="a meeting in the release line"),
    pytest.param("We act.\n\nMarch 25\n\nWe acted.", id="no year"),
    pytest.param("February 30, 2022\n\nWe condemn it.", id="no such day"),
])  # fmt: skip
def test_dates_of_events_are_not_dates_of_issue(text: str) -> None:
    dates = find_dates(statement(text, date=_MAY))
    assert dates.stated is None
    assert dates.best is not None
    assert (dates.best.date, dates.best.origin) == (_MAY, DateOrigin.METADATA)


@given(st.text(alphabet="ABab ,.;:()\n’-andofthe", max_size=300))
def test_any_text_is_read_without_inventing_a_name(text: str) -> None:
    held = statement(f"The following statement was released by {text}.\n\nWe condemn it.")
    for issuer in find_issuers(held).everyone:
        assert issuer.span is not None
        assert held.text[issuer.span.start : issuer.span.end] == issuer.name
