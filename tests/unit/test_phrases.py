"""Phrases: every occurrence is found, none is made up, and other names are counted beside and never silently added."""

import datetime
import re
import time
import unicodedata

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from index import bundled_statements
from index.corpus.documents import Document, Metadata, read_text
from index.corpus.readers import read_file
from index.corpus.segmentation import parse_statement
from index.corpus.statements import Statement
from index.engines.mentions.phrases import (
    FormCount,
    FormKind,
    PhraseCount,
    ScannedText,
    appearances,
    count_by_passage,
    count_phrase,
    find_occurrences,
)
from index.text.inflections import inflections_of, number_forms_of
from index.text.tokens import fold

BUNDLED = [ScannedText(parse_statement(read_file(path))) for path in bundled_statements()]
SEED = [one for one in BUNDLED if "DPRK-Russia Arms Transfers" in one.statement.title]


def statement(text: str, title: str | None = None, date: datetime.date | None = None) -> Statement:
    return parse_statement(read_text(text, Metadata.parse(title=title, date=date)))


def scanned(*texts: str) -> list[ScannedText]:
    return [ScannedText(statement(text)) for text in texts]


def listed(forms: tuple[FormCount, ...]) -> dict[str, int]:
    return {form.text: len(form.occurrences) for form in forms}


def per_paragraph(count: PhraseCount) -> dict[str, int]:
    return {passage.label: number for passage, number in count_by_passage(count.occurrences)}


# -- the seed statement ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["DPRK", "the DPRK", "dprk", "DPRK's"])
def test_the_dprk_is_counted_per_paragraph_and_in_the_title(typed: str) -> None:
    count = count_phrase(typed, SEED)
    assert len(count.in_body) == 12
    assert per_paragraph(count) == {"title": 1, "¶1": 3, "¶2": 5, "¶3": 2, "¶4": 2}
    assert listed(count.other_names) == {"North Korea": 0, "Democratic People's Republic of Korea": 1, "Pyongyang": 1}
    assert {form.kind for form in count.other_names} == {FormKind.NAME, FormKind.METONYM}


def test_a_name_that_the_text_does_not_use_is_found_under_those_it_does() -> None:
    count = count_phrase("North Korea", SEED)
    assert count.is_under_other_names_only
    assert count.occurrences == ()
    assert listed(count.other_names) == {"DPRK": 13, "Democratic People's Republic of Korea": 1, "Pyongyang": 1}


def test_an_absence_is_proven_with_the_names_and_sentences_scanned() -> None:
    count = count_phrase("China", SEED)
    assert count.is_absent
    assert [form.text for form in (*count.forms, *count.other_names)] == ["China", "PRC", "Beijing"]
    assert (count.statements, count.sentences) == (1, 12)


def test_a_quoted_phrase_is_found_in_a_compound() -> None:
    count = count_phrase("ballistic missile", SEED, is_exact=True)
    assert [(one.passage.label, one.sentence.number) for one in count.occurrences] == [("¶2", 3), ("¶3", 1)]
    assert {one.text for one in count.occurrences} == {"ballistic missile"}


@pytest.mark.parametrize(
    ("typed", "in_body", "forms"),
    [
        pytest.param("sanction", 0, {"sanction": 0}, id="not even as sanctions"),
        pytest.param("sanctions", 0, {"sanctions": 0}, id="nor the other way about"),
        pytest.param("resolution", 3, {"resolution": 0, "resolutions": 3}, id="the plural is told apart"),
        pytest.param("WMD", 1, {"WMD": 1}, id="the words in full are another name"),
        pytest.param("Republic of Korea", 1, {"Republic of Korea": 2}, id="not within the other Korea's name"),
        pytest.param("UN Security Council", 3, {"UN Security Council": 3}, id="several words"),
        pytest.param("US", 0, {"US": 0, "U.S.": 2}, id="full stops are a spelling"),
        pytest.param("us", 0, {"us": 0}, id="the pronoun is not the state"),
        pytest.param("Iran", 0, {"Iran": 0}, id="not there"),
    ],
)
def test_forms_of_the_seed_statement(typed: str, in_body: int, forms: dict[str, int]) -> None:
    count = count_phrase(typed, SEED)
    assert len(count.in_body) == in_body
    assert listed(count.forms) == forms


# -- look-alikes -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "text", "found"),
    [
        pytest.param("US", "They told us that the US and the U.S. agree.", ["US", "U.S."], id="US is not us"),
        pytest.param("us", "They told us that the US agrees.", ["us"], id="us is not US"),
        pytest.param("US", "See 50 U.S.C. 1701 and the USS Reagan.", [], id="U.S.C. is not U.S."),
        pytest.param("WHO", "Those who met the WHO agreed.", ["WHO"], id="WHO is not who"),
        pytest.param("who", "Those who met the WHO agreed.", ["who"], id="who is not WHO"),
        pytest.param("Niger", "Nigeria and Niger agreed.", ["Niger"], id="whole words"),
        pytest.param("Oman", "A woman from Oman; Romania.", ["Oman"], id="within other words"),
        pytest.param("Iran", "Iran's and Iran’s, Iran-backed.", ["Iran", "Iran", "Iran"], id="genitives, compounds"),
        pytest.param("1718", "1718 (2006), 17180, 21718, 1,718, 1718.5, 1718, 1718.", ["1718"] * 3, id="whole numbers"),
        pytest.param("718", "In 1,718 and 718 cases.", ["718"], id="no part of thousands"),
        pytest.param("1718", "resolutions 1718,1874", ["1718"], id="a list without spaces"),
        pytest.param("general", "In general we generate generals.", ["general", "generals"], id="generate is another word"),
        pytest.param("nation", "A national of nations.", ["nations"], id="national is another word"),
        pytest.param("new", "New news is news.", ["New"], id="news is another word"),
        pytest.param("condemn", "We condemn, condemned, condemning; condemnation.", ["condemn", "condemned", "condemning"], id="verb"),
        pytest.param("policy", "One policy, two policies, policing.", ["policy", "policies"], id="plural in -ies"),
        pytest.param("hold", "We hold what they held.", ["hold", "held"], id="irregular verb"),
        pytest.param("ballistic missile", "Ballistic missiles.", ["Ballistic missiles"], id="the last word's plural"),
        pytest.param("ICBM", "An ICBM, two ICBMs.", ["ICBM", "ICBMs"], id="an acronym's plural"),
        pytest.param("Côte d'Ivoire", "Cote d’Ivoire", ["Cote d’Ivoire"], id="accents and apostrophes"),
        pytest.param("Côte d'Ivoire", unicodedata.normalize("NFD", "in Côte d'Ivoire."), [unicodedata.normalize("NFD", "Côte d'Ivoire")], id="accents after their letters"),
        pytest.param("Security Council", "the Security\n  Council", ["Security\n  Council"], id="over a line's end"),
        pytest.param("Security Council", "the Security\u00a0Council", ["Security\u00a0Council"], id="no-break space"),
        pytest.param("nonproliferation", "non\u00adproliferation", ["non\u00adproliferation"], id="soft hyphen"),
        pytest.param("long-range", "long range and long‑range", ["long range", "long‑range"], id="hyphen or space"),
        pytest.param("aid Russia", "the aid—Russia said", [], id="a dash stands between clauses"),
    ],
)  # fmt: skip
def test_what_is_found_and_what_is_not(typed: str, text: str, found: list[str]) -> None:
    assert [one.text for one in count_phrase(typed, scanned(text)).occurrences] == found


def test_quotation_marks_ask_for_these_words_only() -> None:
    texts = scanned("Sanctions. We sanction the DPRK, North Korea, the U.S. and the US.")
    assert listed(count_phrase("sanction", texts, is_exact=True).forms) == {"sanction": 1}
    assert listed(count_phrase("US", texts, is_exact=True).forms) == {"US": 1}
    assert count_phrase("DPRK", texts, is_exact=True).other_names == ()


def test_a_phrase_does_not_run_over_the_border_of_two_paragraphs() -> None:
    assert count_phrase("military aid", scanned("We oppose the military\n\naid is welcome.")).is_absent


def test_a_states_name_within_anothers_is_left_out_and_told() -> None:
    count = count_phrase("Sudan", scanned("Sudan and South Sudan; Sudan's border with South Sudan."))
    assert listed(count.forms) == {"Sudan": 2}
    assert listed(count.left_out) == {"South Sudan": 2}
    count = count_phrase("China", scanned("The PRC (People's Republic of China) in the South China Sea."))
    assert listed(count.forms) == {"China": 2}
    assert listed(count.within) == {"South China Sea": 1}
    assert listed(count.other_names) == {"PRC": 1, "Beijing": 0}


def test_the_other_koreas_name_is_no_other_name() -> None:
    count = count_phrase("South Korea", scanned("The Democratic People's Republic of Korea and the Republic of Korea."))
    assert listed(count.other_names) == {"ROK": 0, "Republic of Korea": 1, "Seoul": 0}


def test_no_stretch_of_text_counts_twice() -> None:
    count = count_phrase("People's Republic of China", scanned("The People's Republic of China and China."))
    assert listed(count.forms) == {"People's Republic of China": 1}
    assert listed(count.other_names) == {"China": 1, "PRC": 0, "Beijing": 0}


def test_adjectives_are_told_where_they_stand() -> None:
    count = count_phrase("Russia", scanned("Russian forces left."))
    assert count.is_absent
    assert [(form.text, form.kind, len(form.occurrences)) for form in count.other_names] == [
        ("Russian Federation", FormKind.NAME, 0),
        ("Moscow", FormKind.METONYM, 0),
        ("Russian", FormKind.ADJECTIVE, 1),
    ]


@pytest.mark.parametrize(("name", "official"), [
    ("Russia", "Russian Federation"),
    ("France", "French Republic"),
    ("Greece", "Hellenic Republic"),
    ("Argentina", "Argentine Republic"),
    ("Italy", "Italian Republic"),
    ("Portugal", "Portuguese Republic"),
    ("Switzerland", "Swiss Confederation"),
    ("Syria", "Syrian Arab Republic"),
    ("Slovakia", "Slovak Republic"),
    ("Czechia", "Czech Republic"),
    ("Kyrgyzstan", "Kyrgyz Republic"),
    ("Lebanon", "Lebanese Republic"),
    ("Gabon", "Gabonese Republic"),
    ("Togo", "Togolese Republic"),
    ("Libya", "Libyan Arab Jamahiriya"),
    ("Laos", "Lao People's Democratic Republic"),
    ("Palestine", "Occupied Palestinian Territory"),
    ("Mexico", "United Mexican States"),
    ("Denmark", "Kingdom of Denmark"),
    ("Turkey", "Republic of Türkiye"),
    ("Türkiye", "Turkey"),
    ("United Kingdom", "Great Britain"),
    ("UK", "United Kingdom of Great Britain and Northern Ireland"),
])  # fmt: skip
def test_an_official_name_that_holds_the_adjective_is_a_name(name: str, official: str) -> None:
    count = count_phrase(name, scanned(f"We thank the {official} for its work."))
    assert not count.is_absent
    adjectives = [form for form in count.other_names if form.kind is FormKind.ADJECTIVE]
    assert sum(len(form.occurrences) for form in adjectives) == 0


def test_russia_stands_in_the_five_states_statement_under_its_official_name() -> None:
    five = [one for one in BUNDLED if "Five Nuclear-Weapon States" in one.statement.title]
    count = count_phrase("Russia", five)
    assert (count.is_absent, count.is_under_other_names_only) == (False, True)
    assert {form.text: [one.passage.label for one in form.occurrences] for form in count.other_names} == {
        "Russian Federation": ["¶1"],
        "Moscow": [],
    }


@pytest.mark.parametrize("typed", ["Charter of the United Nations", "the Charter of the United Nations"])
def test_an_article_within_a_phrase_is_kept(typed: str) -> None:
    count = count_phrase(typed, [one for one in BUNDLED if "242" in one.statement.title])
    assert count.forms[0].text == "Charter of the United Nations"
    assert len(count.forms[0].occurrences) == 1


def test_a_statements_own_short_form_holds_in_that_statement_only() -> None:
    texts = scanned("The Grand Ethiopian Renaissance Dam (GERD). The GERD is full.", "Talks on GERD went on.")
    count = count_phrase("Grand Ethiopian Renaissance Dam", texts)
    assert [(form.text, form.kind, len(form.occurrences)) for form in count.other_names] == [
        ("GERD", FormKind.DEFINED, 2)
    ]


def test_an_acronym_that_a_statement_uses_for_something_else_is_no_other_name() -> None:
    texts = scanned("The Audit Unit (AU) met. The AU agreed.", "The AU met in Addis Ababa.")
    [found] = [form for form in count_phrase("African Union", texts).other_names if form.text == "AU"]
    assert [one.statement.text for one in found.occurrences] == ["The AU met in Addis Ababa."]


def test_a_title_that_the_text_does_not_repeat_is_told_of() -> None:
    titled = statement("We met.", title="Joint Statement on the DPRK")
    count = count_phrase("DPRK", [ScannedText(titled)])
    assert count.occurrences == ()
    assert count.title_only == (titled,)
    assert not count.is_absent


def test_first_and_last_come_by_date_with_the_undated_apart() -> None:
    statements = [
        statement("Peace, later.", date=datetime.date(2024, 5, 1)),
        statement("Peace, undated."),
        statement("Peace, first.", date=datetime.date(2021, 5, 1)),
        statement("War.", date=datetime.date(2020, 5, 1)),
    ]
    dated, undated = appearances(count_phrase("peace", [ScannedText(one) for one in statements]).occurrences)
    assert [one.statement for one in dated] == [statements[2], statements[0]]
    assert [one.statement for one in undated] == [statements[1]]


@pytest.mark.parametrize("phrase", ["", "  ", '""', "“…”", "?!"])
def test_nothing_to_look_for_is_refused(phrase: str) -> None:
    with pytest.raises(ValueError, match="expected a phrase"):
        count_phrase(phrase, SEED)


# -- properties ------------------------------------------------------------------------------------------------------

WORDS = st.sampled_from(
    ["aid", "Aid", "aids", "AID", "arms", "é", "é", "1718", "1,718", "x", "-", "–", "'s", "’s", "(", ")", ",", ".", "\n", "  ", " ", "\u00ad", "\u2028"]
)  # fmt: skip
TEXTS = st.lists(WORDS, min_size=1, max_size=60).map("".join)
PHRASES = st.sampled_from(["aid", "AIDS", "arms", "aid arms", "arms-aid", "1718", "é", "x", "aid's"])
INVISIBLE = re.compile("[\u0300-\u036f\u00ad]")


def plain(text: str) -> str:
    """A text as phrases are compared, written anew: without invisible characters, hyphens in words as spaces."""
    visible = re.sub(r"(?<=[^\W_])[-–](?=[^\W_])", " ", re.sub(r"\s", " ", text))
    return re.sub(" +", " ", fold(INVISIBLE.sub("", visible)))


def read(text: str) -> ScannedText:
    try:
        return ScannedText(parse_statement(Document(text=text, name="text")))
    except IndexError:
        assume(False)
        raise


@given(TEXTS, PHRASES)
def test_occurrences_are_those_of_a_scan_by_hand(text: str, phrase: str) -> None:
    assume(text.strip())
    ready = read(text)
    found = find_occurrences(phrase, ready)
    for one in found:
        assert plain(one.text) == plain(phrase)
        assert one.passage.start <= one.span.start < one.span.end <= one.passage.end
        assert one.text == text[one.span.start : one.span.end]
    assert [one.span.start for one in found] == sorted(one.span.start for one in found)
    if not phrase.isdigit():  # what is a whole number has a table of its own
        by_hand = re.compile(rf"(?<![^\W_]){re.escape(plain(phrase))}(?![^\W_])")
        assert len(found) == sum(len(by_hand.findall(plain(passage.text))) for passage in ready.statement.passages)


@given(st.text(max_size=40), st.text(max_size=40))
def test_a_planted_phrase_is_always_found(before: str, after: str) -> None:
    ready = read(f"Aaa {before} the planted phrase, {after} zzz.")
    assert find_occurrences("planted phrase", ready)
    assert find_occurrences("“Planted‑Phrase”", ready)


@pytest.mark.parametrize(
    "phrase", ["Russia", "the", "resolutions", "Security Council", "we", "2022", "nuclear weapons"]
)
def test_bundled_statements_are_counted_as_by_hand(phrase: str) -> None:
    by_hand = re.compile(rf"(?<!\w){phrase}(?!\w)".replace(" ", r"\s+"), re.IGNORECASE)
    expected = [len(by_hand.findall(passage.text)) for one in BUNDLED for passage in one.statement.passages]
    ours = sum(len(find_occurrences(phrase, one)) for one in BUNDLED)
    assert ours == sum(expected)
    assert ours > 0


@pytest.mark.parametrize("piece", ["a", "aa ", "a-", "\u00ad ", "U.S.", "1,", "“", "(Aa)"])
def test_scans_take_time_in_proportion(piece: str) -> None:
    def seconds(times: int) -> float:
        one = statement(f"b {piece * times}")
        started = time.perf_counter()
        ready = ScannedText(one)
        for phrase in ("aa aa", "a" * 300, "US", "1", "Russia"):
            count_phrase(phrase, [ready])
        return time.perf_counter() - started

    # A paragraph has 100,000 characters at most.
    once = min(seconds(2_400) for _ in range(3))
    assert min(seconds(24_000) for _ in range(3)) < 20 * once + 0.05


# -- inflections -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "forms"),
    [
        ("sanction", {"sanction", "sanctions", "sanctioned", "sanctioning"}),
        ("sanctions", {"sanction", "sanctions", "sanctioned", "sanctioning"}),
        ("ban", {"ban", "bans", "banned", "banning"}),
        ("urge", {"urge", "urges", "urged", "urging"}),
        ("impose", {"impose", "imposes", "imposed", "imposing"}),
        ("country", {"country", "countries", "countried", "countrying"}),
        ("launch", {"launch", "launches", "launched", "launching"}),
        ("held", {"hold", "holds", "held", "holding"}),
        ("news", {"news"}),
        ("1718", {"1718"}),
        ("crises", {"crisis", "crises"}),
    ],
)
def test_a_word_is_known_in_its_forms(word: str, forms: set[str]) -> None:
    assert forms <= inflections_of(word)
    assert not {"generate", "national", "new", "imposition", "band"} & inflections_of(word)


def test_a_noun_has_two_numbers_and_no_past() -> None:
    assert number_forms_of("missile") == {"missile", "missiles"}
    assert {"party", "parties"} <= number_forms_of("parties")
    assert "partied" not in number_forms_of("party")


@given(st.text(alphabet="abeginsdzy", min_size=1, max_size=12))
def test_a_form_of_a_form_leads_back(word: str) -> None:
    forms = inflections_of(word)
    assert word in forms
    for form in forms:
        if form in (word + "s", word + "ed", word + "ing"):
            assert word in inflections_of(form)
