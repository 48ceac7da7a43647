"""Requests and contexts: written as JSON and read back."""

import datetime
import json

import pytest

from index import ENGINES, Context, Filters, Request
from index.engines.citations.citation import CitationKind
from index.engines.citations.engine import CitationsRequest
from index.engines.comparison.engine import ComparisonRequest
from index.engines.passages.engine import SearchRequest

REQUESTS = [
    CitationsRequest(
        Filters(issuer="G7", since=datetime.date(2022, 1, 1), statement_ids=("a-1", "b-2")),
        "2397 (2017)",
        (CitationKind.UNSC_RESOLUTION,),
        is_negated=True,
    ),
    ComparisonRequest(Filters(month=3, day=25), Filters(about="Libya")),
    SearchRequest("what do they say about “tea”?"),
]


@pytest.mark.parametrize("request_", REQUESTS, ids=lambda one: one.engine)
def test_request_survives_json(request_: Request) -> None:
    values = json.loads(json.dumps(request_.to_dict()))
    assert Request.from_dict(values) == request_
    context = Context(Filters(about="Syria"), "the resolutions", request_.engine, ("a-1",), ("Iran",), request_)
    assert Context.from_dict(json.loads(json.dumps(context.to_dict()))) == context


@pytest.mark.parametrize(
    "changed", [{"v": 0}, {"engine": "gone"}, {"engine": None}, {"kinds": ["gone"]}, {"filters": {"since": "soon"}}]
)
def test_request_of_another_version_is_refused(changed: dict[str, object]) -> None:
    values = REQUESTS[0].to_dict() | changed
    with pytest.raises(ValueError, match=r"expected|valid|Invalid"):
        Request.from_dict(values)
    assert Context.from_dict({"subject": "them", "request": values}) == Context(subject="them")


def test_engines_share_no_name() -> None:
    verbs = [verb for engine in ENGINES for verb in engine.verbs]
    assert len(set(verbs)) == len(verbs)
    assert all(engine.request.engine == engine.name for engine in ENGINES)
    assert len({engine.name for engine in ENGINES}) == len(ENGINES)
