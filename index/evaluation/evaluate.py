"""Statements and questions in, figures out: Verbatim through its own door, and the peers over the same passages."""

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from index.evaluation.asking import DEPTH, Asked, ask_all, measure_evidence
from index.evaluation.comparison import Comparison, RankedSystem, choose_variants, choose_weights
from index.evaluation.metrics import SUCCESS_CUTOFFS, choose_metrics, first_relevant_rank
from index.evaluation.peers import rank_peers
from index.evaluation.question_sets import JudgedQuestion, read_questions, read_statements
from index.evaluation.refusals import Outcome, measure_refusals
from index.evaluation.report import OURS, EvaluationReport, QuestionResult
from index.evaluation.runs import Ranking, read_run
from index.evaluation.units import Corpus, OnProgress, UnitKind, choose_kinds, fill_library, start_counting
from index.library import Library
from index.search.encoder import Encoder, open_encoder
from index.search.reranker import Reranker


def evaluate(
    statements: Path,
    questions: Sequence[Path],
    *,
    recall_cutoffs: Sequence[int] = (10,),
    run: Path | None = None,
    model: str | None = None,
    encoder: Encoder | None = None,
    reranker: str | Reranker | None = None,
    on_progress: OnProgress = lambda _task, _done, _total: None,
) -> EvaluationReport:
    """Measure how well questions are answered over statements, which go into a library of their own for the time.

    Every question is searched for, and the 100 best passages are reduced to units: to statements where the question's
    gold ids are statements, else to paragraphs. A unit stands at the rank of its best passage, and is counted once.
    The peers rank the same passages, each with and without the title before them. A question of several gold ids
    counts as a success where any of them is found, whatever its mode; recall and nDCG count all of them.

    Args:
        statements: a file of statements, as `index.evaluation.question_sets` describes it.
        questions: one or more files of questions.
        recall_cutoffs: the k of recall@k.
        run: a TREC run file that is measured in place of Verbatim; nothing is known then of answers and evidence.
        model: as for `Library.open`.
        encoder: as for `Library.open`.
        reranker: as for `Library.open`.
        on_progress: told of each step.

    Raises:
        QuestionSetError: a file is not as it should be.
        ModelError: the model cannot be loaded.
        ValueError: a cut-off is not between 1 and 100.
    """
    metrics = choose_metrics(recall_cutoffs)
    limit = max(*SUCCESS_CUTOFFS, *recall_cutoffs)
    if limit > DEPTH:
        raise ValueError(f"expected cut-offs of at most {DEPTH}, got {limit}")
    records = read_statements(statements)
    judged = read_questions(questions, records)
    kinds = choose_kinds(judged, {record.id for record in records})
    encoder = encoder or open_encoder(model)
    with (
        tempfile.TemporaryDirectory(prefix="verbatim-") as folder,
        Library.open(folder, encoder=encoder, reranker=reranker) as library,
    ):
        corpus = fill_library(library, records, advance=start_counting(on_progress, "Adding statements", len(records)))
        if run is None:
            advance = start_counting(on_progress, "Asking questions", len(judged))
            asked = ask_all(library, corpus, judged, kinds, advance=advance)
        else:
            asked = _asked_of_run(run, judged, kinds, corpus)
    comparison = Comparison(judged, metrics)
    ours = comparison.score(
        RankedSystem(
            name=run.name if run else OURS,
            variant="",
            rankings=[_units_of(one.ranking) for one in asked],
            top_scores=[one.top_score for one in asked],
        )
    )
    ranked = rank_peers(corpus, judged, kinds, encoder, limit=limit, on_progress=on_progress)
    peers, scan = choose_weights([comparison.score(system) for system in ranked])
    best = choose_variants(peers)
    return EvaluationReport(
        model=encoder.name,
        corpus=corpus.to_facts(judged),
        questions=len(judged),
        answerable=sum(question.is_answerable for question in judged),
        ours=comparison.estimate(ours),
        peers=[comparison.estimate(one) for one in peers],
        best_peers=[comparison.estimate(one) for one in best],
        differences={one.system.name: comparison.subtract(ours, one) for one in best},
        convex_scan=scan,
        refusals=measure_refusals([_to_outcome(question, one) for question, one in zip(judged, asked, strict=True)]),
        evidence=None if run else measure_evidence(judged, asked),
        results=[_to_result(question, one) for question, one in zip(judged, asked, strict=True)],
        run={question.id: one.ranking for question, one in zip(judged, asked, strict=True)},
    )


def _asked_of_run(
    path: Path, questions: Sequence[JudgedQuestion], kinds: Mapping[str, UnitKind], corpus: Corpus
) -> list[Asked]:
    run = read_run(path, {question.id: corpus.all_units[kinds[question.id]] for question in questions})
    return [Asked(run.get(question.id, ()), answered=None, marking=None) for question in questions]


def _units_of(ranking: Ranking) -> list[str]:
    return [one.unit for one in ranking]


def _is_correct(question: JudgedQuestion, asked: Asked) -> bool:
    return bool(asked.ranking) and asked.ranking[0].unit in question.gold_ids


def _to_outcome(question: JudgedQuestion, asked: Asked) -> Outcome:
    return Outcome(question.is_answerable, asked.top_score, _is_correct(question, asked), asked.answered)


def _to_result(question: JudgedQuestion, asked: Asked) -> QuestionResult:
    return QuestionResult(
        id=question.id,
        question=question.text,
        type=question.type,
        mode=question.mode.value,
        answered=asked.answered,
        top_unit=asked.ranking[0].unit if asked.ranking else None,
        top_score=asked.top_score,
        first_relevant_rank=first_relevant_rank(_units_of(asked.ranking), question.gold_ids),
    )
