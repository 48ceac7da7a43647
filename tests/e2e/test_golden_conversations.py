"""The golden conversations, over one statement: the unmodified bot and the local Slack, each scored in five parts.

Scored are (a) the sentences quoted, (b) what must not be said, (c) the first line, (d) that Slack takes every message,
and (e) where the answer stands. The ground truth is the text itself, divided here without the project's own parser.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.local_slack import LocalSlack, load_manifest
from tests.conftest import SEED, Bot, run_bot
from tests.unit.test_views import elements

TEXT = SEED.read_text()
BODY = re.split(r"\n\s*\n", TEXT.split("Begin Text:")[1].split("End Text.")[0].strip())
SENTENCES = {
    (paragraph, number): sentence
    for paragraph, text in enumerate(BODY, start=1)
    for number, sentence in enumerate(re.split(r"(?<=\.) (?=[A-Z])", text), start=1)
}
RELEASE_LINE = next(line for line in TEXT.splitlines() if line.startswith("The text of the following"))

RESOLUTIONS = {(2, 3), (2, 4), (4, 2)}
NO_NUMBERS = r"\b\d{3,4}\b"


def test_the_ground_truth_is_what_the_conversations_say_it_is() -> None:
    assert [sum(paragraph == one for paragraph, _ in SENTENCES) for one in (1, 2, 3, 4)] == [4, 4, 2, 2]
    assert [len(re.findall("DPRK", text)) for text in BODY] == [3, 5, 2, 2]


@pytest.fixture(scope="module")
def desk(seed_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bot]:
    """The bot over the one statement."""
    log = tmp_path_factory.mktemp("golden") / "bot.log"
    with LocalSlack(load_manifest(), port=0) as slack, run_bot(slack, seed_data, log) as running:
        slack.wait_connected(timeout=90)
        yield running


# -- reading what the bot said ---------------------------------------------------------------------------------------


def quotes(message: dict[str, Any]) -> list[str]:
    """The quoted texts, without the marks where a passage goes on."""
    found = [one for one in elements(message["blocks"]) if one.get("type") == "rich_text_quote"]
    return [
        "".join(part["text"] for part in quote["elements"] if not part.get("style", {}).get("italic"))
        for quote in found
    ]


def styled(message: dict[str, Any], style: str) -> str:
    """The quoted words in a style: bold or strike."""
    found = [one for one in elements(message["blocks"]) if one.get("type") == "rich_text_quote"]
    return " | ".join(part["text"] for quote in found for part in quote["elements"] if part.get("style", {}).get(style))


def sentences(message: dict[str, Any]) -> set[tuple[int, int]]:
    """The sentences that a message quotes in full."""
    texts = quotes(message)
    return {place for place, sentence in SENTENCES.items() if any(sentence in text for text in texts)}


def button(message: dict[str, Any], label: str) -> str:
    """The action id of a button."""
    found = [one for one in elements(message["blocks"]) if one.get("type") == "button" and one["text"]["text"] == label]
    assert found, f"no button {label!r}"
    return str(found[0]["action_id"])


def first_line(message: dict[str, Any]) -> str:
    return str(message["text"].splitlines()[0])


def said(message: dict[str, Any]) -> str:
    """Everything a message says: its text, and the words of its blocks."""
    words = [str(one["text"]) for one in elements(message["blocks"]) if isinstance(one.get("text"), str)]
    return "\n".join([message["text"], *words])


def assert_sound(slack: LocalSlack, message: dict[str, Any]) -> None:
    """Every quotation is byte-equal to the source, Slack took everything, and nobody was pinged."""
    for text in quotes(message):
        assert text in TEXT
    assert [(call.method, call.problems) for call in slack.calls if call.problems] == []
    assert [call.response for call in slack.calls if not call.response.get("ok", True)] == []
    assert slack.notifications == []


def replies(slack: LocalSlack, channel: str, ts: str) -> list[dict[str, Any]]:
    return [message for message in slack.messages(channel, thread_ts=ts) if message.get("bot_id")]


def ask(
    bot: Bot, text: str, *, thread_ts: str | None = None, channel: str = "general", is_sound: bool = True
) -> dict[str, Any]:
    """Say something and return the one reply to it, in its thread."""
    root = thread_ts
    before = len(replies(bot.slack, channel, root)) if root else 0
    ts = bot.slack.say(text, channel=channel, thread_ts=thread_ts)
    found: list[dict[str, Any]] = bot.slack.wait_for(
        lambda: replies(bot.slack, channel, root or ts)[before:], 15, f"a reply to {text}"
    )
    assert len(found) == 1
    assert found[0]["thread_ts"] == (root or ts)
    if is_sound:
        assert_sound(bot.slack, found[0])
    return found[0]


def ask_privately(bot: Bot, command: str, text: str = "", channel: str = "general") -> dict[str, Any]:
    """Run a command and return its one private answer; nothing is posted to the channel."""
    before, posted = len(bot.slack.ephemerals(channel=channel)), len(bot.slack.messages(channel))
    delivery = bot.slack.run_command(command, text, channel=channel)
    found: list[dict[str, Any]] = bot.slack.wait_for(
        lambda: bot.slack.ephemerals(channel=channel)[before:], 15, f"an answer to {command} {text}"
    )
    assert delivery.outcome == "acked"
    assert len(found) == 1
    assert len(bot.slack.messages(channel)) == posted
    assert_sound(bot.slack, found[0])
    return found[0]


def assert_silent(bot: Bot, text: str, *, thread_ts: str) -> None:
    """Say something that gets no answer, and wait until the bot has worked past it."""
    before = len(replies(bot.slack, "general", thread_ts))
    bot.slack.say(text, channel="general", thread_ts=thread_ts)
    ask(bot, "@Verbatim is China mentioned?", channel="policy-desk")
    assert len(replies(bot.slack, "general", thread_ts)) == before


# -- one question, one answer in its thread --------------------------------------------------------------------------


@dataclass(frozen=True)
class Golden:
    question: str
    quoted: set[tuple[int, int]]
    first: str
    also_quotable: frozenset[tuple[int, int]] = frozenset()
    says: tuple[str, ...] = ()
    never: tuple[str, ...] = ()


ANYWHERE = frozenset(SENTENCES)

TABLE = {
    "G1": Golden(
        "@Verbatim which resolutions are cited?", RESOLUTIONS, r"3 mentions of UN Security Council resolutions, none by number\.",
        says=("The statement gives no resolution numbers; none are inferred.",), never=(NO_NUMBERS,),
    ),
    "G2": Golden("@Verbatim is resolution 1718 cited?", set(), r"No\. 1718 does not occur in the statement; .*generically \(3 mentions\)"),
    "G4": Golden("@Verbatim when was it issued?", set(), r"The text gives no date\.", never=("October", "2023", r"\b20\d\d\b")),
    "G5": Golden(
        "@Verbatim what do they say about North Korea getting missile tech", {(3, 1), (3, 2), (2, 3)}, r"\d passages?",
        also_quotable=ANYWHERE, says=("North Korea → text says DPRK",),
    ),
    "G6": Golden(
        "@Verbatim wich resolushuns r sited", RESOLUTIONS, r"3 mentions of UN Security Council resolutions",
        says=("which resolutions are cited",), never=(NO_NUMBERS,),
    ),
    "G7": Golden(
        "@Verbatim does the statement impose sanctions?", set(), r"No passage says so: .*“sanctions?”.* 0 times in the statement",
        also_quotable=ANYWHERE, says=("Related passages",),
    ),
    "G8": Golden("@Verbatim what's our travel policy?", set(), r"Not in the indexed statements \(1 statement\)\."),
    "G11": Golden(
        "@Verbatim have the weapons been delivered?", {(1, 2)}, r"\d passages?",
        also_quotable=ANYWHERE, says=("“several”, not “all”",),
    ),
    "G12": Golden(
        "@Verbatim did Russia violate UN resolutions according to the statement?", {(2, 3), (4, 2)}, r"\d passages?",
        also_quotable=ANYWHERE, never=(r"\bYes\b", r"\bNo\b[.,:]"),
    ),
    "G13": Golden(
        '@Verbatim did they say "We strongly condemn the provision of military equipment and munitions"?', {(1, 1)},
        r"Not word for word\. Closest: ¶1 s1", says=("“We” in place of “The United States, Japan, and the Republic of Korea (ROK)”",),
        never=(r"(?i)\bexact",),
    ),
    "G15": Golden(
        "@Verbatim quote “certain items and technical cooperation related to the DPRK’s weapons of mass destruction, ballistic "
        "missile, or conventional weapons programs, — would violate multiple UN Security Council resolutions.”",
        {(2, 3)}, r"Exact \(punctuation normalised\): ¶2 s3",
    ),
    "G16": Golden(
        "@Verbatim did Kamikawa say Russia voted for the resolutions?", {(2, 4)}, r"\d passages?", also_quotable=ANYWHERE,
        says=("of the three together; no individual speaker is given",),
    ),
    "G17": Golden(
        "@Verbatim everything they ask for or commit to", {(1, 3), (1, 4), (2, 2), (4, 2)}, r"1 demand and 3 commitments, in 4 sentences",
        also_quotable=frozenset({(3, 2)}), says=("Commitment", "Demand, to the DPRK and Russia"),
    ),
    "G19": Golden("@Verbatim how does this differ from their January statement?", set(), r"There is only one statement, so there is nothing to compare\."),
    "G20": Golden(
        "@Verbatim how many times is the DPRK mentioned?", {place for place, text in SENTENCES.items() if "DPRK" in text},
        r"12 times in the body \(¶1 3, ¶2 5, ¶3 2, ¶4 2\); also in the title\.",
    ),
    "G21": Golden('@Verbatim "ballistic missile"', {(2, 3), (3, 1)}, r"2 times in the body"),
    "G22": Golden("@Verbatim is China mentioned?", set(), r"“China”, “PRC” and “Beijing” do not appear \(1 statement searched\)\."),
    "G27": Golden(
        "@Verbatim <!channel> *resolutions* <http://x|y> ", RESOLUTIONS, r"3 mentions of UN Security Council resolutions",
        never=("<!", "http://x", r"\*resolutions"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TABLE)
def test_a_golden_question_gets_its_answer(desk: Bot, name: str) -> None:
    golden = TABLE[name]
    reply = ask(desk, golden.question)
    assert golden.quoted <= sentences(reply) <= golden.quoted | golden.also_quotable
    assert re.match(golden.first, first_line(reply)), first_line(reply)
    for words in golden.says:
        assert words in said(reply)
    for pattern in golden.never:
        assert not re.search(pattern, said(reply)), pattern


def test_g2_the_mentions_are_a_button_away(desk: Bot) -> None:
    ts = desk.slack.say("@Verbatim is resolution 1718 cited?", channel="general")
    reply = desk.slack.wait_for(lambda: replies(desk.slack, "general", ts), 15, "a reply")[0]
    desk.slack.click("general", reply["ts"], action_id=button(reply, "Show them"))
    shown = desk.slack.wait_for(lambda: replies(desk.slack, "general", ts)[1:], 15, "the mentions")[0]
    assert sentences(shown) == RESOLUTIONS
    assert_sound(desk.slack, shown)


def test_g5_the_closest_comes_first(desk: Bot) -> None:
    reply = ask(desk, "@Verbatim what do they say about North Korea getting missile tech")
    assert SENTENCES[3, 1] in quotes(reply)[0]
    assert SENTENCES[3, 1] in styled(reply, "bold")


def test_g8_what_is_out_of_scope_gets_one_line_and_no_passage(desk: Bot) -> None:
    reply = ask(desk, "@Verbatim what's our travel policy?")
    assert quotes(reply) == []
    assert len(reply["text"].splitlines()) == 1


def test_g17_demands_and_commitments_are_in_reading_order(desk: Bot) -> None:
    order = [
        next(place for place, text in SENTENCES.items() if text in quote)
        for quote in quotes(ask(desk, TABLE["G17"].question))
    ]
    assert order == sorted(order)


# -- private answers -------------------------------------------------------------------------------------------------


def test_g3_who_released_it_is_told_privately_in_the_texts_own_verb(desk: Bot) -> None:
    answer = ask_privately(desk, "/statements", "who")
    assert first_line(answer).startswith(
        "Released by: U.S. Secretary of State Antony J. Blinken; Japanese Foreign Minister Yoko Kamikawa; "
        "Republic of Korea Foreign Minister Park Jin"
    )
    assert quotes(answer) == [RELEASE_LINE]
    assert "sign" not in said(answer).lower()
    assert button(answer, "Share to channel")


def test_g14_a_stitched_quotation_is_never_exact(desk: Bot) -> None:
    answer = ask_privately(desk, "/quote", '"We urge the DPRK and Russia to immediately cease all activities"')
    assert first_line(answer).startswith("Altered: words dropped in ¶4 s2")
    assert sentences(answer) == {(4, 2)}
    assert styled(answer, "strike").strip() == "abide by relevant UN Security Council resolutions and"
    assert "that violate them." in said(answer)
    assert "exact" not in said(answer).lower()


def test_g18_positions_are_the_wordings_as_written_with_their_places(desk: Bot) -> None:
    answer = ask_privately(desk, "/statements", "positions")
    assert first_line(answer) == (
        "strongly condemn ¶1 s1 · remain resolved ¶1 s4 · emphasize ¶2 s3 · deeply concerned ¶3 s1 · "
        "resolute in our opposition ¶4 s1 · urge ¶4 s2"
    )
    assert "score" not in said(answer)


def test_g28_a_private_answer_is_shared_with_the_question_and_who_asked(seed_data: Path, tmp_path: Path) -> None:
    with LocalSlack(load_manifest(), port=0) as slack, run_bot(slack, seed_data, tmp_path / "log") as desk:
        slack.wait_connected(timeout=90)
        answer = ask_privately(desk, "/resolutions")
        assert sentences(answer) == RESOLUTIONS
        assert "You asked: resolutions" in answer["text"]
        posted = len(slack.messages("general"))
        for _ in range(2):  # pressed twice in haste
            slack.begin_click("general", answer["ts"], action_id=button(answer, "Share to channel"), ephemeral=True)
        shared = slack.wait_for(lambda: slack.messages("general")[posted:], 15, "the shared answer")[0]
        assert sentences(shared) == RESOLUTIONS
        users = [one["user_id"] for one in elements(shared["blocks"]) if one.get("type") == "user"]
        assert users == [answer["ephemeral_to"]]
        assert "asked: resolutions" in shared["text"]
        assert [one.target for one in slack.notifications] == users, "nobody is pinged but who asked"
        left = slack.wait_for(
            lambda: [one for one in slack.ephemerals(channel="general") if one["text"] == "Shared to the channel."],
            15, "the private answer to say so",
        )  # fmt: skip
        assert [one["ts"] for one in left] == [answer["ts"]]
        ask(desk, "@Verbatim is China mentioned?", channel="policy-desk", is_sound=False)
        assert len(slack.messages("general")) == posted + 1
        assert [(call.method, call.problems) for call in slack.calls if call.problems] == []


# -- threads ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mention", ["", "@Verbatim "], ids=["plain", "mentioned"])
def test_g9_and_g10_a_thread_goes_on_from_its_last_answer(desk: Bot, mention: str) -> None:
    root = desk.slack.say("@Verbatim which resolutions are cited?", channel="general")
    desk.slack.wait_for(lambda: replies(desk.slack, "general", root), 15, "the first answer")
    voted = ask(desk, f"{mention}who voted for them?", thread_ts=root)
    assert sentences(voted) >= {(2, 4)}
    assert SENTENCES[2, 4] in styled(voted, "bold")
    assert "them = the" in said(voted)
    assert not re.search(r"China|France|United Kingdom|Council members", said(voted).replace(TEXT, ""))
    ukraine = ask(desk, f"{mention}and Ukraine?", thread_ts=root)
    assert sentences(ukraine) == {(1, 1), (1, 4)}


def test_g24_thanks_and_talk_among_colleagues_get_no_answer(desk: Bot) -> None:
    root = desk.slack.say("@Verbatim which resolutions are cited?", channel="general")
    desk.slack.wait_for(lambda: replies(desk.slack, "general", root), 15, "the first answer")
    assert_silent(desk, "thanks!", thread_ts=root)
    assert_silent(desk, "@Verbatim thanks!", thread_ts=root)
    assert_silent(desk, "@alice can you check?", thread_ts=root)
    assert_silent(desk, "Do you agree?", thread_ts=root)
    assert_silent(desk, "Should we tell the press?", thread_ts=root)


def test_g25_one_post_gets_one_answer_however_it_is_delivered(desk: Bot) -> None:
    ts = desk.slack.say("@Verbatim which resolutions are cited?", channel="general")
    desk.slack.wait_for(lambda: replies(desk.slack, "general", ts), 15, "a reply")
    desk.slack.redeliver(ts, times=1)
    desk.slack.replay(ts, times=1)
    desk.slack.edit("general", ts, "@Verbatim is China mentioned?")
    ask(desk, "@Verbatim is China mentioned?", channel="policy-desk")
    assert len(replies(desk.slack, "general", ts)) == 1


# -- neither question nor English ------------------------------------------------------------------------------------


def test_g23_a_bare_mention_gets_help_with_four_examples(desk: Bot) -> None:
    before = len(desk.slack.ephemerals(channel="general"))
    ts = desk.slack.say("@Verbatim", channel="general")
    found = desk.slack.wait_for(
        lambda: desk.slack.ephemerals(channel="general")[before:] or replies(desk.slack, "general", ts), 15, "help"
    )
    examples = [one for one in elements(found[0]["blocks"]) if one.get("type") == "button"]
    assert len(examples) == 4
    assert quotes(found[0]) == []


def test_g26_japanese_is_answered_with_the_plain_fact(desk: Bot) -> None:
    reply = ask(desk, "@Verbatim どの決議が引用されていますか")
    assert first_line(reply).startswith("I read questions in English only")
    assert quotes(reply) == []
