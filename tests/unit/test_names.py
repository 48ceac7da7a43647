"""The gazetteer: a name finds the other names of the same, look-alikes stay apart, and definitions are read from the text."""

import datetime
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.text.definitions import find_definitions
from index.text.names import (
    Entity,
    EntityKind,
    Gazetteer,
    HolderKind,
    NameKind,
    OtherName,
    find_names,
    gazetteer,
    is_acronym,
    name_key,
)

NAMES = gazetteer()


def names(term: str) -> list[str]:
    return [other.text for other in NAMES.other_names(term) if other.kind is NameKind.NAME]


def metonyms(term: str) -> list[str]:
    return [other.text for other in NAMES.other_names(term) if other.kind is NameKind.METONYM]


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        pytest.param("DPRK", ["North Korea", "Democratic People's Republic of Korea", "N. Korea"], id="acronym"),
        pytest.param(
            "dprk", ["North Korea", "Democratic People's Republic of Korea", "N. Korea"], id="acronym in small letters"
        ),
        pytest.param(
            "the DPRK", ["North Korea", "Democratic People's Republic of Korea", "N. Korea"], id="with its article"
        ),
        pytest.param("North Korea", ["DPRK", "Democratic People's Republic of Korea", "N. Korea"], id="plain name"),
        pytest.param(
            "Pyongyang", ["North Korea", "DPRK", "Democratic People's Republic of Korea", "N. Korea"], id="seat"
        ),
        pytest.param("South Korea", ["ROK", "Republic of Korea", "S. Korea"], id="the other Korea"),
        pytest.param("China", ["PRC"], id="the long name holds the short one"),
        pytest.param("People’s Republic of China", ["China", "PRC"], id="curly apostrophe"),
        pytest.param("Russian Federation", ["Russia"], id="official name"),
        pytest.param("US", ["United States", "USA"], id="capitals"),
        pytest.param("u.s.", ["United States", "USA"], id="full stops tell the acronym from the word"),
        pytest.param("us", [], id="a pronoun"),
        pytest.param("WHO", ["World Health Organization", "World Health Organisation"], id="acronym that is a word"),
        pytest.param("who", [], id="a pronoun too"),
        pytest.param("UNSC", ["Security Council"], id="found within UN Security Council"),
        pytest.param("United Nations Security Council", ["UNSC", "Security Council"], id="in full"),
        pytest.param("Turkiye", ["Turkey"], id="without accents"),
        pytest.param("Korea", [], id="two states alike"),
        pytest.param("Congo", [], id="two states alike again"),
        pytest.param("Brussels", [], id="a state's seat and a union's"),
        pytest.param("Atlantis", [], id="unknown"),
    ],
)
def test_a_name_finds_the_other_names_of_the_same(term: str, expected: list[str]) -> None:
    assert names(term) == expected


@pytest.mark.parametrize(
    ("term", "expected"),
    [("Russia", ["Moscow", "Kremlin"]), ("China", ["Beijing"]), ("United States", ["Washington"]), ("NATO", [])],
)
def test_seats_are_no_names(term: str, expected: list[str]) -> None:
    assert metonyms(term) == expected


@pytest.mark.parametrize(
    "acronym",
    [
        "IAEA",
        "NATO",
        "ASEAN",
        "G7",
        "JCPOA",
        "WMD",
        "ICBM",
        "NPT",
        "OPCW",
        "WHO",
        "EU",
        "UN",
        "UK",
        "UAE",
        "OSCE",
        "IRGC",
        "ISIS",
        "AU",
        "OECD",
    ],
)
def test_what_statements_abbreviate_is_known(acronym: str) -> None:
    assert NAMES.find_entity(acronym) is not None
    assert names(acronym)


def entities(text: str) -> list[str]:
    return [match.entity.name for match in find_names(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("North Koreans", ["North Korea"], id="people"),
        pytest.param("north korean", ["North Korea"], id="adjective in small letters"),
        pytest.param("Afghan women", ["Afghanistan"], id="adjective"),
        pytest.param("Spaniards and Swedes", ["Spain", "Sweden"], id="demonyms"),
        pytest.param("the Taliban", ["Taliban"], id="a body of its own, not Taiwan"),
        pytest.param("U.S.-Japan-ROK", ["United States", "Japan", "South Korea"], id="joined by hyphens"),
        pytest.param("the PEOPLE’S REPUBLIC OF CHINA’S", ["China"], id="longest first, capitals, genitive"),
        pytest.param("Democratic People's Republic of Korea", ["North Korea"], id="not the Republic of Korea"),
        pytest.param("South Sudan", ["South Sudan"], id="not Sudan"),
        pytest.param("cote d'ivoire, n'djamena", ["Côte d'Ivoire", "Chad"], id="apostrophes"),
        pytest.param("the G-7 and the C5+1", ["Group of Seven", "C5+1"], id="digits and signs"),
        pytest.param("Putin", ["Vladimir Putin"], id="a person"),
        pytest.param("who told us", [], id="pronouns"),
        pytest.param("Who told Us?", [], id="pronouns with a capital"),
        pytest.param("WHO told the US", ["World Health Organization", "United States"], id="acronyms"),
        pytest.param("teas launched", [], id="no names"),
    ],
)
def test_names_are_found_in_a_text(text: str, expected: list[str]) -> None:
    assert entities(text) == expected


def test_names_that_are_ordinary_words_are_doubtful() -> None:
    assert [match.is_certain for match in find_names("turkey Turkey polish Polish")] == [False, True, False, True]


def test_an_ambiguous_name_has_alternatives() -> None:
    [brussels] = find_names("Brussels")
    assert {brussels.entity.name, *(other.name for other in brussels.alternatives)} == {"Belgium", "European Union"}


@given(st.text(alphabet=st.characters() | st.sampled_from("aUSs.'’- -")))
def test_found_names_are_slices_of_the_text(text: str) -> None:
    end = 0
    for match in find_names(f"{text} U.S. {text}"):
        assert end <= match.start < match.end
        assert f"{text} U.S. {text}"[match.start : match.end] == match.text
        end = match.end


def test_every_name_finds_its_entity_in_any_case() -> None:
    for entity in NAMES.entities:
        for name in entity.names:
            if name.lower() in {"us", "who", "car", "doe"}:
                continue
            for written in (name, name.upper(), f"the {name.lower()}'s"):
                assert entity.name in entities(written), written


def test_groups_have_members_by_date() -> None:
    union = NAMES.find_entity("EU")
    assert union is not None
    assert "United Kingdom" in union.members(datetime.date(2020, 1, 31))
    assert "United Kingdom" not in union.members(datetime.date(2020, 2, 1))
    assert len(union.members()) == 27
    seven = NAMES.find_entity("G7")
    assert seven is not None
    assert seven.members() == (
        "Canada", "France", "Germany", "Italy", "Japan", "United Kingdom", "United States",
    )  # fmt: skip


def test_members_and_owners_are_entities_themselves() -> None:
    names = {entity.name for entity in NAMES.entities}
    for entity in NAMES.entities:
        assert {member.name for member in entity.memberships} <= names
        assert not entity.of or entity.of in names


def test_every_state_is_known_with_its_adjective() -> None:
    states = [entity for entity in NAMES.entities if entity.kind is EntityKind.STATE]
    assert len(states) >= 195
    assert [state.name for state in states if not state.adjectives] == []


def test_no_name_belongs_to_two_entities() -> None:
    for name in (name for entity in NAMES.entities for name in entity.names):
        assert NAMES.find_entity(name) is not None, name


@pytest.mark.parametrize(
    ("name", "longer", "kind"),
    [
        ("Sudan", "South Sudan", HolderKind.OTHER_STATE),
        ("Guinea", "Equatorial Guinea", HolderKind.OTHER_STATE),
        ("Guinea", "Papua New Guinea", HolderKind.OTHER_STATE),
        ("Republic of Korea", "Democratic People's Republic of Korea", HolderKind.OTHER_STATE),
        ("Ireland", "Northern Ireland", HolderKind.OTHER_STATE),
        ("Samoa", "American Samoa", HolderKind.OTHER_STATE),
        ("China", "South China Sea", HolderKind.LOOK_ALIKE),
        ("China", "People's Republic of China", HolderKind.OWN),
        ("Security Council", "National Security Council", HolderKind.LOOK_ALIKE),
        ("Mexico", "New Mexico", HolderKind.LOOK_ALIKE),
    ],
)
def test_longer_names_that_hold_a_name_are_known(name: str, longer: str, kind: HolderKind) -> None:
    holders = NAMES.holders_of(name, NAMES.find_entity(name))
    assert (longer, kind) in [(holder.text, holder.kind) for holder in holders]
    assert [len(holder.text) for holder in holders] == sorted((len(holder.text) for holder in holders), reverse=True)


def test_a_statement_adds_its_own_short_forms() -> None:
    defined = [("GERD", "Grand Ethiopian Renaissance Dam")]
    assert NAMES.other_names("GERD") == ()
    assert NAMES.other_names("GERD", defined) == (OtherName("Grand Ethiopian Renaissance Dam", NameKind.DEFINED),)
    assert NAMES.other_names("Grand Ethiopian Renaissance Dam", defined) == (OtherName("GERD", NameKind.DEFINED),)


def test_names_can_be_given_by_hand() -> None:
    ours = Gazetteer([Entity(EntityKind.BODY, ("Blue Team", "BT"), metonyms=("Room 5",))])
    assert [other.text for other in ours.other_names("bt")] == ["Blue Team", "Room 5"]
    assert ours.other_names("DPRK") == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Japan and the Republic of Korea (ROK) met.", ("ROK", "Republic of Korea"), id="acronym"),
        pytest.param(
            "by the Democratic People's Republic of Korea (DPRK) to",
            ("DPRK", "Democratic People's Republic of Korea"),
            id="genitive inside",
        ),
        pytest.param(
            "the People’s Republic of China’s (PRC) claims",
            ("PRC", "People’s Republic of China"),
            id="genitive at the end",
        ),
        pytest.param(
            "the Organization of Islamic Cooperation (OIC)",
            ("OIC", "Organization of Islamic Cooperation"),
            id="'of' is skipped",
        ),
        pytest.param(
            "the Status of Forces Agreement (SOFA)", ("SOFA", "Status of Forces Agreement"), id="'of' is counted"
        ),
        pytest.param(
            "the Joint Comprehensive Plan of Action (“JCPOA”) and",
            ("JCPOA", "Joint Comprehensive Plan of Action"),
            id="in quotation marks",
        ),
        pytest.param(
            "the Global Action Plan (hereinafter referred to as the “GAP”)",
            ("GAP", "Global Action Plan"),
            id="hereinafter",
        ),
        pytest.param("weapons of mass destruction (WMD)", ("WMD", "weapons of mass destruction"), id="small letters"),
        pytest.param("internally displaced persons (IDPs)", ("IDPs", "internally displaced persons"), id="plural"),
        pytest.param("the U.S. Coast Guard (USCG)", ("USCG", "U.S. Coast Guard"), id="letters within a word"),
        pytest.param("the Caribbean Community (CARICOM)", ("CARICOM", "Caribbean Community"), id="syllables"),
        pytest.param("the ROK (Republic of Korea) said", ("ROK", "Republic of Korea"), id="the other way about"),
        pytest.param(
            "the Joint Comprehensive Plan of Action, or JCPOA, is",
            ("JCPOA", "Joint Comprehensive Plan of Action"),
            id="without brackets",
        ),
        pytest.param(
            "the Agreement on Arctic Science (the “Agreement”)",
            ("Agreement", "Agreement on Arctic Science"),
            id="a word of the name",
        ),
    ],
)
def test_definitions_are_read_from_the_text(text: str, expected: tuple[str, str]) -> None:
    [found] = find_definitions(text)
    assert (found.short, found.long) == expected
    assert found.long in text[found.start : found.end]
    assert found.short in text[found.start : found.end]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("MR PRICE: (Laughter.) Thank you.", id="what happened in the room"),
        pytest.param("Senator Smith (D-NY) agreed.", id="a senator's state"),
        pytest.param("resolution 1718 (2006) and", id="a year"),
        pytest.param("as follows: (iii) the parties", id="a list's number"),
        pytest.param("They met the ministers. (ROK)", id="nothing that spells it"),
        pytest.param("we agree (see below) that", id="an aside"),
    ],
)
def test_other_brackets_define_nothing(text: str) -> None:
    assert find_definitions(text) == []


PIECES = st.sampled_from([*"AaBbC (),“”’'.-\n", "or ", "the ", "(AB)", "Aa Bb "])


@given(st.lists(PIECES, max_size=120).map("".join))
def test_definitions_are_slices_of_any_text(text: str) -> None:
    for found in find_definitions(text):
        assert found.long in text[found.start : found.end]
        assert found.short in text[found.start : found.end]


@pytest.mark.parametrize("piece", ["(", "(A", "Aa Bb (AB) ", "(“A", "Aa, or A, ", "A of the ", "hereinafter ("])
def test_definitions_take_time_in_proportion(piece: str) -> None:
    def seconds(times: int) -> float:
        started = time.perf_counter()
        find_definitions(piece * times)
        return time.perf_counter() - started

    once = min(seconds(1_000) for _ in range(3))
    assert min(seconds(10_000) for _ in range(3)) < 20 * once + 0.05


@pytest.mark.parametrize(
    ("name", "expected"),
    [("US", True), ("U.S.", True), ("G7", True), ("DoD", True), ("Us", False), ("Japan", False), ("UN Charter", False)],
)
def test_acronyms_are_told_from_words(name: str, expected: bool) -> None:
    assert is_acronym(name) is expected


def test_names_are_compared_without_article_case_hyphens_and_stops() -> None:
    assert name_key("The Guinea-Bissau") == name_key("GUINEA BISSAU") == "guinea bissau"
    assert name_key("U.S.A.") == name_key("USA") == "usa"
    assert name_key("Côte d’Ivoire") == "cote d'ivoire"
