"""The answers to the parts of a question, as one."""

from index.answer import Findings
from index.engines.corpus import Corpus
from index.engines.dispatch import find
from index.engines.several.engine import SeveralRequest


def answer_several(request: SeveralRequest, corpus: Corpus) -> Findings:
    """Return what is found for each part, in order; answered where one part is."""
    found = [find(part, corpus) for part in request.parts]
    return Findings(
        answered=any(one.answered for one in found),
        headline=" ".join(one.headline for one in found),
        overview=tuple(line for one in found for line in one.overview),
        evidence=tuple(dict.fromkeys(evidence for one in found if one.answered for evidence in one.evidence)),
        notes=tuple(dict.fromkeys(note for one in found for note in one.notes)),
        filters=request.filters,
        subject=found[0].subject,
    )
