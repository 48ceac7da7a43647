"""Which citations a question asks for: of one instrument, of a kind, on a topic, or of all."""

from collections.abc import Iterable, Iterator

from index.engines.citations.citation import CitationKind
from index.engines.citations.engine import CitationsRequest
from index.engines.slots import NAME, Interpretation, Run, Slot, Slots
from index.text.names import gazetteer

_RESOLUTIONS = (CitationKind.UNSC_RESOLUTION, CitationKind.UNGA_RESOLUTION)
_KIND_STEMS: dict[str, tuple[CitationKind, ...]] = {
    "unscr": (CitationKind.UNSC_RESOLUTION,),
    "scr": (CitationKind.UNSC_RESOLUTION,),
    "unsc": (CitationKind.UNSC_RESOLUTION,),
    "unga": (CitationKind.UNGA_RESOLUTION,),
    "treat": (CitationKind.TREATY,),
    "convention": (CitationKind.TREATY,),
    "covenant": (CitationKind.TREATY,),
    "protocol": (CitationKind.TREATY,),
    "executive": (CitationKind.EXECUTIVE_ORDER,),
    "presidential": (CitationKind.EXECUTIVE_ORDER,),
    "eos": (CitationKind.EXECUTIVE_ORDER,),
    "statute": (CitationKind.STATUTE,),
    "legislation": (CitationKind.STATUTE,),
    "law": (CitationKind.STATUTE,),
    "agreement": (CitationKind.AGREEMENT,),
    "accord": (CitationKind.AGREEMENT,),
}
"""The beginning of a word → the kinds of instrument that it names."""
_BODIES = {
    "security council": (CitationKind.UNSC_RESOLUTION,),
    "general assembly": (CitationKind.UNGA_RESOLUTION,),
    "iaea": (CitationKind.IAEA_DOCUMENT,),
    "board of governors": (CitationKind.IAEA_DOCUMENT,),
}
_NOT_KINDS = ("except", "other", "apart", "besides", "beyond")


def interpret(slots: Slots) -> Iterable[Interpretation]:
    """Yield the request for the instruments that are named, or for the kinds of them."""
    filters = slots.filters()
    if slots.instruments:
        numbers = dict.fromkeys(one.number for one in slots.instruments)
        kinds = slots.instruments[0].kinds if all(one.kinds for one in slots.instruments) else ()
        is_resolution = not kinds or kinds[0] in _RESOLUTIONS
        request = CitationsRequest(filters, ", ".join(numbers), () if is_resolution else kinds, slots.is_negated)
        yield Interpretation(request, _left(slots.runs))
        return
    named = list(_kinds(slots))
    kinds = tuple(dict.fromkeys(kind for _, found in named for kind in found))
    rest = slots.without(part for part, _ in named)
    if "un" in slots.words or any(part.text.casefold() in {"un", "u.n.", "united nations"} for part in slots.of(NAME)):
        rest = rest.without(part for part in rest.of(NAME) if part.text.casefold() in {"un", "u.n.", "united nations"})
        kinds = kinds or (_RESOLUTIONS if slots.has("resol", "reso") else ())
    treaties = [run for run in rest.runs if _is_treaty(run)]
    if treaties and not kinds:
        rest = rest.without(part for run in treaties for part in run.parts)
    runs = rest.runs
    is_worded = bool(kinds) or slots.has(
        "reso", "unsc", "cit", "instrument", "legal", "invok", "refer", "document", "footnote"
    )
    if len(runs) == 1 and is_worded and not slots.is_negated and not slots.has("vote", "violat"):
        yield Interpretation(CitationsRequest(filters, "", kinds, topic=runs[0].text))
        return
    yield Interpretation(CitationsRequest(filters, "", kinds, slots.is_negated), _left(runs))


def _kinds(slots: Slots) -> Iterator[tuple[Slot, tuple[CitationKind, ...]]]:
    said_before = [part.text.lower() for part in slots.parts]
    excepted = {part for at, part in enumerate(slots.parts) if {*said_before[max(0, at - 2) : at]} & set(_NOT_KINDS)}
    for part in slots.parts:
        said = part.text.casefold()
        for stem, kinds in (*_BODIES.items(), *_KIND_STEMS.items()):
            if part not in excepted and (said.startswith(stem) or (part.kind == NAME and stem in said)):
                yield part, kinds
                break


def _is_treaty(run: Run) -> bool:
    entity = gazetteer().find_entity(run.text)
    return entity is not None and entity.kind == "instrument"


def _left(runs: Iterable[Run]) -> tuple[str, ...]:
    return tuple(run.text for run in runs)
