"""Comparison: two statements paragraph by paragraph, every word verbatim on its side."""

import itertools
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Statement, bundled_statements
from index.corpus.documents import Metadata, read_text
from index.corpus.readers import read_file
from index.corpus.segmentation import parse_statement
from index.corpus.statements import Span
from index.engines.comparison.compare import COMPARED_KINDS, Comparison, Difference, Part, Row, compare

APRIL = (
    "We condemn the launch in the strongest terms.\n\nWe call on the DPRK to return to talks without delay.\n\n"
    "We remain committed to the security of Japan and the Republic of Korea.\n\nThe ministers will meet again in May."
)


def statement(text: str) -> Statement:
    return parse_statement(read_text(text, Metadata("Joint Statement")))


def words(held: Statement, span: Span | None) -> str:
    return held.text[span.start : span.end] if span else ""


def shown(compared: Comparison) -> list[tuple[str, int, int]]:
    return [
        (row.kind.value, row.left.ordinal if row.left else 0, row.right.ordinal if row.right else 0)
        for row in compared.rows
    ]


def changes(compared: Comparison, row: Row) -> list[tuple[str, str]]:
    return [
        (words(compared.left, part.left).strip(), words(compared.right, part.right).strip())
        for part in row.parts
        if part.kind is not Difference.SAME
    ]


def test_a_statement_equals_itself() -> None:
    assert shown(compare(statement(APRIL), statement(APRIL))) == [
        ("same", 1, 1), ("same", 2, 2), ("same", 3, 3), ("same", 4, 4)
    ]  # fmt: skip


def test_a_changed_word_is_shown_with_both_readings_and_nothing_else() -> None:
    compared = compare(statement(APRIL), statement(APRIL.replace("in May", "in late June")))
    assert shown(compared)[-1] == ("changed", 4, 4)
    assert changes(compared, compared.rows[-1]) == [("May", "late June")]
    assert [row.kind for row in compared.rows[:-1]] == [Difference.SAME] * 3


def test_words_left_out_stand_on_one_side_only() -> None:
    compared = compare(statement(APRIL), statement(APRIL.replace(" in the strongest terms", "")))
    [row] = compared.rows_of(Difference.CHANGED)
    assert changes(compared, row) == [("in the strongest terms", "")]
    assert [part.kind for part in row.parts] == [Difference.SAME, Difference.LEFT_ONLY, Difference.SAME]


def test_a_paragraph_of_one_side_stands_where_it_stands_there() -> None:
    added = APRIL.replace("We remain", "Sanctions continue to apply in full to every vessel.\n\nWe remain")
    assert shown(compare(statement(APRIL), statement(added))) == [
        ("same", 1, 1), ("same", 2, 2), ("right_only", 0, 3), ("same", 3, 4), ("same", 4, 5)
    ]  # fmt: skip
    assert [kind for kind, *_ in shown(compare(statement(added), statement(APRIL)))] == [
        "same", "same", "left_only", "same", "same"
    ]  # fmt: skip


def test_a_paragraph_that_moved_is_recognised_as_moved() -> None:
    first, *rest = APRIL.split("\n\n")
    compared = compare(statement(APRIL), statement("\n\n".join([*rest, first])))
    assert [(row.left and row.left.ordinal, row.right and row.right.ordinal, row.is_moved) for row in compared.rows] == [
        (1, 4, True), (2, 1, False), (3, 2, False), (4, 3, False)
    ]  # fmt: skip
    assert all(row.kind is Difference.SAME for row in compared.rows)


@pytest.mark.parametrize(
    ("left", "right", "kind"),
    [
        pytest.param("The DPRK's launch – a threat.", "The DPRK’s launch — a threat.", "same", id="typography"),
        pytest.param("We condemn  the\nlaunch today.", "We condemn the launch today.", "same", id="white space"),
        pytest.param(
            "The Leaders condemn it today.", "The leaders condemn it today.", "changed", id="a capital counts"
        ),
        pytest.param("We will not accept it today.", "We will accept it today.", "changed", id="a negation counts"),
    ],
)
def test_letters_count_and_typography_does_not(left: str, right: str, kind: str) -> None:
    [row] = compare(statement(left), statement(right)).rows
    assert row.kind.value == kind


def test_statements_with_nothing_in_common_share_no_row() -> None:
    compared = compare(statement("Alpha beta gamma delta."), statement("Uno dos tres cuatro."))
    assert shown(compared) == [("right_only", 0, 1), ("left_only", 1, 0)]


_PARAGRAPH = st.lists(
    st.sampled_from(["We", "condemn", "the", "launch", "urge", "all", "parties", "now", "DPRK’s", "–", "talks", "4"]),
    min_size=3,
    max_size=14,
).map(lambda chosen: "We say " + " ".join(chosen) + ".")
_TEXTS = st.lists(_PARAGRAPH, min_size=1, max_size=7).map("\n\n".join)


def assert_complete(compared: Comparison) -> None:
    """Each side's passages stand in exactly one row, and its parts make them up without a gap."""
    for side in ("left", "right"):
        held: Statement = getattr(compared, side)
        expected = {passage.id: passage.text for passage in held.passages if passage.kind in COMPARED_KINDS}
        found: dict[str, str] = {}
        for row in compared.rows:
            passage = getattr(row, side)
            joined = "".join(words(held, getattr(part, side)) for part in row.parts)
            if passage is None:
                assert joined == ""
            else:
                assert passage.id not in found
                found[passage.id] = joined
        assert found == expected


@given(_TEXTS, _TEXTS)
def test_nothing_is_lost_or_said_twice_and_sides_mirror(left_text: str, right_text: str) -> None:
    left, right = statement(left_text), statement(right_text)
    compared, mirrored = compare(left, right), compare(right, left)
    assert_complete(compared)

    def facts(result: Comparison, *, swap: bool) -> set[tuple[object, ...]]:
        return {
            (
                (row.right if swap else row.left) and (row.right if swap else row.left),
                row.left if swap else row.right,
                row.is_moved,
                tuple(((part.right, part.left) if swap else (part.left, part.right)) for part in row.parts),
            )
            for row in result.rows
        }

    assert facts(compared, swap=False) == facts(mirrored, swap=True)


@given(_TEXTS)
def test_identical_statements_are_all_same(text: str) -> None:
    assert {row.kind for row in compare(statement(text), statement(text)).rows} <= {Difference.SAME}


@given(_TEXTS, _TEXTS)
def test_equal_parts_hold_the_same_words(left_text: str, right_text: str) -> None:
    compared = compare(statement(left_text), statement(right_text))
    for row in compared.rows:
        for part in row.parts:
            if part.kind is Difference.SAME:
                assert words(compared.left, part.left).split() == words(compared.right, part.right).split()


def test_bundled_statements_compare_completely() -> None:
    held = [parse_statement(read_file(path)) for path in bundled_statements()]
    for left, right in itertools.pairwise(held):
        assert_complete(compare(left, right))


def test_a_long_statement_is_compared_in_near_linear_time() -> None:
    def seconds(paragraphs: int) -> float:
        text = "\n\n".join(
            f"We condemn event number {n} and urge party {n} to stop it at once." for n in range(paragraphs)
        )
        left, right = statement(text), statement(text.replace("urge", "call on"))
        began = time.perf_counter()
        assert len(compare(left, right).rows) == paragraphs
        return time.perf_counter() - began

    seconds(50)
    assert seconds(2_000) < 40 * max(seconds(200), 0.005)


def test_a_release_line_is_no_version_of_a_paragraph() -> None:
    names = "the governments of Canada, Finland, Iceland, Norway, Sweden, and the United States"
    released = statement(
        f"The text of the following statement was released by {names}.\n\nBegin text:\n\nWe condemn it."
    )
    plain = statement(f"The text of the joint appeal was endorsed by {names}.\n\nWe deplore nothing whatever here.")
    for compared in (compare(released, plain), compare(plain, released)):
        assert all(row.left.kind is row.right.kind for row in compared.rows if row.left and row.right)
    [line, *_] = compare(released, statement(released.text.replace("Sweden", "Japan"))).rows
    assert line.kind is Difference.CHANGED


def test_a_part_knows_both_sides() -> None:
    compared = compare(statement("We condemn it today."), statement("We deplore it today."))
    left, right = compared.left.text, compared.right.text
    assert [
        (p.kind.value, words(compared.left, p.left), words(compared.right, p.right)) for p in compared.rows[0].parts
    ] == [
        ("same", "We ", "We "),
        ("changed", "condemn ", "deplore "),
        ("same", "it today.", "it today."),
    ]
    assert compared.rows[0].parts[1] == Part(Difference.CHANGED, Span(3, 11), Span(3, 11))
    assert left != right
