"""Which positions a question asks for: demands, commitments or stances; made of whom, on what, with which verb."""

from collections.abc import Iterable

from index.engines.positions.engine import PositionsRequest
from index.engines.positions.find import PositionKind
from index.engines.slots import NAME, Interpretation, Run, Slots
from index.engines.title_words import ALIASES
from index.text.names import gazetteer

_STEMS = {
    PositionKind.DEMAND: (
        "demand", "ask", "exigenc", "insist", "call", "urg", "want", "request", "requir", "appeal", "exhort", "must",
        "expect",
    ),
    PositionKind.COMMITMENT: (
        "commit", "pledg", "promis", "undert", "vow", "obligat", "concession", "hook", "bound", "bind", "guarantee",
        "assurance", "engagement", "plate",
    ),
    PositionKind.STANCE: (
        "condemn", "stance", "tone", "wording", "language", "rhetoric", "denounc", "denunciat", "regret", "critici",
        "harsh", "temperature", "deplor", "welcom", "verb", "concern", "support", "oppos", "reject", "strength",
        "express", "phras", "deplore", "condolence", "terms", "applaud", "commend",
    ),
}  # fmt: skip
_VERBS = ("condemn", "deplor", "denounc", "regret", "welcom", "reject", "applaud", "commend")
_OF_TONE = ("verb", "tone", "temperature", "harsh", "strong")
_TO_WHOM = frozenset(
    {"on", "of", "from", "to", "upon", "at", "against", "is", "are", "does", "must", "want", "urge", "ask", "tell"}
)


def interpret(slots: Slots) -> Iterable[Interpretation]:
    """Yield the request for positions of the kinds that are named."""
    kinds = (
        (PositionKind.STANCE,)
        if slots.has(*_OF_TONE)
        else tuple(
            kind
            for kind, stems in _STEMS.items()
            if slots.has(*stems) and not (kind is PositionKind.COMMITMENT and slots.has("committee"))
        )
    )
    if len(kinds) > 1 and PositionKind.STANCE in kinds and not slots.has("condemn"):
        kinds = tuple(kind for kind in kinds if kind is not PositionKind.STANCE)
    verbs = {verb for verb in _VERBS if slots.has(verb)}
    verb = verbs.pop() if len(verbs) == 1 and kinds == (PositionKind.STANCE,) and not slots.has(*_OF_TONE) else ""
    runs = [run for run in slots.runs if run.text.casefold() not in ALIASES]  # who leads a state speaks for it
    addressee = next((run for run in runs if PositionKind.DEMAND in kinds and _is_addressee(run)), None)
    topics = [run for run in runs if run is not addressee]
    topic = topics[0].text if topics else ""
    left = tuple(run.text for run in topics[1:])
    if addressee:
        kinds = (PositionKind.DEMAND,)
    if not kinds and not slots.has("position", "stand"):
        left = (*left, "position")  # nothing says that positions are asked for
    yield Interpretation(
        PositionsRequest(slots.filters(), kinds, topic, addressee.text if addressee else "", verb), left
    )


def _is_addressee(run: Run) -> bool:
    is_name = (
        any(part.kind == NAME for part in run.parts) or run.text[:1].isupper() or gazetteer().find_entity(run.text)
    )
    return bool(is_name) and run.before in _TO_WHOM
