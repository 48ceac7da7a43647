"""Which interpretation of a question wins: what the intent model says, and what each request leaves unexplained."""

from dataclasses import dataclass, replace

from index.engines.citations.engine import CitationsRequest
from index.engines.mentions.engine import OccurrencesRequest
from index.engines.positions.engine import PositionsRequest
from index.engines.readings import known_readings
from index.engines.show.engine import ShowRequest
from index.engines.slots import DOC, DOCS, PHRASE, QUOTE, Interpretation, Slots
from index.request import Request

SEARCH = "passages"
_UNEXPLAINED = 0.6
"""What each word that a lookup leaves unexplained costs: more than one, and search answers."""
_QUOTED = 0.5
"""What speaks for the engines of quotations where something is quoted."""
_NAMED = 0.25
"""What speaks for a lookup whose subject is named: an instrument, a kind of position."""
_SURE = 0.5
"""The lead that makes a choice sure."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The request that won, the runner-up, and whether the question says it beyond doubt."""

    engine: str
    request: Request
    left: tuple[str, ...]
    is_sure: bool
    runner_up: Request | None = None


def choose(slots: Slots, score: dict[str, float]) -> Choice:
    """Return the interpretation that explains a question best; search where none does."""
    ranked: list[tuple[float, str, Interpretation]] = [
        (score.get(name, -1.0) + _evidence(name, slots, one), name, one)
        for name, reading in known_readings().items()
        for one in reading.interpret(replace(slots, frame=reading.frame))
    ]
    ranked.sort(key=lambda entry: -entry[0])
    best, name, won = ranked[0]
    others = [one for one in ranked if one[1] != name]
    lead = best - others[0][0] if others else best
    is_sure = name != SEARCH and not won.left and lead >= _SURE
    return Choice(name, won.request, won.left, is_sure, others[0][2].request if others else None)


def _evidence(name: str, slots: Slots, one: Interpretation) -> float:
    """Return what the typed parts of a question say for or against an interpretation."""
    weight = -_UNEXPLAINED * len(one.left)
    if slots.of(QUOTE, PHRASE) and name in {"quotes", "mentions"}:
        weight += _QUOTED
    if slots.of(QUOTE) and name == "quotes":
        weight += _QUOTED
    if name == SEARCH and slots.is_negated and (slots.has("statement", "text", "document") or slots.of(DOC, DOCS)):
        weight -= _UNEXPLAINED  # passages show what is said, never what is not
    if name == "quotes" and _is_pasted(slots):
        weight += 2 * _QUOTED
    if name == "quotes" and ":" in slots.text and slots.has("quot", "verif", "check", "wording", "exact", "verbatim"):
        weight += _QUOTED
    if isinstance(one.request, CitationsRequest) and not one.left and (one.request.number or one.request.kinds):
        weight += _NAMED
    if isinstance(one.request, PositionsRequest) and not one.left and one.request.kinds:
        weight += _NAMED
    if isinstance(one.request, ShowRequest) and (one.request.paragraph or one.request.form) and not one.left:
        weight += _QUOTED
    if isinstance(one.request, OccurrencesRequest) and slots.instruments:
        weight -= _UNEXPLAINED
    return weight


def _is_pasted(slots: Slots) -> bool:
    """Tell whether a text is a sentence of a statement rather than one to the bot."""
    words = slots.text.split()
    to_the_bot = slots.words & {"i", "i'm", "me", "my", "you", "your", "please", "can", "could", "who", "what", "which"}
    return len(words) >= _PASTED_WORDS and slots.text.endswith(".") and not to_the_bot


_PASTED_WORDS = 12
