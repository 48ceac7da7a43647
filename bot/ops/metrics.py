"""What the bot counts and times, for Prometheus. No label holds what a person wrote, or who they are.

A series with a fixed set of labels is there from the start, at zero: a rate over what never happened is then 0, not
unknown.
"""

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    GCCollector,
    Histogram,
    PlatformCollector,
    ProcessCollector,
)

from index import ENGINES, Answer, AnswerKind

REGISTRY = CollectorRegistry()
"""Our own, so that no library's metrics are mixed in."""

# Memory, open files and processor time of the process; what Python's garbage collector does; its version.
ProcessCollector(registry=REGISTRY)
GCCollector(registry=REGISTRY)
PlatformCollector(registry=REGISTRY)

_QUICK = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0, 5.0)
"""Upper bounds in seconds. Slack waits 3 s for an acknowledgement."""

_PATIENT = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0)
"""Upper bounds in seconds of what may have to wait for Slack."""

SURFACES = ("mention", "direct_message", "thread", "command", "button", "shortcut")

QUESTIONS = Counter(
    "verbatim_questions",
    "Questions and clicks taken up, by where.",
    ["surface"],
    registry=REGISTRY,
)
ANSWERS = Counter(
    "verbatim_answers",
    "Answers given, by their kind.",
    ["kind"],
    registry=REGISTRY,
)
ABSTENTIONS = Counter(
    "verbatim_abstentions",
    "Answers that say that the statements do not say it.",
    registry=REGISTRY,
)
FAILURES = Counter(
    "verbatim_failures",
    "What went wrong while a person's request was worked on, by the kind of error.",
    ["error"],
    registry=REGISTRY,
)

ACK_SECONDS = Histogram(
    "verbatim_ack_seconds",
    "From a delivery's arrival to its acknowledgement.",
    buckets=_QUICK,
    registry=REGISTRY,
)
ANSWER_SECONDS = Histogram(
    "verbatim_answer_seconds",
    "Finding an answer in the statements.",
    buckets=_QUICK,
    registry=REGISTRY,
)
POST_SECONDS = Histogram(
    "verbatim_post_seconds",
    "Posting a message to Slack, with every wait and repetition.",
    buckets=_PATIENT,
    registry=REGISTRY,
)

CLAIMS = Counter(
    "verbatim_claims",
    "Messages to be answered, by what became of their claim: taken, refused (redelivered, answered or being answered "
    "already), sent, failed or released.",
    ["outcome"],
    registry=REGISTRY,
)
TAKEOVERS = Counter(
    "verbatim_takeovers",
    "Questions answered that an earlier worker had left over.",
    registry=REGISTRY,
)
RETRIES = Counter(
    "verbatim_retries",
    "Requests sent to Slack again, by the reason.",
    ["reason"],
    registry=REGISTRY,
)
AMBIGUOUS_POSTS = Counter(
    "verbatim_ambiguous_posts",
    "Messages of which it was unknown whether Slack had taken them, by how that ended: stood (it was there already), "
    "reposted (sent once more, so that it may stand twice) or abandoned.",
    ["outcome"],
    registry=REGISTRY,
)
QUEUE = Gauge(
    "verbatim_queue",
    "Questions waiting for an answer or being answered in this process.",
    registry=REGISTRY,
)

REFUSED_DELIVERIES = Counter(
    "verbatim_refused_deliveries",
    "Requests that the guard of the HTTP mode turned away, by the reason.",
    ["reason"],
    registry=REGISTRY,
)
SOCKET_CONNECTED = Gauge(
    "verbatim_socket_connected",
    "1 while the bot is connected to Slack over Socket Mode.",
    registry=REGISTRY,
)
STATEMENTS = Gauge("verbatim_statements", "Statements in the index.", registry=REGISTRY)
PASSAGES = Gauge("verbatim_passages", "Passages in the index.", registry=REGISTRY)

for _surface in SURFACES:
    QUESTIONS.labels(_surface)
for _kind in (*AnswerKind, *(engine.name for engine in ENGINES)):
    ANSWERS.labels(_kind)
for _outcome in ("taken", "refused", "sent", "failed", "released"):
    CLAIMS.labels(_outcome)
for _outcome in ("stood", "reposted", "abandoned"):
    AMBIGUOUS_POSTS.labels(_outcome)
for _reason in ("rate_limited", "unreached", "server_error"):
    RETRIES.labels(_reason)

_NOTHING_ASKED = frozenset({AnswerKind.HELP, AnswerKind.CHATTER, AnswerKind.NOT_A_QUESTION, AnswerKind.NO_STATEMENTS})


def count_answer(answer: Answer, seconds: float) -> None:
    """Count an answer that took some seconds to find."""
    ANSWERS.labels(answer.kind).inc()
    ANSWER_SECONDS.observe(seconds)
    if not answer.answered and answer.kind not in _NOTHING_ASKED:
        ABSTENTIONS.inc()
