"""Changing from Slack what is kept: who may on which surface, and what comes of it."""

import itertools
import json
import logging
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from bot.local_slack import LocalSlack, load_manifest
from bot.local_slack.block_kit import check_message_blocks, check_view
from bot.slack.blocks.forms import addition_view, removal_message
from bot.slack.context import AppContext
from bot.slack.permissions import Permissions, Person, read_person
from index import Library, Statement
from tests.conftest import run_bot
from tests.support.recording_slack import HOME_TEAM, RecordingSlack, create_context

ADMIN, MEMBER, GUEST = "U0ADMIN001", "U0MEMBER01", "U0GUEST001"
OTHER_TEAM = "T0OTHER001"
TEXT = "The parties agree on tea.\n\nThey will meet again in May.\n"
Json = dict[str, Any]
_TRIGGERS = itertools.count()


@pytest.fixture
def slack() -> Iterator[RecordingSlack]:
    recording = RecordingSlack()
    with recording.running():
        yield recording


@pytest.fixture
def context(library: Library) -> AppContext:
    permissions = Permissions(HOME_TEAM, frozenset({ADMIN}))
    return create_context(library, permissions)


@pytest.fixture
def kept(library: Library) -> Statement:
    return library.add("The parties agree on coffee.\n\nThey met in April.", title="Accord on Coffee")


@dataclass(frozen=True)
class Role:
    """Somebody, as Slack's signed payloads name them."""

    user: str
    team: str = HOME_TEAM
    team_of_click: str | None = HOME_TEAM
    name: str = "somebody"


ROLES = {
    "an admin": Role(ADMIN),
    "a member": Role(MEMBER),
    "a guest": Role(GUEST),
    "a member of another workspace": Role("U0STRANGER", OTHER_TEAM),
    "the admin's id in another workspace": Role(ADMIN, OTHER_TEAM),
    "the admin's id in another workspace alone": Role(ADMIN, OTHER_TEAM, OTHER_TEAM),
    "the admin's id without a workspace": Role(ADMIN, "", None),
    "nobody": Role(""),
    "a member with the admin's id for a name": Role(MEMBER, name=ADMIN),
    "the admin's id in lower case": Role(ADMIN.lower()),
}


def command(role: Role, words: str, slack: RecordingSlack) -> Json:
    return {
        "team_id": role.team, "team_domain": "home", "channel_id": "C1", "channel_name": "general", "user_id": role.user,
        "user_name": role.name, "command": "/statements", "text": words, "api_app_id": "A1",
        "response_url": slack.response_url, "trigger_id": f"1.2.{next(_TRIGGERS)}",
    }  # fmt: skip


def interaction(role: Role, kind: str, **fields: Any) -> Json:
    team = None if role.team_of_click is None else {"id": role.team_of_click, "domain": "home"}
    user = {"id": role.user, "username": role.name, "name": role.name, "team_id": role.team}
    return {
        "type": kind,
        "user": user,
        "team": team,
        "api_app_id": "A1",
        "trigger_id": f"1.2.{next(_TRIGGERS)}",
        **fields,
    }


def click(role: Role, statement_id: str, slack: RecordingSlack, *, is_ephemeral: bool = True) -> Json:
    container = {"type": "message", "message_ts": "1.1", "channel_id": "C1", "is_ephemeral": is_ephemeral}
    action = {"type": "button", "action_id": "remove_statement_1", "block_id": "b", "value": statement_id}
    return interaction(
        role, "block_actions", container=container, channel={"id": "C1", "name": "general"},
        response_url=slack.response_url, actions=[action],
    )  # fmt: skip


def filled_in(**given: str) -> Json:
    values = {
        "title": "Accord on Tea",
        "date": "2024-12-12",
        "source": "https://example.org/tea",
        "text_1": TEXT,
        **given,
    }
    state = {name: {"typed": {"type": "plain_text_input", "value": value or None}} for name, value in values.items()}
    return {"id": "V1", "type": "modal", "callback_id": "add_statement", "state": {"values": state}, "blocks": []}


def submission(role: Role, **given: str) -> Json:
    return interaction(role, "view_submission", view={**filled_in(**given), "team_id": HOME_TEAM}, response_urls=[])


def mention(role: Role, words: str) -> Json:
    event = {"type": "app_mention", "user": role.user, "text": words, "ts": "1.1", "channel": "C1", "event_ts": "1.1"}
    return {"type": "event_callback", "team_id": role.team, "event": event, "event_id": "Ev1", "authorizations": []}


def direct_message(role: Role, words: str) -> Json:
    body = mention(role, words)
    return {**body, "event": {**body["event"], "type": "message", "channel_type": "im", "channel": "D1"}}


SURFACES: dict[str, Callable[[Role, Statement, RecordingSlack], Json]] = {
    "/statements add": lambda role, _kept, slack: command(role, "add", slack),
    "the form": lambda role, _kept, _slack: submission(role),
    "/statements remove": lambda role, kept, slack: command(role, f"remove {kept.id}", slack),
    "the button": lambda role, kept, slack: click(role, kept.id, slack),
    "the button in a message to all": lambda role, kept, slack: click(role, kept.id, slack, is_ephemeral=False),
    "/statements re-encode": lambda role, _kept, slack: command(role, "re-encode", slack),
}

WORDS_ALONE: dict[str, Callable[[Role, Statement, RecordingSlack], Json]] = {
    "a mention": lambda role, kept, _slack: mention(role, f"<@U0BOT00001> statements remove {kept.id}"),
    "a direct message": lambda role, kept, _slack: direct_message(role, f"statements remove {kept.id}"),
    "a mention to add": lambda role, _kept, _slack: mention(role, "<@U0BOT00001> statements add"),
    "a mention to re-encode": lambda role, _kept, _slack: mention(role, "<@U0BOT00001> statements re-encode"),
    "/ask": lambda role, kept, slack: {**command(role, f"remove {kept.id}", slack), "command": "/ask"},
}


def was_changed(library: Library, kept: Statement, slack: RecordingSlack) -> bool:
    """Whether anything came of it: a statement added or removed, all encoded again, a form, or a button that removes."""
    ids = [one.id for one in library.list_statements()]
    seqs = library._store.get_seq()
    offered = "views.open" in slack.methods() or "remove_statement" in slack.everything_sent()
    return ids != [kept.id] or seqs != 1 or offered


@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("role", ROLES)
def test_only_an_admin_changes_anything_on_any_surface(
    context: AppContext,
    kept: Statement,
    slack: RecordingSlack,
    caplog: pytest.LogCaptureFixture,
    role: str,
    surface: str,
) -> None:
    caplog.set_level(logging.INFO)
    response = slack.dispatch(context, SURFACES[surface](ROLES[role], kept, slack))
    wait_for_encoding()
    assert response.status == 200
    assert was_changed(context.library, kept, slack) is (role == "an admin")
    if role != "an admin":
        assert "Only admins can change" in slack.everything_sent() + response.body
        assert [one.levelname for one in caplog.records if "may not" in one.message] == ["WARNING"]


def wait_for_encoding() -> None:
    for thread in threading.enumerate():
        if thread.name == "re-encode":
            thread.join(10)


@pytest.mark.parametrize("surface", WORDS_ALONE)
def test_words_alone_change_nothing_not_even_an_admins(
    context: AppContext, kept: Statement, slack: RecordingSlack, surface: str
) -> None:
    slack.dispatch(context, WORDS_ALONE[surface](ROLES["an admin"], kept, slack))
    assert not was_changed(context.library, kept, slack)


def test_by_default_nobody_may(library: Library, kept: Statement, slack: RecordingSlack) -> None:
    context = create_context(library, Permissions())
    for surface in SURFACES.values():
        slack.dispatch(context, surface(ROLES["an admin"], kept, slack))
    assert not was_changed(library, kept, slack)


def test_an_admin_who_is_one_no_more_cannot_use_an_old_button_or_form(
    context: AppContext, kept: Statement, slack: RecordingSlack
) -> None:
    admin = ROLES["an admin"]
    slack.dispatch(context, command(admin, f"remove {kept.id}", slack))
    value = next(one for one in buttons(slack) if one["text"]["text"].startswith("Remove"))["value"]
    demoted = replace(context, permissions=Permissions(HOME_TEAM, frozenset()))
    slack.dispatch(demoted, click(admin, value, slack))
    assert "Only admins can change" in slack.sent[-1].arguments["text"]
    response = slack.dispatch(demoted, submission(admin))
    assert json.loads(response.body)["response_action"] == "errors"
    assert [one.id for one in context.library.list_statements()] == [kept.id]


def buttons(slack: RecordingSlack) -> list[Json]:
    blocks = [block for one in slack.sent for block in one.arguments.get("blocks", [])]
    return [element for block in blocks if block["type"] == "actions" for element in block["elements"]]


def test_what_is_filled_in_is_added_word_for_word_and_told(
    context: AppContext, slack: RecordingSlack, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    admin = ROLES["an admin"]
    response = slack.dispatch(context, submission(admin, text_2="They thank <!channel> & *all*."))
    assert (response.status, response.body) == (200, "")
    (summary,) = context.library.list_statements()
    added = context.library.get(summary.id)
    assert added.text == f"{TEXT}\n\nThey thank <!channel> & *all*."
    assert (added.title, str(added.date), added.source) == ("Accord on Tea", "2024-12-12", "https://example.org/tea")
    (told,) = [one.arguments for one in slack.sent if one.method == "chat.postMessage"]
    assert (told["channel"], told["text"]) == (ADMIN, f"Added as public: Accord on Tea ({added.id}, 3 ¶).")
    assert f"{ADMIN} of {HOME_TEAM} added {added.id}" in caplog.text
    slack.dispatch(context, submission(admin, text_2="They thank <!channel> & *all*."))
    assert slack.sent[-1].arguments["text"] == f"Already indexed, unchanged, as public: Accord on Tea ({added.id})."


@pytest.mark.parametrize(
    ("given", "faulty"),
    [
        pytest.param({"title": " "}, "title", id="no title"),
        pytest.param({"text_1": "", "text_3": " \n"}, "text_1", id="no text"),
        pytest.param({"date": "12 December"}, "date", id="no date"),
    ],
)
def test_what_is_filled_in_wrongly_is_told_in_the_form(
    context: AppContext, slack: RecordingSlack, given: dict[str, str], faulty: str
) -> None:
    response = slack.dispatch(context, submission(ROLES["an admin"], **given))
    answer = json.loads(response.body)
    assert (answer["response_action"], list(answer["errors"])) == ("errors", [faulty])
    assert context.library.list_statements() == []


def test_a_text_that_names_a_file_of_the_machine_is_kept_as_a_text(
    context: AppContext, slack: RecordingSlack, tmp_path: Path
) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("a secret of the machine")
    slack.dispatch(context, submission(ROLES["an admin"], text_1=str(secret)))
    (summary,) = context.library.list_statements()
    assert context.library.get(summary.id).text == str(secret)
    assert "a secret" not in slack.everything_sent()


def test_what_cannot_be_kept_is_told_and_the_reason_of_a_fault_only_logged(
    context: AppContext, slack: RecordingSlack, caplog: pytest.LogCaptureFixture
) -> None:
    slack.dispatch(context, submission(ROLES["an admin"], text_1="half \x00 a text"))
    assert slack.sent[-1].arguments["text"].startswith("Not added: the text has a NUL character at position 5")
    context.library.add("A\n\nB.")
    context.library._encoder = context.library._statement_encoder = None  # as where the model cannot be opened
    context.library._model = "/no/such/model"
    slack.dispatch(context, submission(ROLES["an admin"]))
    assert slack.sent[-1].arguments["text"].startswith("Not added: Accord on Tea. That could not be done")
    assert "/no/such" not in slack.everything_sent()
    assert "could not add" in caplog.text


def test_removing_is_confirmed_by_a_button_that_names_the_statement(
    context: AppContext, kept: Statement, slack: RecordingSlack, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    admin = ROLES["an admin"]
    slack.dispatch(context, command(admin, f"remove {kept.id[:8]}", slack))
    (asked,) = [one.arguments for one in slack.sent if one.method == "respond"]
    assert asked["response_type"] == "ephemeral"
    assert "Accord on Coffee" in asked["text"]
    (button,) = buttons(slack)
    assert (button["text"]["text"], button["value"]) == ("Remove “Accord on Coffee”", kept.id)
    assert context.library.list_statements()  # nothing is removed by asking
    for said in (f"Removed: Accord on Coffee ({kept.id}).", "has been removed"):
        slack.dispatch(context, click(admin, button["value"], slack))
        assert said in slack.sent[-1].arguments["text"]
        assert slack.sent[-1].arguments["replace_original"] is True
    assert context.library.list_statements() == []
    assert f"{ADMIN} of {HOME_TEAM} removed {kept.id}" in caplog.text


def test_slack_is_asked_to_parse_and_unfurl_nothing(
    context: AppContext, kept: Statement, slack: RecordingSlack
) -> None:
    for surface in SURFACES.values():
        slack.dispatch(context, surface(ROLES["an admin"], kept, slack))
    wait_for_encoding()
    sent = [one for one in slack.sent if one.method in {"respond", "chat.postMessage", "chat.update"}]
    assert {one.method for one in sent} == {"respond", "chat.postMessage"}
    for one in sent:
        # A web address in the text would be fetched by Slack's servers, and a name made a mention.
        asked = {name: str(one.arguments.get(name)).lower() for name in ("unfurl_links", "unfurl_media")}
        assert asked == {"unfurl_links": "false", "unfurl_media": "false"}
        if one.method != "respond":
            assert one.arguments["parse"] == "none"
            assert str(one.arguments["link_names"]).lower() in {"false", "0"}
        assert "reply_broadcast" not in one.arguments


def test_an_unknown_id_is_told(context: AppContext, slack: RecordingSlack) -> None:
    slack.dispatch(context, command(ROLES["an admin"], "remove nothing", slack))
    assert "There is no statement 'nothing'" in slack.sent[-1].arguments["text"]


def test_encoding_again_is_told_when_it_is_done(context: AppContext, kept: Statement, slack: RecordingSlack) -> None:
    slack.dispatch(context, command(ROLES["an admin"], "re-encode", slack))
    wait_for_encoding()
    slack.send_replies(context)
    assert "I will tell you" in slack.sent[0].arguments["text"]
    assert slack.sent[-1].arguments["channel"] == ADMIN
    assert slack.sent[-1].arguments["text"] == "Statements encoded again: 1."
    assert context.library.search("coffee", k=1)[0].passage.statement_id == kept.id


def test_a_form_that_slack_no_longer_opens_is_told(context: AppContext, slack: RecordingSlack) -> None:
    slack.answers["views.open"] = {"ok": False, "error": "expired_trigger_id"}
    slack.dispatch(context, command(ROLES["an admin"], "add", slack))
    assert "Please try again" in slack.sent[-1].arguments["text"]


def test_slack_takes_the_form_and_the_question(kept: Statement) -> None:
    assert check_view(addition_view()) == []
    assert check_message_blocks(removal_message(kept.summary).blocks) == []


@pytest.mark.parametrize(
    ("body", "person"),
    [
        ({"user_id": "U1", "team_id": "T1"}, Person("T1", "U1")),
        ({"user": {"id": "U1", "team_id": "T1"}, "team": {"id": "T1"}}, Person("T1", "U1")),
        ({"user": {"id": "U1", "team_id": "T1"}, "team": None}, Person("T1", "U1")),
        ({"user": {"id": "U1", "team_id": "T2"}, "team": {"id": "T1"}}, None),
        ({"user": {"id": "U1"}}, None),
        ({"user": {"name": "U1", "username": "U1"}, "team": {"id": "T1"}}, None),
        ({"user_name": "U1", "team_id": "T1"}, None),
        ({}, None),
    ],
)
def test_a_person_is_read_from_ids_of_one_workspace_alone(body: Json, person: Person | None) -> None:
    assert read_person(body) == person


def test_an_admin_adds_and_removes_a_statement_from_slack(seed_data: Path, tmp_path: Path) -> None:
    data = shutil.copytree(seed_data, tmp_path / "data")
    local = LocalSlack(load_manifest(), port=0)
    admin = local.people[0].id
    with local as own_slack, run_bot(own_slack, data, tmp_path / "bot.log", VERBATIM_ADMINS=admin):
        own_slack.wait_connected(timeout=90)
        own_slack.run_command("/statements", "add")
        (form,) = own_slack.wait_for(own_slack.modals, 15, "the form")
        filled = {"title": "Accord on Tea", "date": "2024-12-12", "source": "", "text_1": "The parties agree on tea."}
        own_slack.submit_view(form["id"], {name: {"typed": value} for name, value in filled.items()})
        direct = own_slack.direct_channel(admin)
        told = own_slack.wait_for(lambda: own_slack.messages(direct), 15, "the word that it is added")[-1]["text"]
        assert told.startswith("Added as public: Accord on Tea (accord-on-tea-")
        own_slack.run_command("/statements", f"remove {told.split('(')[1].split(',')[0]}")
        asked = own_slack.wait_for(own_slack.ephemerals, 15, "the question")[-1]
        own_slack.click("general", asked["ts"], action_id="remove_statement_1", ephemeral=True)
        own_slack.wait_for(
            lambda: "Removed: Accord on Tea" in str(own_slack.ephemerals()), 15, "the word that it is gone"
        )
        own_slack.run_command("/statements", "add", user=own_slack.people[2].id)
        denied = own_slack.wait_for(lambda: own_slack.ephemerals(user=own_slack.people[2].id), 15, "the refusal")
        assert "Only admins can change" in denied[-1]["text"]
    assert [(call.method, call.problems) for call in own_slack.calls if call.problems] == []
    with Library.open(data) as library:
        assert len(library.list_statements()) == 1
