"""Replies in a thread that mention nobody: which are answered, and what a question there goes on from."""

import re
from typing import Any

import pytest

from bot.outbox.tasks import Post, TaskKey
from bot.slack.claiming import is_thread_reply, read_claim
from bot.slack.context import AppContext
from bot.slack.replies import SlackReplies
from index import AnswerKind, Context, Library
from index.questions.pointing import point_back
from index.request import Filters
from tests.support.recording_slack import BOT_USER, create_context

G7 = "which resolutions are cited in the G7 statements?"
REPLY = {"type": "message", "channel_type": "channel", "user": "U1", "channel": "C1", "ts": "1.2", "thread_ts": "1.0"}


def is_answered(library: Library, reply: str) -> bool:
    """Whether a reply is answered in the thread of a question about the G7 statements."""
    answer = library.ask(reply, follows=library.ask(G7).context)
    talks = answer.kind in {AnswerKind.CHATTER, AnswerKind.HELP}
    return is_thread_reply({**REPLY, "text": reply}) and answer.is_addressed and not talks


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        ("what about 2735?", "a number after a list of resolutions"),
        ("and 1718?", "a number that none of them cites: an honest no"),
        ("and how many times is Iran mentioned?", "a count"),
        ("how many times is Hezbollah mentioned?", "a count without 'and'"),
        ("how often does Botswana come up?", "a count of nothing"),
        ("is Taiwan mentioned?", "whether a name stands there"),
        ("is Botswana mentioned?", "a name that stands nowhere"),
        ("and Ukraine?", "a name after 'and'"),
        ("what about Wagner?", "a name that nobody knows, asked for by its form"),
        ("and north korea?", "a known name in lower case"),
        ("and sanctions?", "a word that stands there"),
        ("and since 2022?", "another period"),
        ("what do the G7 say about Iran?", "who is to have said it"),
        ("what does the G7 say about penguins?", "the same, and they say nothing"),
        ("and what do they demand of it?", "a lookup with pronouns"),
        ("who condemned the coup in Myanmar?", "a search that names a state and is answered"),
        ("when was it issued?", "a date"),
        ("who released that statement?", "an issuer"),
        ("can you list the resolutions on Libya?", "'you' is the bot that lists"),
        ("which statements do you have on Syria?", "'you' is the bot that has them"),
        ("list the demands", "a command without a question mark"),
        ("is 1701 in any of our G7 statements?", "'our' is no talk beside a number that is looked up"),
        ("did they say “a nuclear war cannot be won”?", "a quotation"),
    ],
)
def test_a_reply_that_asks_something_of_the_statements_is_answered(
    bundled_library: Library, reply: str, reason: str
) -> None:
    assert is_answered(bundled_library, reply), reason


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        ("thanks!", "thanks"),
        ("ok", "consent"),
        ("lol", "laughter"),
        ("makes sense", "consent in two words"),
        ("👍", "no words"),
        ("<@U2> which resolutions are cited?", "put to somebody else"),
        ("do you agree?", "'you' is a colleague"),
        ("should we tell the press?", "what to do"),
        ("can you check?", "what a colleague is to do"),
        ("did you mention Iran to them?", "worded like a count, about what a colleague did"),
        ("where is the draft?", "a thing of their day, though a passage is near"),
        ("when is the meeting?", "of their day"),
        ("is Anna in today?", "a person and a day"),
        ("and lunch?", "worded like 'and Syria?'"),
        ("what about Friday?", "worded like a name"),
        ("what about the slides?", "worded like a topic"),
        ("who's on call tomorrow?", "'call' is no demand here"),
        ("what does legal say?", "a department, taken for citations in doubt"),
        ("does the minister know?", "nothing of it names a statement or somebody"),
        ("do they serve breakfast?", "'they' is nobody of the statements"),
        ("what now?", "nothing is named"),
        ("was the Syria memo sent?", "a name, and a thing that is no statement"),
        ("when does the Iran talk with Kim start?", "a name, and nothing is found"),
        ("I will call them tomorrow.", "no question"),
        ("Iran was mentioned to the press, I think", "no question, though it is worded like a count"),
    ],
)
def test_talk_and_what_might_be_talk_is_left_alone(bundled_library: Library, reply: str, reason: str) -> None:
    assert not is_answered(bundled_library, reply), reason


# -- what is composed ------------------------------------------------------------------------------------------------


@pytest.fixture
def context(library: Library) -> AppContext:
    library.add("Accord on Tea\n\nWe recall UNSCR 2254 in full.\n\nThe border of Iran is open.", title="Accord on Tea")
    context = create_context(library)
    about = Context(engine="citations", subject="the UN resolutions")
    context.memory.remember(TaskKey("T1", "C1", "1.0"), "U1", about)
    return context


def build_reply(context: AppContext, text: str, **event: Any) -> Post | None:
    body = {"team_id": "T1", "event": {**REPLY, "text": text, **event}}
    claim = read_claim(context, body)
    assert claim is not None
    return SlackReplies(context).build_reply(claim.task, claim.key)


def first_line(context: AppContext, text: str, **event: Any) -> str | None:
    post = build_reply(context, text, **event)
    return post.text.splitlines()[0] if post else None


def test_negative_answer_is_given_in_thread_and_talk_is_ignored(context: AppContext) -> None:
    assert first_line(context, "and 1718?") == "No. 1718 does not occur in the statement."
    assert first_line(context, "how many times is Syria mentioned?") == (
        "“Syria”, “Syrian Arab Republic” and “Damascus” do not appear (1 statement searched)."
    )
    assert first_line(context, "and lunch?") is None
    assert first_line(context, f"<@{BOT_USER}> and lunch?", type="app_mention") is not None


def test_thread_goes_on_after_refusal(context: AppContext) -> None:
    question = f"<@{BOT_USER}> which resolutions are cited in the Atlantis statements?"
    post = build_reply(context, question, type="app_mention", thread_ts="7.0")
    assert post is not None
    assert post.context is not None


# -- what a question goes on from ------------------------------------------------------------------------------------


def ask_in_turn(library: Library, *questions: str) -> list[str]:
    """Ask in one thread, and return the ids that the last question was asked over, or the words that chose them."""
    context = None
    answers = []
    for question in questions:
        answers.append(library.ask(question, follows=context))
        context = answers[-1].context or context
    return [note for note in answers[-1].notes if note.startswith("Searched ")]


@pytest.mark.parametrize(
    ("questions", "scope"),
    [
        ((G7, "is 1701 cited?", "and how many times is Iran mentioned?"), "Searched the 10 G7 statements."),
        (
            (G7, "is 1701 cited?", "when was it issued?"),
            "Searched one statement: G7 Leaders’ Statement on Recent Developments in the Middle East.",
        ),
        (
            (G7, "is 1701 cited?", "when was it issued?", "how many times is Iran mentioned?"),
            "Searched the 10 G7 statements.",
        ),
        (
            (
                "which resolutions are cited in the Libya statements?",
                "what do the G7 say about Iran?",
                "and what do they demand of it?",
            ),
            "Searched … of 49 statements (those quoted above).",  # how many a search quotes is the ranking's
        ),
        (
            (
                "which resolutions are cited in the Libya statements?",
                "what do the G7 say about penguins?",
                "which resolutions are cited?",
            ),
            "Searched the 10 G7 statements.",
        ),
        (
            (G7, "which resolutions are cited in the Syria statements?", "and 1718?"),
            "Searched 5 of 49 statements (Syria).",
        ),
    ],
    ids=["scope", "it", "scope after it", "they and it", "a scope where nothing is found", "a new scope"],
)
def test_a_follow_up_keeps_the_scope_set_in_words_unless_it_points_back(
    bundled_library: Library, questions: tuple[str, ...], scope: str
) -> None:
    notes = ask_in_turn(bundled_library, *questions)
    assert [re.sub(r"^Searched [2-5] (?=.*quoted above)", "Searched … ", note) for note in notes] == [scope]


SEARCHED = Context(Filters(issuer="G7"), engine="passages", found=("a-1", "b-2"))
LISTED = Context(Filters(issuer="G7"), engine="citations", found=("a-1", "b-2"))
ONE = Context(engine="occurrences", found=("a-1",))


@pytest.mark.parametrize(
    ("text", "follows", "points"),
    [
        ("when was it issued?", ONE, True),
        ("who signed the statement?", ONE, True),
        ("who signed the statement on Cuba?", ONE, False),
        ("what do they demand?", ONE, True),
        ("what do they demand?", SEARCHED, False),  # the G7
        ("what does it demand?", SEARCHED, True),
        ("what does it demand?", LISTED, False),  # which of them?
        ("which of them mention Iran?", LISTED, True),
        ("is Iran mentioned in those statements?", LISTED, True),
        ("is Iran mentioned there?", LISTED, False),
        ("what does Iran say about its programme?", ONE, False),
        ("is it true that Iran is mentioned?", ONE, False),
        ("how many times is Iran mentioned?", ONE, False),
        ("did they say that Iran is mentioned?", SEARCHED, False),
    ],
)
def test_what_points_back_to_the_statements_quoted(text: str, follows: Context, points: bool) -> None:
    scope = Filters(statement_ids=follows.found) if points else follows.filters
    assert point_back(text, follows).filters == scope
