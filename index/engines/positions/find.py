"""Statement → the positions it takes, in its own words: stances, demands and commitments."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from index.corpus.statements import NUMBERED_KINDS, Passage, PassageKind, Sentence, Span, Statement
from index.engines.attribution.find import Attribution, IssuedHow, find_issuers


class PositionKind(StrEnum):
    """What kind of position a sentence takes."""

    STANCE = "stance"  # "strongly condemn", "are deeply concerned"
    DEMAND = "demand"  # "urge the DPRK and Russia to …"
    COMMITMENT = "commitment"  # "we will continue to …"


@dataclass(frozen=True, slots=True)
class Position:
    """One position as written; spans are offsets into the statement's text.

    `phrase` is the words that carry it ("strongly condemn"), `addressee` whom a demand is made of, `hedges` the words
    of the sentence that limit it ("several of which", "would"). A report verb that asks or promises gives two
    positions with one phrase: "urge" is a stance, and a demand.
    """

    kind: PositionKind
    passage: Passage
    sentence: Sentence
    phrase: Span
    addressee: Span | None = None
    hedges: tuple[Span, ...] = ()


class HedgeKind(StrEnum):
    """How a word limits a claim."""

    QUANTIFIER = "quantifier"  # "several", not all
    MODAL = "modal"  # "would", not does


@dataclass(frozen=True, slots=True)
class Hedge:
    """A word that limits what a text claims; half-open offsets into that text."""

    kind: HedgeKind
    start: int
    end: int
    text: str


def find_positions(statement: Statement) -> list[Position]:
    """Return every position that the issuers of a statement take, in reading order; stances before what they ask.

    What others say or do is left out ("Russia condemned …"), and so is quoted speech.
    """
    reader = _Reader(_issuer_words(statement), is_resolution=_is_resolution(statement))
    positions: list[Position] = []
    for passage in statement.passages:
        if passage.kind in NUMBERED_KINDS and not _QUESTION.match(passage.text):
            positions.extend(reader.read(passage))
        elif passage.kind is PassageKind.HEADING:
            reader.leads = False
    return positions


def find_hedges(text: str) -> list[Hedge]:
    """Return the words that limit what `text` claims, in reading order."""
    return [
        Hedge(HedgeKind.QUANTIFIER if match["quantifier"] else HedgeKind.MODAL, *match.span(), match.group())
        for match in _HEDGE.finditer(text)
    ]


_HEDGE = re.compile(
    r"""\b(?:
        (?P<quantifier>(?:[Ss]everal|[Ss]ome|[Mm]any|[Aa]\ few|(?:[Mm]ost|[Aa]\ number|[Pp]arts?)(?=\ of\b))
            (?:\ of(?:\ (?:which|whom|them|these|those))?)?
          | [Pp]artly | [Pp]artially | [Nn]early | [Aa]lmost | [Aa]pproximately)
        | would | could | might | may
        | [Mm]ay(?=\ (?:have|be|not)\b)                     # 'May' by itself is the month
        | [Pp]otential(?:ly)? | [Pp]ossibl[ey] | [Ll]ikely | [Pp]robabl[ey]
        | (?:[Aa]ttempt(?:s|ed|ing)?|[Ss]eek(?:s|ing)?)\ to
        | [Rr]eported(?:ly)? | [Aa]lleged(?:ly)? | [Aa]llegedly | [Aa]pparently | [Pp]urported(?:ly)?
        | [Ii]f | [Uu]nless | as\ (?:appropriate|necessary|needed) | where\ (?:possible|appropriate)
    )\b""",
    re.VERBOSE,
)


# -- the words of positions ------------------------------------------------------------------------------------------


class _Form(StrEnum):
    """The form of a verb, which must agree with who is said to act."""

    BASE = "base"  # "we condemn"
    THIRD = "third"  # "The G7 condemns"
    PAST = "past"  # "The Ministers condemned"
    PARTICIPLE = "participle"  # "Recalling …"


_STANCES = """
condemn deplore denounce decry reject oppose regret welcome commend applaud praise congratulate support endorse
emphasize emphasise stress underscore underline highlight reaffirm affirm reiterate renew recall note acknowledge
recognize recognise express extend offer convey honor honour commemorate mourn salute thank appreciate share echo warn
caution declare
confirm agree celebrate remember wish value lament grieve object protest concur determine reserve
consider believe hope recommend proclaim authorize approve cherish send lend state
"""
_DEMANDS = "urge demand request ask encourage implore invite insist exhort appeal call press"
_COMMITMENTS = "commit pledge undertake vow promise intend plan resolve decide agree"

_LOOSE_WORDS = """
support encourage recognize recognise consider share honor honour note offer extend agree commit ask request
press oppose plan remember celebrate acknowledge promise invite value express thank believe hope resolve decide
declare determine approve recommend wish reserve intend confirm highlight
"""
_LOOSE = frozenset(_LOOSE_WORDS.split())
"""Verbs that are as often part of what is asked: 'We urge Iran to cooperate and support …'."""

_IRREGULAR = {
    "mourn": ("mourns", "mourned", "mourning"),
    "undertake": ("undertakes", "undertook", "undertaking"),
    "regret": ("regrets", "regretted", "regretting"),
    "commit": ("commits", "committed", "committing"),
    "plan": ("plans", "planned", "planning"),
    "agree": ("agrees", "agreed", "agreeing"),
}

_PARTICLES = {
    "call": r"(?:\s+(?:once\s+)?(?:again|also|further))?\s+(?:on|upon|for)\b",
    "appeal": r"\s+(?:to|for)\b",
    "insist": r"\s+(?:on|upon|that)\b",
    "object": r"\s+to\b",
    "press": r"\s+for\b",
    "commit": r"\s+(?:ourselves\s+)?to\b",
    "undertake": r"\s+to\b",
    "intend": r"\s+to\b",
    "plan": r"\s+to\b",
    "resolve": r"\s+to\b",
    "decide": r"(?=\s)",
    "wish": r"(?!\s+to\b)",
    "hope": r"(?=\s+that\b)",
    "believe": r"(?=\s)",
}
"""What must follow a verb for it to take a position."""


def _forms(verb: str) -> tuple[str, str, str]:
    """Return the third person, the past and the participle of a verb."""
    if verb in _IRREGULAR:
        return _IRREGULAR[verb]
    if verb.endswith("e"):
        return f"{verb}s", f"{verb}d", f"{verb[:-1]}ing"
    sibilant = verb.endswith(("s", "sh", "ch"))
    return f"{verb}{'es' if sibilant else 's'}", f"{verb}ed", f"{verb}ing"


def _dictionary() -> dict[str, tuple[str, _Form]]:
    forms: dict[str, tuple[str, _Form]] = {}
    for verb in f"{_STANCES} {_DEMANDS} {_COMMITMENTS}".split():
        for form, written in zip(_Form, (verb, *_forms(verb)), strict=True):
            forms[written] = (verb, form)
    return forms


_FORMS = _dictionary()
_DEMANDING = frozenset(_DEMANDS.split())
_PROMISING = frozenset({"commit", "pledge", "undertake", "vow", "promise", "intend", "plan", "resolve"})

_FEELINGS = (
    r"(?:concerned|alarmed|appalled|outraged|saddened|dismayed|troubled|disturbed|worried|shocked|horrified|disappointed"
    r"|grateful|thankful|heartened|encouraged|pleased|proud|honou?red|confident|convinced|hopeful|optimistic|opposed|mindful"
    r"|committed|dedicated|resolved|determined|resolute|steadfast|united|unwavering|ready|prepared|poised|firm|seized|clear"
    r"|unequivocal|supportive|pledged|bound|willing)"
)
_PROMISING_FEELING = re.compile(
    r"(?:committed|dedicated|resolved|determined|ready|prepared|poised|pledged|willing|seized)\b"
)

_PREDICATE = re.compile(
    rf"""\b(?:(?P<be>am|is|are|was|were|remains?|remained|stands?|stood|feels?|felt)\s+
        | (?P<bare>(?<=,\s)))
        (?:(?:[a-z]+ly|also|further|firm|both|all|once\ again|still|very|then|now|today|therefore|thus)\s+){{0,3}}
        (?P<feeling>{_FEELINGS})\b
        (?P<object>\s+in\s+(?:our|their|its)\s+(?:[a-z-]+\s+){{0,2}}?(?:opposition|support|condemnation|commitment|concern|call
            |resolve|determination|belief|solidarity|rejection)\b
          | \s+in\s+(?:calling\s+(?:for|on|upon)|condemning|urging|demanding|supporting|opposing)\b)?""",
    re.VERBOSE,
)
"""'remain resolved', 'are deeply concerned', ', resolute in our opposition'."""

_VERB = re.compile(r"\b[A-Za-z]+\b")
_STAND_WITH = re.compile(
    r"\b(?P<verb>stand|stands|stood)\s+(?:(?:firmly|proudly|together|united|shoulder\sto\sshoulder|in\s+solidarity|firm)\s+)*"
    r"(?:with|by|behind|against)\b"
)
_FURTHER = re.compile(
    r"\b(?P<base>look|take|pay|remain|draw)(?P<third>s)?\s+(?:forward\s+to|(?:full\s+)?note\s+(?:also\s+)?(?:with\s+\w+\s+)?(?:of|that)"
    r"|tribute\s+to|seized\s+of)\b"
    r"|\b(?P<participle>[Tt]aking\s+note(?:\s+also)?(?:\s+with\s+\w+)?\s+of)\b"
    r"|\b(?P<past>took\s+note\s+of|looked\s+forward\s+to|paid\s+tribute\s+to)\b"
    r"|\b(?P<having>[Hh]aving\s+(?:also\s+)?(?:considered|noted|examined|heard|received|determined)(?:\s+with\s+\w+)?)\b"
    r"|\b(?P<other>[Gg]uided\s+by|[Dd]eeply\s+\w+ed|[Gg]ravely\s+\w+ed|[Aa]larmed|[Cc]onvinced|[Cc]onscious|[Mm]indful"
    r"|[Cc]oncerned|[Dd]etermined|[Bb]earing\s+in\s+mind|[Aa]cting\s+under|[Dd]esiring|[Rr]esolved)\b"
)
"""'take note of', 'look forward to', and what opens a recital: 'Having considered', 'Gravely concerned'."""

_FUTURE = re.compile(
    r"\b(?:(?:have|has)(?:\s+been)?\s+and\s+)?(?:will|shall|[’']ll)\s+(?!be\s+\w+ed\b)"
    r"(?:(?:not|never|also|always|further|together|jointly|now|therefore|both|each|[a-z]+ly)\s+){0,3}"
    r"(?P<verb>[a-z]+)(?:\s+(?:to|our|their)\s+[a-z]+)?"
)
_ONGOING = re.compile(
    r"\b(?:am|is|are)\s+(?:(?:also|now|actively|closely|together|already|all|jointly|[a-z]+ly)\s+){0,2}"
    r"(?:monitoring|watching|working|preparing|exploring|continuing|stepping\s+up|strengthening|redoubling|coordinating)\b"
    r"(?:\s+closely)?"
)
_CONTINUING = re.compile(
    r"\b(?:continue|continues|continued)\s+to\s+(?:[a-z]+ly\s+)?"
    r"(?:work|monitor|engage|coordinate|explore|seek|pursue|assist|provide|strengthen|consult|cooperate|hold|press|take|impose)\b"
)
_OUR_COMMITMENT = re.compile(
    r"\b[Oo]ur\s+(?:[a-z-]+\s+){0,2}commitment\s+(?:to|towards?)\b[^.;]{0,160}?"
    r"\s(?:remains?|is)\s+(?:[a-z]+ly\s+)?(?:ironclad|unwavering|steadfast|firm|strong|unshakable|unshakeable|unchanged|absolute"
    r"|resolute|enduring|rock-solid)\b"
)
_OUR_VIEW = re.compile(
    r"\b(?:is|remains)\s+our\s+(?:[a-z-]+\s+){0,2}(?:position|view|belief|hope|conviction|expectation)\b"
)
_MUST = re.compile(
    r"\b(?:must|should|ought\s+to)\s+"
    r"(?!they\b|it\b|he\b|we\b|the\b|there\b|any\b|this\b|these\b|be\s+(?:able|free|allowed|possible)\b)[a-z]+"
)

_SPOKEN_OBJECT = re.compile(
    r"""(?:\s+once\s+again)?\s+
        (?:(?:our|its|his|her|their|my|your|a|the|an)\s+)?(?:(?:U\.S\.|United\s+States[’'])\s+)?(?:[a-z-]+\s+(?:and\s+)?){0,3}?
        (?P<noun>concerns?|condolences|support|solidarity|appreciation|gratitude|regret|dismay|determination|outrage|alarm
          |opposition|readiness|commitments?|sympath(?:y|ies)|hope|interest|dedication|intention|willingness|satisfaction
          |confidence|resolve|wishes|thanks|congratulations|disappointment|calls?|intent|sorrow|sadness|condemnation|disapproval)\b""",
    re.VERBOSE,
)
"""'express deep concern', 'reaffirm our commitment', 'Expresses its determination'."""

_TAKES_OBJECT_WORDS = """
express extend offer convey share send lend state reaffirm reiterate renew underscore affirm underline highlight echo
stress
"""
_TAKES_OBJECT = frozenset(_TAKES_OBJECT_WORDS.split())
_NEEDS_OBJECT = frozenset({"share", "send", "lend", "state"})
"""'We share not only common values' takes no position; 'We share the concerns' does."""
_INTENSIFIER = re.compile(r"\s+(?:once\s+again\s+)?in\s+the\s+strongest\s+(?:possible\s+)?terms")
_PROMISED_WORDS = "commitment commitments readiness determination resolve willingness intention intent dedication"
_PROMISED = frozenset(_PROMISED_WORDS.split())
_TO_OR_OF = re.compile(r"\s+(?:to|of)\b")
_TO_OR_WORKING = re.compile(r"\s+(?:to|towards?|in)\b")

_BEFORE_VERB = re.compile(
    r"""(?:
        (?:[A-Za-z]+ly | also | further | again | once | once\ again | jointly | together | now | hereby | today
          | therefore | thus | likewise | both | all | each | do | does | did | not | cannot | never | always
          | have | has | had
          | (?:continue|continues|continued)\s+to | (?:would|should)\s+like\s+to | wish\s+to | want\s+to | will
          | shall | can
          | firmly | unanimously | collectively | reason\s+to | similarly | then | must)
        \s+)+$""",
    re.VERBOSE | re.IGNORECASE,
)
"""What may stand between who acts and the verb: 'also', 'continue to', 'do not'."""

_KEPT_BEFORE = re.compile(
    r"""(?:
        (?:(?!only|early|recently|early|family|reply)[A-Za-z]+ly | (?:do|does|did)\s+not | cannot | will\s+not | never
          | (?:continue|continues|continued)\s+to)
        \s+)+$""",
    re.VERBOSE,
)
"""What of it belongs to the wording: 'strongly', 'continue to', 'do not'."""

_AUXILIARY = re.compile(r"\b(?:to|do|does|did|will|shall|can|cannot|must|have|has|had)\b")
"""'continues to support', 'does not recognize': the verb itself agrees with nobody."""

_LEFT_CHARACTERS = 100


# -- who speaks ------------------------------------------------------------------------------------------------------

_OFFICES_WORDS = """
leaders ministers sides governments delegations delegation principals representatives advisors advisers
secretaries secretary presidents president council assembly countries members group coalition troika quad
participants envoys vice deputy under assistant foreign national security joint prime defense defence heads state
g7 g20 two three four five our both all of the and its as these such undersigned by for ambassador
counselor counsellor administration department special finance trade trilateral high representative
"""
_OFFICES = frozenset(_OFFICES_WORDS.split())
_HEADS_WORDS = """
leaders ministers sides governments delegations delegation principals representatives advisors advisers
secretaries secretary presidents president council assembly countries members group coalition troika quad
participants envoys g7 g20 heads ambassador counselor counsellor administration parties governments department
"""
_HEADS = frozenset(_HEADS_WORDS.split())
_PLURAL_WORDS = """
leaders ministers sides governments delegations principals representatives advisors advisers secretaries
presidents countries members participants envoys heads parties we i they
"""
_PLURAL = frozenset(_PLURAL_WORDS.split())
_ALIASES = {
    "United States": ("U.S.", "US", "America", "U.S", "Washington"),
    "United Kingdom": ("UK", "U.K.", "Britain"),
    "European Union": ("EU", "E.U."),
    "Republic of Korea": ("ROK", "Korea"),
    "G7": ("G7", "G-7"),
}
_AMERICAN = ("United", "States", "America", "U.S.", "Biden", "Harris")
_AMERICAN_SOURCE = re.compile(r"\b(?:state|whitehouse|bidenwhitehouse\.archives|trumpwhitehouse\.archives)\.gov\b")
_AMERICAN_BYLINE = re.compile(r"Office of the (?:Spokesperson|Press Secretary)|,\s+(?:\w+\s+){0,4}Secretary of State\b")
_MEETING_TITLE = re.compile(
    r"\b(?:Calls?|Meetings?|Consultations?|Dialogue|Readout|Discussions?|Engagements?|Between|Trilateral)\b"
)
_SUBJECT_OF_TITLE = re.compile(r"\s(?:on|regarding|condemning|about|addressing)\s", re.IGNORECASE)
_CAPITALISED = re.compile(r"[A-Z][\w.]*(?:[-/][A-Z][\w.]*)*|G-?\d+")
_ACRONYM = re.compile(r"\s*\((?:the\s+)?[“\"]?(?P<acronym>[A-Z][A-Za-z.]{1,8})[”\"]?\)")
_FIRST_SUBJECT = re.compile(
    r"(?:The\s+)?(?P<names>(?:[A-Z][\w.’'-]*|of|the|and|,|members|governments|leaders|ministers)(?:,?\s+(?:[A-Z][\w.’'-]*|of|the|and|&|governments?|members|leaders|ministers)){0,40}?),?"
    r"\s+(?:(?:[a-z]+ly|also|are|is)\s+){0,3}(?!(?:and|of|the|governments?)\b)(?P<verb>[a-z]+)\b"
)
_QUESTION = re.compile(r"(?:QUESTION|Q|MODERATOR|OPERATOR)\s*:")


def _issuer_words(statement: Statement) -> frozenset[str]:
    """Return the words of the names of all who speak: what stands before a verb is theirs when all of it is."""
    attribution = find_issuers(statement)
    words: set[str] = set()
    for issuer in attribution.everyone:
        words |= _words_of_name(f"{issuer.office} {issuer.name}")
        if issuer.span is not None and (acronym := _ACRONYM.match(statement.text, issuer.span.end)):
            words.add(acronym["acronym"])
    if len(attribution.issuers) == 2:
        words.add("parties")  # 'The parties plan to meet'; with more issuers they are those of a conflict
    if _is_american(statement):
        words |= set(_AMERICAN)
    if _MEETING_TITLE.search(statement.title):
        words |= _words_of_name(statement.title)
    if "oint" in statement.title:
        words |= _words_of_name(_SUBJECT_OF_TITLE.split(statement.title)[0])
    if not words or attribution.how in {None, IssuedHow.BYLINE, IssuedHow.SIGNED, IssuedHow.ATTRIBUTED}:
        words |= _words_of_opening(statement, attribution)
    return frozenset(words)


def _words_of_name(name: str) -> set[str]:
    words = set()
    for word in _CAPITALISED.findall(name):
        words |= {word, *re.split(r"[-/]", word)}
    for known, others in _ALIASES.items():
        if known in name or any(other in words for other in others):
            words |= {*known.split(), *others}
    return words - {"of"}


def _is_american(statement: Statement) -> bool:
    return bool(_AMERICAN_SOURCE.search(statement.source or "")) or any(
        _AMERICAN_BYLINE.search(passage.text)
        for passage in statement.passages[:6]
        if passage.kind in {PassageKind.BOILERPLATE, PassageKind.BYLINE}
    )


def _words_of_opening(statement: Statement, attribution: Attribution) -> set[str]:
    """Return who speaks in the first sentence, where nothing else says: 'Canada condemns', 'France and Italy urge'."""
    first = next((passage for passage in statement.passages if passage.kind in NUMBERED_KINDS), None)
    subject = _FIRST_SUBJECT.match(first.text[:600]) if first else None
    if subject is None or (attribution.issuers and attribution.how is IssuedHow.TITLED):
        return set()
    _, form = _FORMS.get(subject["verb"], ("", _Form.PAST))
    is_present = form in {_Form.BASE, _Form.THIRD} or subject["verb"] in {"concerned", "committed", "appalled"}
    return _words_of_name(subject["names"]) if is_present else set()


def _is_resolution(statement: Statement) -> bool:
    attribution = find_issuers(statement)
    names = [issuer.name for issuer in attribution.issuers]
    return any(name.startswith("The ") and name.endswith(("Council", "Assembly")) for name in names)


# -- reading ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Found:
    """A phrase that carries a position: half-open offsets into the masked passage."""

    start: int
    end: int
    kinds: tuple[PositionKind, ...]
    form: _Form | None = None
    addressee: tuple[int, int] | None = None


class _Reader:
    """Reads one passage after another; remembers what "They" and an item's first verb stand for."""

    def __init__(self, issuers: frozenset[str], *, is_resolution: bool) -> None:
        self.issuers, self.is_resolution = issuers, is_resolution
        self.leads = False  # a line such as "We:" stands above
        self.they = False  # the sentence before began with who speaks
        self.they_must = False  # the sentence before asked something of a named party

    def read(self, passage: Passage) -> Iterator[Position]:
        """Yield the positions of a passage, in reading order."""
        masked = _mask(passage.text)
        self.they = self.they_must = False
        is_item = passage.kind is PassageKind.LIST_ITEM or bool(_MARKER.match(passage.text))
        if not is_item and not passage.text[:1].islower():
            self.leads = False
        for sentence in passage.sentences:
            start = sentence.start - passage.start
            text = masked[start : sentence.end - passage.start]
            found = self._read_sentence(text)
            hedges = tuple(Span(sentence.start + h.start, sentence.start + h.end) for h in find_hedges(sentence.text))
            yield from _positions(passage, sentence, found, hedges)
            self.they = self._begins_with_speaker(text) or (self.they and text.startswith(("They ", "He ", "She ")))
            self.they_must = any(PositionKind.DEMAND in each.kinds and each.form is None for each in found)
        if masked.rstrip().endswith(":"):
            self.leads = self._speaks(masked.rstrip(" :\n"), _Form.BASE) or self._ends_in_lead(masked)

    def _ends_in_lead(self, masked: str) -> bool:
        return bool(_LEAD.search(masked)) and self._begins_with_speaker(masked)

    def _read_sentence(self, text: str) -> list[_Found]:
        found: list[_Found] = []
        for candidate in _candidates(text):
            if found and candidate.start < found[-1].end:
                continue
            if self._is_spoken(text, candidate, found):
                found.append(_complete(text, candidate))
        found.extend(self._obligations(text, found))
        return sorted(found, key=lambda each: each.start)

    def _is_spoken(self, text: str, candidate: _Found, found: Sequence[_Found]) -> bool:
        """Tell whether the issuers say it: they stand before it, or it goes on from a verb of theirs."""
        start = candidate.start
        before = text[max(0, start - _LEFT_CHARACTERS) : start]
        if _OURS.match(text, start):
            return True
        if candidate.form is None and before.endswith(", ") and PositionKind.STANCE in candidate.kinds:
            return self._begins_with_speaker(text)
        skipped = _BEFORE_VERB.search(before)
        at = start - (len(skipped.group()) if skipped else 0)
        if at > _OPENING_CHARACTERS or not _OPENS.fullmatch(text[:at]):
            agreeing = None if skipped and _AUXILIARY.search(skipped.group()) else candidate.form
            before = text[max(0, at - _SUBJECT_CHARACTERS) : at]
            return self._speaks(before, agreeing) or _goes_on(text, at, candidate, found)
        if candidate.form is _Form.PARTICIPLE:
            return self.is_resolution or self.leads or text.rstrip().endswith((",", ";"))
        return (self.is_resolution and candidate.form is _Form.THIRD) or self.leads

    def _speaks(self, before: str, form: _Form | None) -> bool:
        """Tell whether the words just before a verb are who issued the statement."""
        tokens = _TOKEN.findall(before[-_SUBJECT_CHARACTERS:])
        while tokens and tokens[-1] == ",":
            tokens.pop()
        if not tokens or form is _Form.PARTICIPLE:
            return False
        pronoun = tokens[-1].lower()
        if pronoun in {"we", "i"}:
            return len(tokens) == 1 or tokens[-2].lower() not in _RELATIVE
        if pronoun in {"they", "he", "she"}:
            return self.they and (len(tokens) == 1 or tokens[-2] in {",", "and", ";"})
        return self._is_speaker(tokens, form)

    def _is_speaker(self, tokens: list[str], form: _Form | None) -> bool:
        at = len(tokens)
        while at > 0 and self._belongs(tokens, at - 1):
            at -= 1
        subject, rest = tokens[at:], tokens[:at]
        if subject[:1] == ["and"] and rest[-1:] not in ([], [","]):
            return False
        is_opening = (
            not rest or subject[:1] in ([","], [";"]) or subject[:2] == ["and", ","] or rest[-1].lower() in _OPENERS
        )
        subject = [token for token in subject if token not in {",", ";"}]
        while subject and subject[0] == "and":
            subject.pop(0)
        names = [word for word in subject if word in self.issuers or word.lower() in _HEADS or word == "We"]
        if not is_opening or not names:
            return False
        is_plural = "and" in subject or any(token.lower() in _PLURAL for token in subject)
        return form is not _Form.BASE or is_plural

    def _belongs(self, tokens: Sequence[str], at: int) -> bool:
        word = tokens[at]
        if word in self.issuers or word.lower() in _OFFICES or word in {",", "We"}:
            return True
        if word.lower() == "parties":
            return at > 0 and tokens[at - 1].lower() in {"both", "two"}
        # 'Secretary Blinken', 'President Biden': the name after an office that speaks
        if word[:1].isupper() and tokens[at + 1 : at + 2] in (["delegation"], ["side"]):
            return True
        return word[:1].isupper() and at > 0 and tokens[at - 1] in {"Secretary", "President"}

    def _begins_with_speaker(self, text: str) -> bool:
        """Tell whether a sentence begins with who issued the statement, so that "They" may go on from it."""
        tokens = _TOKEN.findall(text[:200])
        at = 0
        while at < len(tokens) and self._belongs(tokens, at):
            at += 1
        return any(token in self.issuers or token.lower() in _HEADS for token in tokens[:at])

    def _obligations(self, text: str, found: Sequence[_Found]) -> Iterator[_Found]:
        """Yield what a named other party "must" or "should" do."""
        for match in _MUST.finditer(text):
            if any(each.start <= match.start() < each.end for each in found):
                continue
            first = max(0, match.start() - _LONGEST_PARTY)
            clauses = [clause.end() for clause in _CLAUSE.finditer(text, first, match.start())]
            if first and not clauses:
                continue
            start = max(clauses, default=0)
            party = text[start : match.start()].strip().rstrip(",")
            if self._is_other_party(party):
                begin = start + text[start : match.start()].find(party)
                is_named = len(party.split()) <= _ADDRESSEE_WORDS and _is_actor(party)
                span = (begin, begin + len(party)) if is_named else None
                end = match.start() + len(match.group().split()[0])
                yield _Found(match.start(), end, (PositionKind.DEMAND,), None, span)

    def _is_other_party(self, party: str) -> bool:
        words = _TOKEN.findall(party)
        if not words or words[0] in _NOT_A_PARTY or words[-1].lower() in _RELATIVE:
            return False
        if words == ["They"]:
            return self.they_must
        if all(word in self.issuers or word.lower() in _OFFICES or word == "," for word in words):
            return False
        if _PARTY.search(party):
            return True
        # 'Iran must', 'Iran’s destabilizing actions … must'; not 'Emerging from the pandemic … should'
        first = words[1] if words[0].lower() in {"the", "all", "both"} and len(words) > 1 else words[0]
        return first[:1].isupper() and not first.endswith(("ing", "ed")) and not _ABSTRACT.search(party)


_TOKEN = re.compile(r"[A-Za-z0-9][\w.’'&/+-]*(?<![.’'])(?:(?<=\b[A-Z]\.[A-Z])\.)?|[,;:]")
_OPENS = re.compile(r"\W*(?:\(?(?:\d{1,3}|[a-z]|[ivx]{1,5})[.)]\s*)?(?:and\s+)?", re.IGNORECASE)
_OURS = re.compile(r"[Oo]ur\b|(?:is|remains)\s+our\b")
_MARKER = re.compile(r"\W*\(?(?:\d{1,3}|[a-z]|[ivx]{1,5})[.)]\s|\s*[•·▪–—*-]\s")
_LEAD = re.compile(r"\b(?:following|to|that)?\s*:\s*$")
_RELATIVE = frozenset({"which", "whom", "what", "who", "whose", "as", "where", "if", "how", "why", "whether"})
_OPENERS = frozenset(
    {"that", "while", "whereas", "today", "yesterday", "therefore", ";", ":", "where", "–", "and", "but", "thus"}
)
_CLAUSE = re.compile(r"\bthat\s|[;:]\s|,\s(?:and|but|while)\s(?=[A-Za-z\s’']{2,60}\s(?:must|should|needs?)\b)")
_ADDRESSEE_WORDS = 14
_OPENING_CHARACTERS = 24
_SUBJECT_CHARACTERS = 900
"""A list of 40 states takes 600; reading further back from every verb would take quadratic time."""
_LONGEST_PARTY = 400
_NOT_A_PARTY_WORDS = """
If When While As Should This These It That There Such We I Our Here In On For With At To Nothing What How Who
"""
_NOT_A_PARTY = frozenset(_NOT_A_PARTY_WORDS.split())
_PARTY = re.compile(
    r"\b(?:authorities|government|regime|parties|forces|leaders|actors|states|countries|junta|military|rebels|sides|those"
    r"|Those|Parties|perpetrators|militias|groups|governments|officials|stakeholders|members)\b"
)
_ABSTRACT = re.compile(
    r"\b(?:law|humanitarian|access|process|solution|disagreement|resolution|agreement|peace|Vessels)\b"
)


_AFTER_HEAD = re.compile(
    r",|\b(?:and|or|of|in|to|on|at|from|with|within|for|by|as|who|which|that|whose|responsible|involved|concerned|also"
    r"|again|now|both|immediately)\b"
)
"""What may follow the noun that a party is named by: 'the Government| of Syria', 'all parties| to the conflict'."""
_ACTOR = re.compile(
    r"(?:all|both|those|they|others|everyone|everybody|nobody|countr(?:y|ies)|nations?|states?|governments?|authorit(?:y|ies)"
    r"|administrations?|regimes?|juntas?|leaders?|leadership|part(?:y|ies)|sides?|forces|troops|soldiers|military|militar(?:y|ies)"
    r"|army|armies|police|rebels|militias?|fighters|terrorists|groups?|actors?|prox(?:y|ies)|perpetrators|officials?"
    r"|ministers?|presidents?|parliaments?|councils?|community|communities|partners?|allies|neighbou?rs?|peoples?|citizens"
    r"|members?|stakeholders|donors|signatories|compan(?:y|ies)|businesses|firms|employers|workers|players|organi[sz]ations?"
    r"|agenc(?:y|ies)|institutions?|missions?|economies|politicians|elites|participants|providers|producers|exporters)",
    re.IGNORECASE,
)
_NAMED_THING = re.compile(
    r"(?:Agreements?|Accords?|Treat(?:y|ies)|Charters?|Conventions?|Protocols?|Plans?|Resolutions?|Declarations?"
    r"|Constitutions?|Acts?|Statements?|Process|Programs?|Programmes?|Straits?|Seas?|Elections?|Talks|JCPOA|NPT|CTBT)"
)


def _is_actor(party: str) -> bool:
    """Tell whether what "must" do something can be told to: 'the regime', 'Iran'; not 'Libya’s resources'."""
    words = _TOKEN.findall(_AFTER_HEAD.split(_LEADING.sub("", party), maxsplit=1)[0])
    head = words[-1] if words else party.split(maxsplit=1)[0]
    if _ACTOR.fullmatch(head):
        return True
    return head[:1].isupper() and not head.endswith(("’s", "'s")) and not _NAMED_THING.fullmatch(head)


_LEADING = re.compile(r"\A(?:(?:and|but|also|both|all(?=\s+of\b))\s+(?:of\s+)?)+", re.IGNORECASE)


def _mask(text: str) -> str:
    """Return the text with what stands in brackets or quotation marks blanked, of the same length."""
    return _QUOTED.sub(lambda match: " " * len(match.group()), text)


_QUOTED = re.compile(r"\([^()]{0,300}\)|“[^”]*(?:”|$)|\"[^\"]*\"|«[^»]*»")


# -- candidates ------------------------------------------------------------------------------------------------------

_STANCE = (PositionKind.STANCE,)
_PROMISE = (PositionKind.COMMITMENT,)
_STANCE_AND_PROMISE = (PositionKind.STANCE, PositionKind.COMMITMENT)
_STANCE_AND_DEMAND = (PositionKind.STANCE, PositionKind.DEMAND)


def _candidates(text: str) -> list[_Found]:
    """Return every phrase that may carry a position, in reading order, the longer first where two begin together."""
    found = [*_verbs(text), *_predicates(text), *_fixed(text)]
    return sorted(found, key=lambda each: (each.start, -each.end))


def _verbs(text: str) -> Iterator[_Found]:
    for match in _VERB.finditer(text):
        known = _FORMS.get(match.group().lower())
        if known is None:
            continue
        if match.group()[0].isupper() and not _OPENS.fullmatch(text[max(0, match.start() - 12) : match.start()]):
            continue  # 'the United States'
        verb, form = known
        particle = re.compile(_PARTICLES.get(verb, "")).match(text, match.end())
        if particle is None or (verb in _NEEDS_OBJECT and not _SPOKEN_OBJECT.match(text, match.end())):
            continue
        kinds, end = _kinds_of_verb(text, verb, particle.end())
        yield _Found(match.start(), end, kinds, form)


def _kinds_of_verb(text: str, verb: str, end: int) -> tuple[tuple[PositionKind, ...], int]:
    if verb in _DEMANDING:
        return _STANCE_AND_DEMAND, end
    if verb in _PROMISING:
        return _STANCE_AND_PROMISE, end
    if verb in {"decide", "agree"}:
        return (_STANCE_AND_PROMISE if text.startswith(" to ", end) else _STANCE), end
    if verb == "warn" and re.compile(r"[^.;]{0,80}\bagainst\b").match(text, end):
        return _STANCE_AND_DEMAND, end
    spoken = _SPOKEN_OBJECT.match(text, end) if verb in _TAKES_OBJECT else None
    if spoken is None:
        return _STANCE, end
    return _kinds_of_noun(text, spoken["noun"].lower(), spoken.end()), spoken.end()


def _kinds_of_noun(text: str, noun: str, end: int) -> tuple[PositionKind, ...]:
    if noun in _PROMISED and _TO_OR_WORKING.match(text, end):
        return _STANCE_AND_PROMISE
    if noun.startswith("call"):
        return _STANCE_AND_DEMAND
    return _STANCE


def _predicates(text: str) -> Iterator[_Found]:
    for match in _PREDICATE.finditer(text):
        feeling, of = match["feeling"], match["object"] or ""
        kinds: tuple[PositionKind, ...] = _STANCE
        if "call" in of or "urging" in of or "demanding" in of:
            kinds = _STANCE_AND_DEMAND
        elif "commitment" in of or (_PROMISING_FEELING.match(feeling) and _TO_OR_OF.match(text, match.end("feeling"))):
            kinds = _STANCE_AND_PROMISE
        yield _Found(match.start(), match.end(), kinds, _form_of_be(match["be"] or ""))


def _form_of_be(be: str) -> _Form | None:
    if be in {"are", "am", "remain", "stand", "feel"}:
        return _Form.BASE
    if be in {"is", "remains", "stands", "feels"}:
        return _Form.THIRD
    return _Form.PAST if be else None


def _fixed(text: str) -> Iterator[_Found]:
    for match in _STAND_WITH.finditer(text):
        yield _Found(*match.span(), _STANCE, _form_of_be("was" if match["verb"] == "stood" else match["verb"]))
    for match in _FURTHER.finditer(text):
        yield _Found(*match.span(), _STANCE, _form_of_phrase(match))
    for match in _FUTURE.finditer(text):
        yield _Found(*match.span(), _PROMISE)
    for pattern in (_ONGOING, _CONTINUING, _OUR_COMMITMENT):
        for match in pattern.finditer(text):
            yield _Found(*match.span(), _PROMISE)
    for match in _OUR_VIEW.finditer(text):
        yield _Found(*match.span(), _STANCE)


def _form_of_phrase(match: re.Match[str]) -> _Form:
    if match["base"]:
        return _Form.THIRD if match["third"] else _Form.BASE
    return _Form.PAST if match["past"] else _Form.PARTICIPLE


def _goes_on(text: str, at: int, candidate: _Found, found: Sequence[_Found]) -> bool:
    """Tell whether a verb goes on from one of the issuers': 'We condemn … and call on …', '…, calling on …'."""
    if not found:
        # 'We remain in close contact … and stand firmly with them'
        is_ours = text.startswith("We ") and candidate.form is _Form.BASE
        word = text[candidate.start : candidate.end].lower()
        return is_ours and word not in _LOOSE and _LINK.search(text[max(0, at - 12) : at]) is not None
    before = _LINK.search(text[max(0, at - 12) : at])
    if before is None:
        return _follows_infinitive(text, at, candidate, found[-1])
    if candidate.form in {None, _Form.PARTICIPLE}:
        return before["comma"] is not None or before["and"] is not None
    first = found[-1]
    if not any(each.form in {None, candidate.form} for each in found):
        return False
    word = text[candidate.start : candidate.end].split(maxsplit=1)[0].lower()
    verb = _FORMS.get(word, (word, None))[0]
    asks = PositionKind.DEMAND in first.kinds or PositionKind.COMMITMENT in first.kinds
    # 'We urge Iran to cooperate and support …': the second verb is asked too.
    return not (asks and verb in _LOOSE and candidate.form is _Form.BASE and before["comma"] is None)


_LINK = re.compile(r"(?:(?P<comma>[,;]\s+)(?:(?:and|but)\s+)?|\b(?P<and>and|but)\s+)(?:also\s+)?$")
_INFINITIVE = re.compile(r"\bto\s+$")


def _follows_infinitive(text: str, at: int, candidate: _Found, last: _Found) -> bool:
    """Tell whether it is the purpose of what the issuers do: 'We stand with … to call on the DPRK to …'."""
    is_asked = PositionKind.DEMAND in last.kinds
    return (
        not is_asked
        and candidate.form is _Form.BASE
        and PositionKind.DEMAND in candidate.kinds
        and bool(_INFINITIVE.search(text[max(0, at - 6) : at]))
    )


def _complete(text: str, found: _Found) -> _Found:
    """Return the phrase with its adverbs and its intensifier, without 'are', and with whom it is addressed to."""
    start, end = found.start, found.end
    be = _BE.match(text, start, end)
    if be and PositionKind.STANCE in found.kinds:
        start = be.end()
    kept = _KEPT_BEFORE.search(text[max(0, start - _LEFT_CHARACTERS) : start])
    if kept and not be:
        start -= len(kept.group())
    if bare := _COMMON_ADVERB.match(text, start, end):
        start = bare.end()
    intensifier = _INTENSIFIER.match(text, end)
    end = intensifier.end() if intensifier else end
    addressee = _addressee(text, end) if PositionKind.DEMAND in found.kinds else None
    return replace(found, start=start, end=end, addressee=addressee)


_BE = re.compile(r"(?:am|is|are|was|were|feels?|felt)\s+")
_COMMON_ADVERB = re.compile(r"(?:(?:also|further|both|all|still|once again)\s+)+")

_ADDRESSED = re.compile(
    r"(?:\s+(?:against|for|from|that|on))?\s+(?P<who>[^.;:]{2,240}?)\s*,?\s+"
    r"(?:to\s+(?!the\b|this\b|these\b|an?\b|our\b|their\b|its\b|date\b)(?:[a-z]+ly\s+)?[a-z]|not\s+to\s)"
)
_ADDRESSED_THAT = re.compile(
    r"\s+that\s+(?P<who>(?:(?:the|all|its|and|their|of|other|[A-Z][\w’'-]*|proxies|authorities|parties|regime|government|forces"
    r"|actors|states|junta|military)\s+){1,12}?)(?=[a-z]+\b)(?!proxies|authorities|parties|regime|government|and\b|of\b|its\b)"
)
_NO_ADDRESSEE = re.compile(r"\b(?:which|that|who|whose|has|have|is|are|was|were|will|would)\b")
_NAMED = re.compile(
    rf"[A-Z]|{_PARTY.pattern}|\b(?:all|both|them|others|community|partners|everyone|players|companies)\b"
)


def _addressee(text: str, end: int) -> tuple[int, int] | None:
    """Return whom a demand is made of: what stands before "to" and a verb; None where it names nobody."""
    that = _ADDRESSED_THAT.match(text, end)
    found = that or _ADDRESSED.match(text, end)
    if found is None:
        return None
    who = found["who"].rstrip(" ,")
    if not _NAMED.search(who) or _NO_ADDRESSEE.search(who) or len(who.split()) > 2 * _ADDRESSEE_WORDS:
        return None
    return found.start("who"), found.start("who") + len(who)


def _positions(
    passage: Passage, sentence: Sentence, found: Sequence[_Found], hedges: tuple[Span, ...]
) -> Iterator[Position]:
    for each in found:
        phrase = Span(sentence.start + each.start, sentence.start + each.end)
        addressee = each.addressee and Span(sentence.start + each.addressee[0], sentence.start + each.addressee[1])
        for kind in each.kinds:
            yield Position(kind, passage, sentence, phrase, addressee if kind is PositionKind.DEMAND else None, hedges)
