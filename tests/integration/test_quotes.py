"""Quotations are called what they are: word for word or not, where, and how they differ."""

import dataclasses
import re
import time
from collections import Counter
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index import Statement, bundled_statements
from index.corpus.documents import Metadata, read_text
from index.corpus.readers import read_file
from index.corpus.segmentation import parse_statement
from index.engines.quotes.find import find_quotations
from index.engines.quotes.results import PartKind, QuoteCheck, QuoteNote, Verdict
from index.engines.quotes.verdict import check_quote
from index.engines.quotes.words import QuotableStatement, prepare
from tests.conftest import SEED
from tests.stress.mutations import FAITHFUL, MUTATIONS, Sample, bare, faithful, mutated

EXACT, PUNCTUATION, ALTERED = Verdict.EXACT, Verdict.PUNCTUATION, Verdict.ALTERED
STITCHED, NOT_FOUND = Verdict.STITCHED, Verdict.NOT_FOUND


@pytest.fixture(scope="module")
def seed() -> QuotableStatement:
    """The joint statement on arms transfers."""
    return prepare(parse_statement(read_file(SEED)))


@pytest.fixture(scope="module")
def bundled() -> list[Statement]:
    return [parse_statement(read_file(path)) for path in bundled_statements()]


@pytest.fixture(scope="module")
def quotable(bundled: list[Statement]) -> list[QuotableStatement]:
    return [prepare(statement) for statement in bundled]


def statement_of(*paragraphs: str) -> Statement:
    return parse_statement(read_text("\n\n".join(paragraphs), Metadata("A statement")))


def shown(check: QuoteCheck) -> str:
    """The comparison as one line: ~left out~ and +put in+."""
    marks = {PartKind.SAME: "{}", PartKind.LEFT_OUT: "~{}~", PartKind.PUT_IN: "+{}+"}
    return " ".join(marks[part.kind].format(part.text) for part in check.matches[0].diff)


def labels(check: QuoteCheck) -> list[str]:
    return [passage.label for match in check.matches for passage in match.passages]


def words_of(check: QuoteCheck) -> list[str]:
    """What the spans of the first match hold."""
    match = check.matches[0]
    return [match.statement.text[span.start : span.end] for span in match.spans]


# -- the seed statement ----------------------------------------------------------------------------------------------


def test_words_in_place_of_the_named_parties_are_an_alteration(seed: QuotableStatement) -> None:
    check = check_quote("We strongly condemn the provision of military equipment and munitions", [seed])
    assert (check.verdict, labels(check)) == (ALTERED, ["¶1"])
    assert shown(check) == (
        "~The United States, Japan, and the Republic of Korea (ROK)~ +We+ "
        "strongly condemn the provision of military equipment and munitions"
    )


def test_words_left_out_between_two_parts_are_shown_with_the_rest_of_the_sentence(seed: QuotableStatement) -> None:
    check = check_quote("We urge the DPRK and Russia to immediately cease all activities", [seed])
    assert (check.verdict, labels(check)) == (STITCHED, ["¶4"])
    assert shown(check) == (
        "We urge the DPRK and Russia to ~abide by relevant UN Security Council resolutions and~ "
        "immediately cease all activities"
    )
    after = check.matches[0].after
    assert after is not None
    assert seed.statement.text[after.start : after.end] == "that violate them."


@pytest.mark.parametrize(
    ("quote", "verdict", "reason"),
    [
        ("Iran must never build nuclear weapons", ALTERED, "two words sentences later are no part"),
        ("Iran must never build … nuclear weapons", STITCHED, "but where the omission is marked"),
        ("Iran must never build the spread of nuclear weapons", STITCHED, "five words are a part"),
        ("Such stocks Iran must never build a nuclear weapon", ALTERED, "nor are two words before"),
    ],
)
def test_a_part_from_another_sentence_has_three_words_or_is_marked(quote: str, verdict: Verdict, reason: str) -> None:
    held = statement_of(
        "Such stocks of uranium are a grave threat to all. We met in Bonn to talk of it at length. Iran must never build a "
        "nuclear weapon. We will go on with our talks. All of us want to end the spread of nuclear weapons."
    )
    assert check_quote(quote, [held]).verdict is verdict, reason


def test_a_changed_end_is_shown_in_its_own_sentence(bundled: list[Statement]) -> None:
    check = check_quote("Iran must never develop nuclear weapons", bundled)
    assert (check.verdict, labels(check)) == (ALTERED, ["¶8"])
    assert shown(check) == "Iran must never develop ~a nuclear weapon.~ +nuclear weapons+"


@pytest.mark.parametrize("dash", ["-", "—", "–", " - ", "--"])
def test_another_dash_and_curly_marks_are_punctuation_and_the_original_is_shown(
    seed: QuotableStatement, dash: str
) -> None:
    (passage,) = [passage for passage in seed.statement.passages if passage.ordinal == 2]
    original = passage.sentences[2].text
    check = check_quote(f"“{original.replace(' – ', f' {dash} ')}”", [seed])
    assert check.verdict is (EXACT if dash == "–" else PUNCTUATION)
    assert words_of(check) == [original]


# -- one table of verdicts -------------------------------------------------------------------------------------------

SOURCE = statement_of(
    "We re-sign the accord with the U.S. and Japan’s government. In 2017, 1,718 tons and $10 billion, or 50% of the "
    "total, were not delivered. It helps us. The non-proliferation regime, agreed in Türkiye at -5 degrees, holds.",
    "We’re committed to “peace” and don't rest.[12] Illegal arms transfers – of 1.5 tons – continue; the non-nuclear "
    "weapon states must never yield. Resolution 2397 (2017) applies.",
    "(a) To cease all launches;\n\n(b) To return to talks without delay;",
    "The ministers condemn the launches. The weather was fine in the harbour that morning. They urge restraint on all.",
)

VERDICTS = [
    # quotation, verdict, reason
    ("In 2017, 1,718 tons and $10 billion", EXACT, "byte for byte"),
    ("  “In 2017, 1,718 tons”\n", EXACT, "marks and white space around it are not part of it"),
    ("“peace” and don't rest", EXACT, "its own marks are part of it"),
    ("to “peace”", EXACT, "a mark at one end is no pair"),
    ("In 2017, 1718 tons", PUNCTUATION, "the comma of thousands"),
    ("In 2017, 1,719 tons", ALTERED, "another number"),
    ("In 2017, 17 18 tons and $10 billion", ALTERED, "a number in two is two numbers"),
    ("1,718 tons and 10 billion, or 50% of the total", ALTERED, "no currency"),
    ("10 billion, or 50% of the total", ALTERED, "no currency at the beginning"),
    ("1,718 tons and $10 billion, or 50 of the total", ALTERED, "no percent sign"),
    ("1,718 tons and $10 billion, or 50", ALTERED, "no percent sign at the end"),
    ("718 tons and $10 billion, or 50% of the total", ALTERED, "begins within a number"),
    ("Illegal arms transfers – of 15 tons – continue", ALTERED, "no decimal point"),
    ("agreed in Türkiye at 5 degrees", ALTERED, "no minus sign"),
    ("agreed in Türkiye at −5 degrees", PUNCTUATION, "another minus sign"),
    ("agreed in Turkiye at -5 degrees", PUNCTUATION, "no accent, as English writes it"),
    ("agreed in Tu\u0308rkiye at -5 degrees", PUNCTUATION, "an accent written apart"),
    ("agreed in Tûrkiye at -5 degrees, holds", ALTERED, "another accent"),
    ("We resign the accord with the U.S.", ALTERED, "'resign' is not 're-sign'"),
    ("We re‑sign the accord with the US", PUNCTUATION, "another hyphen, no dots"),
    ("We re sign the accord", PUNCTUATION, "no hyphen"),
    ("the accord with us and Japan's government", ALTERED, "'us' is not 'U.S.' where other capitals stand"),
    ("the accord with the us and japan's government", PUNCTUATION, "all in small letters"),
    ("THE ACCORD WITH THE U.S. AND JAPAN’S GOVERNMENT", PUNCTUATION, "all in capitals"),
    ("It helps US. The non-proliferation regime", ALTERED, "'US' is not 'us'"),
    ("the accord with the U.S. and Japans government", PUNCTUATION, "no apostrophe"),
    ("The nonproliferation regime, agreed in Türkiye", PUNCTUATION, "a prefix without its hyphen"),
    ("were committed to “peace”", ALTERED, "'were' is not 'we’re'"),
    ("We’re committed to peace and dont rest.", PUNCTUATION, "'dont' can only be 'don't'"),
    ("We’re committed to “peace” and don't rest. Illegal", PUNCTUATION, "no footnote's mark"),
    ("We’re committed to “peace” and don't rest.[13] Illegal", ALTERED, "another footnote's mark"),
    ("We’re committed to “peace” and rest", ALTERED, "no negation"),
    ("legal arms transfers", ALTERED, "begins within a word that says the opposite"),
    ("Illegal аrms transfers – of 1.5 tons", ALTERED, "a Cyrillic letter"),
    ("Illegal arms trans\u00adfers\u00a0— of 1.5\u200b tons", PUNCTUATION, "soft hyphen, no-break and zero-width space"),
    ("the non-nuclear weapon states must yield", ALTERED, "'never' left out"),
    ("the non-nuclear weapon states must always yield", ALTERED, "another word"),
    ("states must never yield, he", ALTERED, "a word more"),
    ("states must never yield,”", PUNCTUATION, "a comma inside the marks, as journalists put it"),
    ("Resolution 2379 (2017) applies", ALTERED, "two digits swapped"),
    ("Resolution 2397 applies", ALTERED, "the year left out"),
    ("Resolution 2397, 2017, applies", PUNCTUATION, "no brackets"),
    ("must never yield. Resolution 2397/2017 applies", ALTERED, "a number of its own"),
    ("[w]e’re committed", PUNCTUATION, "a letter's case changed in brackets"),
    ("[They are] committed to “peace”", STITCHED, "words in brackets are put in"),
    ("We’re commit[ing] to “peace” and don't rest", STITCHED, "an ending in brackets"),
    ("We’re committed to “peace” [sic] and don't rest", PUNCTUATION, "an aside is not quoted"),
    ("Illegal arms transfers … continue", STITCHED, "a marked omission"),
    ("Illegal arms transfers [...] continue", STITCHED, "a marked omission in brackets"),
    ("Illegal arms transfers . . . of 1.5 tons ...", PUNCTUATION, "ellipses with nothing left out"),
    ("(a) To cease all launches; (b) To return to talks", PUNCTUATION, "a list in one line"),
    ("To cease all launches; To return to talks without delay", STITCHED, "a list without its numbers"),
    ("The ministers condemn the launches. They urge restraint", STITCHED, "a sentence left out"),
    ("They urge restraint on all. The ministers condemn the launches.", ALTERED, "sentences in another order"),
    ("The ministers condemns the launches", ALTERED, "a verb in another form"),
    ("The ministers condem the launches", ALTERED, "a typing error"),
    ("the ministers", PUNCTUATION, "a small letter at the beginning"),
    ("nuclear weapon states must never yield", ALTERED, "begins after what makes it the opposite"),
    ("restrain", NOT_FOUND, "a word is there or it is not"),
    ("zebra crossing", NOT_FOUND, "no word is there"),
    ("the weather was awful all over the northern provinces", NOT_FOUND, "words that any text has"),
    ("> The ministers condemn\n> the launches.", PUNCTUATION, "a quoted block"),
    ("*The ministers* condemn _the launches_.", PUNCTUATION, "emphasis"),
    ("", NOT_FOUND, "nothing"),
    ("“…”", NOT_FOUND, "no word"),
]  # fmt: skip

TABLES = statement_of(
    "JOINT STATEMENT ON SYRIA BY THE US AND JAPAN IN TOKYO",
    "The state has its own laws and the state’s envoys met with all the states’ leaders of both nations. It’s clear. "
    "In the 1990's they met Lech Wałęsa and Lars Løkke. He said (sic) that they was [sic] good to go to the U.S. then.",
    "Documents S/2015/1/Rev.1 and Dec.12 were given.2 The text ended here,3 and went on.4",
    "Another text about paragraphs 5, 6 and 7: more than ≥5% of ₴500, <10 ships and >20 planes remain, 3½ tons in all. "
    "The anti-government groups re-\nsign an alliance and a cease-fire with other alliances of the counter-revolution.",
)

ODD_VERDICTS = [
    # quotation, verdict, reason
    ("Joint statement on Syria by the US and Japan", PUNCTUATION, "small words of a line in capitals"),
    ("Joint statement on Syria by the us", PUNCTUATION, "capitals say nothing in a line of them"),
    ("The state has it's own laws", ALTERED, "'it's' is not 'its'"),
    ("Its clear. In the 1990's", ALTERED, "'its' is not 'it’s'"),
    ("the states' envoys met", ALTERED, "another possessive"),
    ("with all the state's leaders", ALTERED, "one state instead of many"),
    ("with all the states leaders", PUNCTUATION, "no apostrophe after the plural"),
    ("met with all the states’ leaders of both nation's", ALTERED, "an apostrophe put in"),
    ("'S/2015/1/Rev.1 and Dec.12", PUNCTUATION, "a mark before an S is no possessive"),
    ("In the 1990s they met", PUNCTUATION, "a decade without its apostrophe"),
    ("Lech Walesa and Lars Lokke", PUNCTUATION, "letters with a stroke, as English writes them"),
    ("Lech Walęsa and Lars Løkke", ALTERED, "a letter with a stroke left out, and others kept"),
    ("and Lars Løkke. He saıd that", ALTERED, "a letter put in that looks like the text's"),
    ("He said that they was good to go", PUNCTUATION, "without the text's own asides"),
    ("He said (sic) that they was [sic] good", EXACT, "with the text's own asides"),
    ("[H]e said that they was good to go to the u.s. then", PUNCTUATION, "dots can only be the acronym's"),
    ("S/2015/1/Rev. and Dec.12", ALTERED, "a number left out behind an abbreviation"),
    ("Rev.1 and Dec. were given", ALTERED, "a day left out"),
    ("Dec.12 were given. The text ended here, and went on. Another", PUNCTUATION, "no footnotes' numbers"),
    ("were given.3 The text ended here", ALTERED, "another footnote's number"),
    ("about paragraphs 5,6 and 7", PUNCTUATION, "no space in a list of numbers"),
    ("Another text about paragraphs 56 and 7: more than", ALTERED, "two numbers as one"),
    ("more than 5% of ₴500", ALTERED, "no sign of comparison"),
    ("more than ≥5% of 500, <10 ships", ALTERED, "no sign of a rarer currency"),
    ("more than ≥5% of ₴500, 10 ships", ALTERED, "no 'less than'"),
    ("<10 ships and <20 planes remain", ALTERED, "'less than' for 'more than'"),
    ("<10 ships and >20 planes remain", EXACT, "with their signs"),
    ("> more than\n> ≥5% of\n> ₴500, <10 ships", PUNCTUATION, "the marks of quoted lines are no signs"),
    ("remain, 3 1/2 tons in all", PUNCTUATION, "a fraction in digits"),
    ("remain, 3 tons in all", ALTERED, "no fraction"),
    ("<10 ships and >20 planes remain, 31/2 tons in all", ALTERED, "a fraction grown together with its number"),
    ("government groups resign an alliance", ALTERED, "begins after 'anti-'"),
    ("groups resign an alliance", PUNCTUATION, "a hyphen at the end of a line"),
    ("an alli-ance and a cease-fire with other alliances", ALTERED, "a word in two"),
    ("an alli- ance and a cease-fire", PUNCTUATION, "a word broken at the end of a line, in one line"),
    ("an alliance and a ceasefire with", PUNCTUATION, "a compound in one word"),
    ("an alliance and a ceasefire", PUNCTUATION, "a compound in one word at the end"),
    ("ceasefire with other alliances", PUNCTUATION, "a compound in one word at the beginning"),
]  # fmt: skip


@pytest.mark.parametrize(("quote", "verdict", "reason"), ODD_VERDICTS, ids=[row[2] for row in ODD_VERDICTS])
def test_odd_spellings_are_called_what_they_are(quote: str, verdict: Verdict, reason: str) -> None:
    assert check_quote(quote, [TABLES]).verdict is verdict, reason


@pytest.mark.parametrize(("quote", "verdict", "reason"), VERDICTS, ids=[row[2] for row in VERDICTS])
def test_a_quotation_is_called_what_it_is(quote: str, verdict: Verdict, reason: str) -> None:
    assert check_quote(quote, [SOURCE]).verdict is verdict, reason


NOTES = [
    ("the accord with the us", {QuoteNote.CASE_DIFFERS}),
    ("Turkiye", {QuoteNote.ACCENTS_DIFFER}),
    ("weapon states must never yield. Resolution", set()),
    ("the non-nuclear weapon states must never", set()),
    ("sign the accord with the U.S.", {QuoteNote.WITHIN_WORD}),
    ("the U.S. and Japan", {QuoteNote.WITHIN_WORD}),
    ("Illegal arms transfers … continue", {QuoteNote.OMISSIONS_MARKED}),
    ("[They are] committed to “peace”", {QuoteNote.INSERTIONS_MARKED}),
    ("Illegal аrms transfers", {QuoteNote.LOOKALIKE_LETTERS}),
    ("It helps US. The non-proliferation regime", set()),
    ("Illegal arms transfers", set()),
]


@pytest.mark.parametrize(("quote", "notes"), NOTES, ids=[row[0] for row in NOTES])
def test_what_a_reader_must_know_is_noted(quote: str, notes: set[QuoteNote]) -> None:
    assert set(check_quote(quote, [SOURCE]).notes) == notes


DIFFS = [
    ("The ministers condem the launches", "The ministers ~condemn~ +condem+ the launches"),
    ("states must yield", "states must ~never~ yield"),
    ("The ministers did not condemn the launches", "The ministers +did not+ condemn the launches"),
    ("In 2017, 1,719 tons and $10 billion", "In 2017, ~1,718~ +1,719+ tons and $10 billion"),
    ("1,718 tons and $10 billion, or 50", "1,718 tons and $10 billion, or 50 ~%~"),
    ("[They are] committed to “peace”", "~We’re~ +[They are]+ committed to “peace”"),
    ("Illegal arms transfers … continue", "Illegal arms transfers ~of 1.5 tons~ continue"),
    ("They urge great restraint", "They urge +great+ restraint"),
]


@pytest.mark.parametrize(("quote", "diff"), DIFFS, ids=[row[0] for row in DIFFS])
def test_the_difference_is_shown_word_by_word(quote: str, diff: str) -> None:
    assert shown(check_quote(quote, [SOURCE])) == diff


# -- where -----------------------------------------------------------------------------------------------------------


def test_every_faithful_place_is_given_in_the_order_of_the_statements() -> None:
    first = statement_of("We seek “peace” now, and peace tomorrow.", "Peace!")
    second = statement_of("Nothing here.", "There is peace.")
    check = check_quote("peace", [second, first])
    assert (check.verdict, check.places) == (EXACT, 4)
    assert [(match.statement, match.verdict) for match in check.matches] == [
        (second, EXACT), (first, EXACT), (first, EXACT), (first, PUNCTUATION),
    ]  # fmt: skip
    assert labels(check) == ["¶2", "¶1", "¶1", "¶2"]


def test_places_are_counted_beyond_those_given() -> None:
    check = check_quote("peace", [statement_of("peace, " * 1200)])
    assert (check.places, len(check.matches)) == (1200, 500)


def test_a_quotation_over_a_paragraph_border_has_both_paragraphs_and_a_span_in_each() -> None:
    check = check_quote("applies. (a) To cease all launches; (b) To return", [SOURCE])
    assert (check.verdict, labels(check)) == (PUNCTUATION, ["¶2", "¶3", "¶4"])
    assert words_of(check) == ["applies.", "(a) To cease all launches;", "(b) To return"]


def test_what_only_another_statement_says_is_elsewhere() -> None:
    other = statement_of("They firmly reject every threat to the peace of the region.")
    check = check_quote("They firmly reject every threat", [SOURCE], elsewhere=[other])
    assert (check.verdict, check.verdict_elsewhere) == (Verdict.ELSEWHERE, EXACT)
    assert [match.statement for match in check.matches] == [other]


def test_what_is_altered_here_and_faithful_elsewhere_is_shown_with_both() -> None:
    here = statement_of("They firmly reject any threat to the peace.")
    other = statement_of("They firmly reject every threat to the peace.")
    check = check_quote("They firmly reject every threat", [here], elsewhere=[other])
    assert (check.verdict, check.verdict_elsewhere) == (Verdict.ELSEWHERE, EXACT)
    assert check.closest_here is not None
    assert (check.closest_here.statement, check.closest_here.verdict) == (here, ALTERED)


def test_what_is_altered_elsewhere_alone_is_elsewhere_and_altered() -> None:
    other = statement_of("They firmly reject any threat to the peace.")
    check = check_quote("They firmly reject every threat to the peace", [SOURCE], elsewhere=[other])
    assert (check.verdict, check.verdict_elsewhere) == (Verdict.ELSEWHERE, ALTERED)


def test_what_is_faithful_here_is_not_looked_for_elsewhere() -> None:
    other = statement_of("The ministers condemn the launches.")
    check = check_quote("The ministers condemn the launches.", [SOURCE], elsewhere=[other])
    assert (check.verdict, check.verdict_elsewhere) == (EXACT, None)


def test_what_is_not_found_comes_with_the_closest_passage_and_nothing_marked_in_it() -> None:
    check = check_quote("The ministers of finance met for lunch and discussed restraint", [SOURCE])
    (match,) = check.matches
    assert (check.verdict, check.places, match.verdict) == (NOT_FOUND, 0, NOT_FOUND)
    assert [passage.label for passage in match.passages] == ["¶5"]
    assert (match.spans, match.diff) == ((), ())


def test_nothing_is_found_where_there_are_no_statements() -> None:
    assert check_quote("peace", []) == QuoteCheck("peace", NOT_FOUND)


# -- quotations in a message -----------------------------------------------------------------------------------------

MESSAGES = [
    ('they said "we urge peace" twice', ["we urge peace"], "straight"),
    ("they said “we urge peace”, and “more”", ["we urge peace", "more"], "curly"),
    ("«Nous voulons la paix» et „Wir wollen Frieden“", ["Nous voulons la paix", "Wir wollen Frieden"], "angled and low"),
    ("»Wir wollen Frieden« heißt es", ["Wir wollen Frieden"], "angled, turned inwards"),
    ('“they say ‘we urge all states’ now”', ["they say ‘we urge all states’ now", "we urge all states"], "nested"),
    ("he said 'we urge all states' today", ["we urge all states"], "single marks around a phrase"),
    ("they said “a “new state” here”", ["a “new state” here", "new state"], "nested in marks of the same kind"),
    ('they said "on the “open door"', ["on the “open door"], "an inner quotation cut off"),
    ("““We urge peace, they say.”", ["We urge peace, they say."], "opened twice"),
    ("it's the states' right, isn't it", [], "apostrophes"),
    ("the 'rule' of law", [], "a single word in single marks"),
    ("> we urge peace\n> and calm\nDid they?", ["we urge peace\nand calm"], "a block"),
    ('a "b" and an open " c', ["b"], "opened and never closed"),
    ('“one paragraph\n\n“and the next”', ["one paragraph", "and the next"], "a paragraph opened anew"),
    ('“we urge peace"', ["we urge peace"], "a straight mark closes a curly one"),
    ('5" of rain and 6" of snow', [], "inches"),
    ('did they say ("we urge peace")?', ["we urge peace"], "in brackets"),
    ('"" and " "', [], "nothing in them"),
    ("no quotation", [], "none"),
]  # fmt: skip


@pytest.mark.parametrize(("message", "quotations", "reason"), MESSAGES, ids=[row[2] for row in MESSAGES])
def test_what_a_message_quotes_is_found(message: str, quotations: list[str], reason: str) -> None:
    assert [one.text for one in find_quotations(message)] == quotations, reason


def test_a_quotation_has_its_place_and_depth() -> None:
    outer, inner = find_quotations("He: “she said ‘we urge all states’ again”")
    assert (outer.start, outer.end, outer.depth) == (5, 40, 0)
    assert (inner.start, inner.end, inner.depth) == (15, 33, 1)


# -- mutations -------------------------------------------------------------------------------------------------------


def verdicts_of(samples: Sequence[Sample], quotable: Sequence[QuotableStatement]) -> dict[str, list[Sample]]:
    """The samples by their verdicts."""
    found: dict[str, list[Sample]] = {verdict: [] for verdict in Verdict}
    for sample in samples:
        found[check_quote(sample.quote, quotable).verdict].append(sample)
    return found


@pytest.mark.slow
@pytest.mark.parametrize("kind", MUTATIONS)
def test_no_mutated_quotation_is_called_faithful(
    bundled: list[Statement], quotable: list[QuotableStatement], kind: str
) -> None:
    samples = mutated(bundled, kind, 350)
    assert len({sample.quote for sample in samples}) > 320
    found = verdicts_of(samples, quotable)
    assert found[EXACT] == found[PUNCTUATION] == []
    # A quotation of six words of which two or three were moved may be past recognition.
    assert len(found[NOT_FOUND]) <= 0.02 * len(samples)


@pytest.mark.parametrize("kind", FAITHFUL)
def test_no_faithful_quotation_is_called_altered(
    bundled: list[Statement], quotable: list[QuotableStatement], kind: str
) -> None:
    found = verdicts_of(faithful(bundled, kind, 100), quotable)
    assert found[ALTERED] == found[NOT_FOUND] == []
    assert len(found[STITCHED]) == (100 if kind == "an ellipsis inside" else 0)
    if kind in {"as it is", "in quotation marks"}:
        assert len(found[EXACT]) == 100


@pytest.mark.slow
def test_every_sentence_of_every_statement_is_found_where_it_stands(quotable: list[QuotableStatement]) -> None:
    for one in quotable:
        for passage in one.statement.passages:
            for sentence in passage.sentences:
                check = check_quote(sentence.text, [one])
                if not re.search(r"\w", sentence.text):
                    continue
                assert check.verdict is EXACT
                assert passage in [place for match in check.matches for place in match.passages]


# -- properties ------------------------------------------------------------------------------------------------------

texts = st.text(st.sampled_from("ab cd.,'’“”–-…[]()é\u0301\u00ad\u200b1 5%$٣ﬁ²漢字कि\n\n"), min_size=1, max_size=80)


@settings(max_examples=300)
@given(source=texts.filter(lambda text: bool(text.strip())), quote=texts)
def test_every_span_and_every_word_shown_as_the_source_s_is_the_source_s(source: str, quote: str) -> None:
    statement = statement_of("The title stands here.", source)
    for match in check_quote(quote, [statement]).matches:
        for part in match.diff:
            if part.span is not None:
                assert statement.text[part.span.start : part.span.end] == part.text
        for span in match.spans:
            assert any(p.start <= span.start < span.end <= p.end for p in match.passages)
        if match.verdict is EXACT:
            assert match.diff[0].text in quote


@settings(max_examples=200)
@given(texts.filter(lambda text: bare(text).strip() != ""))
def test_a_whole_text_is_in_itself(text: str) -> None:
    statement = statement_of(text, "The end.")
    assert check_quote(statement.passages[0].text, [statement]).verdict in {EXACT, NOT_FOUND, PUNCTUATION}
    if re.search(r"[ab]", text):
        assert check_quote(statement.text.strip(), [statement]).verdict is EXACT


@given(st.text(st.sampled_from("a b\"“”„«»‘’'>\n"), max_size=60))
def test_quotations_lie_within_the_message_and_in_order(text: str) -> None:
    found = find_quotations(text)
    assert [one.start for one in found] == sorted(one.start for one in found)
    for one in found:
        assert one.is_block or text[one.start : one.end] == one.text


# -- time ------------------------------------------------------------------------------------------------------------


def test_the_same_question_has_the_same_answer(bundled: list[Statement]) -> None:
    quotes = [sample.quote for kind in ("drop", "typo") for sample in mutated(bundled, kind, 10)]
    assert [check_quote(quote, bundled) for quote in quotes] == [check_quote(quote, bundled) for quote in quotes]


ADVERSARIES = [
    "the " * 250,
    "a b " * 250,
    ". " * 500 + "x",
    "[" * 1000 + "a",
    '"' * 1000 + "a",
    "1," * 500,
    "… w " * 300,
]


@pytest.mark.parametrize("quote", ADVERSARIES, ids=[repr(quote[:8]) for quote in ADVERSARIES])
def test_odd_quotations_take_no_long_time(quote: str) -> None:
    long = [prepare(statement_of(text)) for text in ("the state a b " * 7000, "1,2 x. [a] … " * 7000)]
    start = time.thread_time()
    check_quote(quote, long)
    assert time.thread_time() - start < 5


def test_messages_of_marks_alone_take_time_in_proportion() -> None:
    for text in ("\"'“", '"a “b ', "> x\n", "«a» ‘b c d’ ", "'"):
        start = time.thread_time()
        find_quotations(text * 20_000)
        assert time.thread_time() - start < 5


def test_an_altered_quotation_is_found_in_a_large_corpus_as_in_a_small_one(quotable: list[QuotableStatement]) -> None:
    check = check_quote("We urge the DPRK and Russia to abide by relevant UN Security Councils resolutions", quotable)
    many = [dataclasses.replace(one, statement=dataclasses.replace(one.statement, id=f"{one.statement.id}-{copy}"))
            for copy in range(20) for one in quotable]  # fmt: skip
    assert check.verdict is ALTERED
    assert shown(check_quote(check.quote, many)) == shown(check)


def test_the_verdicts_of_a_small_sample_are_as_the_large_one_s(
    bundled: list[Statement], quotable: list[QuotableStatement]
) -> None:
    samples = [sample for kind in MUTATIONS for sample in mutated(bundled, kind, 25, seed=2)]
    counts = Counter({verdict: len(found) for verdict, found in verdicts_of(samples, quotable).items()})
    assert counts[EXACT] + counts[PUNCTUATION] == 0
    assert counts[ALTERED] + counts[STITCHED] >= 0.98 * len(samples)
