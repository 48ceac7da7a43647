"""Shortcuts, response_urls, overheard threads, reactions and views of the local Slack, as Slack has them."""

import functools
from collections.abc import Iterator
from typing import Any

import pytest
from slack_bolt import Ack, Respond
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.webhook import WebhookClient

from bot.local_slack import Delivery, LocalSlack
from bot.local_slack import state as state_module
from bot.local_slack.manifest import Shortcut
from tests.support.bolt_bots import BoltBot, Json
from tests.support.manifests import CHECK, SEARCH, made_manifest

GENERAL = "CGENERAL01"
YOU = "UYOU000001"
COLLEAGUE = "UCOLLEAGUE"
OVERHEARING = {
    "events": ("message.channels", "message.groups"),
    "scopes": ("channels:history", "groups:history", "reactions:write"),
}


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def rich(*elements: Json, kind: str = "rich_text_section") -> Json:
    return {"type": "rich_text", "elements": [{"type": kind, "elements": list(elements)}]}


def words(text: str, **style: bool) -> Json:
    return {"type": "text", "text": text, **({"style": style} if style else {})}


def buttons(*action_ids: str) -> Json:
    elements = [{"type": "button", "action_id": each, "value": each, "text": plain(each)} for each in action_ids]
    return {"type": "actions", "elements": elements}


def modal(*blocks: Json, **more: Any) -> Json:
    return {"type": "modal", "title": plain("Check"), "blocks": list(blocks), **more}


def page_of(number: int) -> list[Json]:
    return [rich(words(f"passage {number}"), kind="rich_text_quote"), buttons("next")]


def _pass_over() -> None:
    """Do nothing with a message."""


class CheckingBot(BoltBot):
    """A Bolt app that opens a modal from a shortcut, and turns pages in messages and modals."""

    def listen(self) -> None:
        """Register what the bot answers."""
        self.bodies: list[Json] = []
        self.app.shortcut("check_message")(self._check)
        self.app.shortcut("search_all")(self._check)
        self.app.event("message")(_pass_over)
        self.app.action("next")(self._turn_page)
        self.app.action("replace")(self._replace)
        self.app.action("deeper")(self._push)

    def _check(self, ack: Ack, body: Json, client: WebClient) -> None:
        self.bodies.append(body)
        ack()
        client.views_open(trigger_id=body["trigger_id"], view=modal(*page_of(1)))

    def _turn_page(self, ack: Ack, body: Json, client: WebClient) -> None:
        self.bodies.append(body)
        ack()
        if "view" in body:
            client.views_update(view_id=body["view"]["id"], hash=body["view"]["hash"], view=modal(*page_of(2)))
        else:
            client.chat_update(
                channel=body["channel"]["id"], ts=body["message"]["ts"], text="page 2", blocks=page_of(2)
            )

    def _replace(self, ack: Ack, respond: Respond) -> None:
        ack()
        respond(text="replaced", blocks=page_of(2), replace_original=True)

    def _push(self, ack: Ack, body: Json, client: WebClient) -> None:
        ack()
        client.views_push(trigger_id=body["trigger_id"], view=modal(buttons("deeper")))


@pytest.fixture
def slack() -> Iterator[LocalSlack]:
    manifest = made_manifest(**OVERHEARING, shortcuts=[CHECK, SEARCH])
    with LocalSlack(manifest, retry_delays_seconds=()) as workspace:
        yield workspace


@pytest.fixture
def client(slack: LocalSlack) -> WebClient:
    environment = slack.environment()
    return WebClient(environment["SLACK_BOT_TOKEN"], base_url=environment["SLACK_API_URL"])


@pytest.fixture
def bot(slack: LocalSlack) -> Iterator[CheckingBot]:
    with CheckingBot(slack) as running:
        slack.wait_connected()
        yield running


def refusal(client: WebClient, method: str, **arguments: object) -> str:
    with pytest.raises(SlackApiError) as caught:
        client.api_call(method, json=arguments)
    return str(caught.value.response["error"])


def use(delivery: Delivery, **body: object) -> int:
    """Use the response_url of a payload and return the status."""
    return WebhookClient(delivery.payload["response_url"]).send_dict(body).status_code


def events(slack: LocalSlack) -> list[Json]:
    return [delivery.event for delivery in slack.deliveries if delivery.type == "events_api"]


class TestShortcuts:
    def test_a_message_shortcut_is_sent_as_slack_sends_it(self, slack: LocalSlack, bot: CheckingBot) -> None:
        root = slack.say("the allies said so")
        ts = slack.say("“fully” & <finally>", user="A colleague", thread_ts=root)
        delivery = slack.run_message_shortcut("check_message", "general", ts, user="A guest")
        assert delivery.outcome == "acked"
        [body] = bot.bodies
        # Field by field what Slack's SDK tests hold; no api_app_id, no container, no actions.
        assert set(body) == {
            "type", "callback_id", "token", "action_ts", "trigger_id", "team", "user", "channel",
            "is_enterprise_install", "enterprise", "message_ts", "message", "response_url",
        }  # fmt: skip
        assert (body["type"], body["callback_id"], body["message_ts"]) == ("message_action", "check_message", ts)
        assert body["user"] == {"id": "UGUEST0001", "username": "guest", "name": "guest", "team_id": "TLOCAL0001"}
        assert body["channel"] == {"id": GENERAL, "name": "general"}
        message = body["message"]
        assert (message["type"], message["user"], message["ts"]) == ("message", COLLEAGUE, ts)
        assert message["text"] == "“fully” &amp; &lt;finally&gt;"
        assert message["blocks"][0]["elements"][0]["elements"] == [words("“fully” & <finally>")]
        assert (message["thread_ts"], message["parent_user_id"]) == (root, YOU)
        assert {"channel", "event_ts"} & set(message) == set(), "where it stands is told beside it"
        [view] = slack.wait_for(lambda: slack.modals("A guest"), what="the modal")
        assert view["blocks"][0]["elements"][0]["elements"] == [words("passage 1")]

    def test_it_works_where_the_bot_is_no_member_and_answers_through_its_response_url(
        self, slack: LocalSlack, client: WebClient
    ) -> None:
        ts = slack.say("an internal draft", "drafts")
        delivery = slack.run_message_shortcut("check_message", "drafts", ts)
        assert delivery.payload["channel"] == {"id": "CDRAFTS001", "name": "privategroup"}
        assert refusal(client, "chat.postMessage", channel="CDRAFTS001", text="x") == "channel_not_found"
        assert use(delivery, text="only you", thread_ts=ts) == 200
        assert use(delivery, text="all of you", response_type="in_channel", thread_ts=ts) == 200
        assert use(delivery, text="not the bot's to replace", replace_original=True) == 200
        assert use(delivery, delete_original=True) == 200
        assert [(each["text"], each.get("thread_ts")) for each in slack.ephemerals(channel="drafts")] == [
            ("only you", ts),
            ("not the bot's to replace", None),
        ]
        assert [each["text"] for each in slack.messages("drafts")] == ["an internal draft", "all of you"]
        assert events(slack) == []

    def test_a_message_with_replies_says_so(self, slack: LocalSlack, client: WebClient) -> None:
        root = slack.say("a root")
        assert "thread_ts" not in slack.run_message_shortcut("check_message", "general", root).payload["message"]
        slack.say("one", thread_ts=root, user="A colleague")
        last = str(client.chat_postMessage(channel=GENERAL, thread_ts=root, text="two")["ts"])
        message = slack.run_message_shortcut("check_message", "general", root).payload["message"]
        assert (message["thread_ts"], message["reply_count"], message["latest_reply"]) == (root, 2, last)
        assert message["reply_users"] == [COLLEAGUE, slack.bot_user_id]
        assert "thread_ts" not in slack.messages()[0]

    def test_a_shortcut_of_the_bots_own_answer_carries_its_bot_id(self, slack: LocalSlack, client: WebClient) -> None:
        ts = str(client.chat_postMessage(channel=GENERAL, text="an answer", blocks=page_of(1))["ts"])
        message = slack.run_message_shortcut("check_message", "general", ts).payload["message"]
        assert (message["bot_id"], message["user"]) == (slack.bot_id, slack.bot_user_id)

    def test_a_global_shortcut_has_no_place_and_opens_a_modal(self, slack: LocalSlack, bot: CheckingBot) -> None:
        assert slack.run_global_shortcut("search_all", user="A colleague").outcome == "acked"
        [body] = bot.bodies
        assert body["type"] == "shortcut"
        assert {"channel", "message", "message_ts", "response_url"} & set(body) == set()
        slack.wait_for(lambda: slack.modals("A colleague"), what="the modal")

    def test_what_nobody_hears_failed(self, slack: LocalSlack) -> None:
        delivery = slack.run_message_shortcut("check_message", "general", slack.say("hello"))
        assert (delivery.outcome, len(delivery.attempts)) == ("dispatch_failed", 1)

    @pytest.mark.parametrize("callback_id", ["search_all", "nothing"], ids=["a global one", "an unknown one"])
    def test_only_declared_shortcuts_are_in_the_menu(self, slack: LocalSlack, callback_id: str) -> None:
        with pytest.raises(ValueError, match=r"one of \['check_message'\]"):
            slack.run_message_shortcut(callback_id, "general", slack.say("hello"))

    def test_an_ephemeral_message_has_no_menu(self, slack: LocalSlack, client: WebClient) -> None:
        ts = str(client.chat_postEphemeral(channel=GENERAL, user=YOU, text="look")["message_ts"])
        with pytest.raises(ValueError, match="ts of a message in general"):
            slack.run_message_shortcut("check_message", "general", ts)

    def test_a_manifest_declares_both_kinds(self) -> None:
        assert made_manifest().shortcuts == ()
        assert made_manifest(shortcuts=[CHECK]).shortcuts == (
            Shortcut("Check against statements", "message", "check_message", CHECK["description"]),
        )

    @pytest.mark.parametrize(
        ("shortcuts", "reason"),
        [
            ([CHECK | {"name": "x" * 25}], "name of 1 to 24"),
            ([CHECK | {"callback_id": ""}], "callback_id of 1 to 255"),
            ([CHECK | {"description": "x" * 151}], "description of 1 to 150"),
            ([CHECK | {"type": "channel"}], "message or global"),
            ([CHECK] * 11, "at most 10"),
        ],
        ids=lambda value: value if isinstance(value, str) else "",
    )
    def test_what_slack_would_not_install_is_refused(self, shortcuts: list[dict[str, str]], reason: str) -> None:
        with pytest.raises(ValueError, match=reason):
            made_manifest(shortcuts=shortcuts)


class TestResponseUrls:
    @pytest.fixture
    def root(self, slack: LocalSlack) -> str:
        return slack.say("a question")

    @pytest.fixture
    def click(self, slack: LocalSlack, client: WebClient, root: str) -> Delivery:
        """A click on a button of an ephemeral message in a thread."""
        sent = client.chat_postEphemeral(
            channel=GENERAL, user=YOU, text="first page", blocks=page_of(1), thread_ts=root
        )
        return slack.click("general", str(sent["message_ts"]), action_id="next", ephemeral=True)

    @pytest.mark.parametrize(
        ("body", "private", "public"),
        [
            ({"text": "more"}, [("first page", True), ("more", False)], []),
            ({"text": "more", "thread_ts": "ROOT"}, [("first page", True), ("more", True)], []),
            ({"text": "second page", "replace_original": True}, [("second page", True)], []),
            ({"delete_original": True}, [], []),
            ({"text": "all", "response_type": "in_channel"}, [("first page", True)], [("all", False)]),
            (
                {"text": "all", "response_type": "in_channel", "thread_ts": "ROOT"},
                [("first page", True)],
                [("all", True)],
            ),
        ],
        ids=["beside", "beside, in the thread", "replaced", "deleted", "for all", "for all, in the thread"],
    )
    def test_what_a_button_of_an_ephemeral_message_may_do(
        self, slack: LocalSlack, click: Delivery, root: str, body: Json, private: list[Any], public: list[Any]
    ) -> None:
        sent = {name: root if value == "ROOT" else value for name, value in body.items()}
        assert use(click, **sent) == 200
        # Each with whether it stands in the thread.
        assert [(each["text"], each.get("thread_ts") == root) for each in slack.ephemerals()] == private
        assert [(each["text"], each.get("thread_ts") == root) for each in slack.messages()[1:]] == public
        assert all(each["user"] == slack.bot_user_id for each in slack.messages()[1:])

    def test_a_replaced_ephemeral_keeps_its_ts_and_gets_the_new_blocks(
        self, slack: LocalSlack, click: Delivery
    ) -> None:
        [before] = slack.ephemerals()
        use(click, text="second page", blocks=page_of(2), replace_original=True, response_type="in_channel")
        [after] = slack.ephemerals()
        assert after["ts"] == before["ts"] == click.payload["container"]["message_ts"]
        assert after["blocks"][0]["elements"][0]["elements"] == [words("passage 2")]
        again = slack.click("general", after["ts"], action_id="next", ephemeral=True)
        assert "message" not in again.payload
        assert again.payload["container"]["thread_ts"] == after["thread_ts"]

    def test_it_works_five_times_within_thirty_minutes(
        self, slack: LocalSlack, click: Delivery, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert [use(click, text=str(number)) for number in range(6)] == [200] * 5 + [404]
        fresh = slack.click("general", slack.ephemerals()[0]["ts"], action_id="next", ephemeral=True)
        monkeypatch.setattr(state_module, "_RESPONSE_URL_SECONDS", -1)
        assert use(fresh, text="late") == 404
        assert [call.response["error"] for call in slack.calls if call.status == 404] == ["used_url", "expired_url"]

    @pytest.mark.parametrize(
        ("body", "error"),
        [
            ({"text": ""}, "no_text"),
            ({"text": "x" * 40_001}, "msg_too_long"),
            ({"text": "x", "blocks": [buttons("x" * 256)]}, "invalid_blocks"),
            ({"text": "x", "blocks": [{"type": "divider"}] * 51}, "invalid_blocks"),
            ({"text": "x", "response_type": "in_channel", "thread_ts": "1.000001"}, "thread_not_found"),
        ],
        ids=lambda value: value if isinstance(value, str) else "",
    )
    def test_what_slack_refuses_does_not_count_as_a_use(
        self, slack: LocalSlack, click: Delivery, body: Json, error: str
    ) -> None:
        assert use(click, **body) == 400
        assert slack.calls[-1].response["error"] == error
        assert click.response_url_uses == 0
        assert len(slack.messages()) == 1

    def test_the_bot_hears_what_its_response_urls_do_in_the_open(self, slack: LocalSlack, client: WebClient) -> None:
        root = slack.say("a question")
        ts = str(client.chat_postMessage(channel=GENERAL, thread_ts=root, text="one", blocks=page_of(1))["ts"])
        click = slack.click("general", ts, action_id="next")
        heard = len(events(slack))
        use(click, text="two", replace_original=True)
        assert slack.messages(thread_ts=root)[0]["text"] == "two"
        use(click, text="beside", response_type="in_channel")
        use(click, delete_original=True)
        assert slack.messages(thread_ts=root) == []
        told = [(event.get("subtype"), event.get("bot_id")) for event in events(slack)[heard:]]
        assert told == [("message_changed", None), (None, slack.bot_id), ("message_deleted", None)]


class TestPaging:
    def test_a_click_carries_the_message_and_an_update_stands_in_its_place(
        self, slack: LocalSlack, client: WebClient, bot: CheckingBot
    ) -> None:
        root = slack.say("a question")
        ts = str(client.chat_postMessage(channel=GENERAL, thread_ts=root, text="page 1", blocks=page_of(1))["ts"])
        slack.click("general", ts, action_id="next", user="A colleague")
        message = bot.bodies[0]["message"]
        assert (message["ts"], message["thread_ts"], message["text"]) == (ts, root, "page 1")
        assert (message["bot_id"], message["user"]) == (slack.bot_id, slack.bot_user_id)
        [posted] = [call for call in slack.calls if call.method == "chat.postMessage"]
        assert message["blocks"] == posted.response["message"]["blocks"]
        slack.wait_for(lambda: slack.messages(thread_ts=root)[0]["text"] == "page 2", what="the second page")
        [answer] = slack.messages(thread_ts=root)
        assert answer["ts"] == ts
        assert answer["blocks"][0]["elements"][0]["elements"] == [words("passage 2")]

    @pytest.mark.usefixtures("bot")
    def test_an_ephemeral_message_turns_its_page_through_bolts_respond(
        self, slack: LocalSlack, client: WebClient
    ) -> None:
        sent = client.chat_postEphemeral(channel=GENERAL, user=YOU, text="one", blocks=[buttons("replace")])
        slack.click("general", str(sent["message_ts"]), action_id="replace", ephemeral=True)
        slack.wait_for(lambda: slack.ephemerals()[0]["text"] == "replaced", what="the replacement")
        assert len(slack.ephemerals()) == 1


class TestViews:
    @pytest.fixture
    def trigger(self, slack: LocalSlack) -> str:
        return str(slack.run_global_shortcut("search_all").payload["trigger_id"])

    def test_a_modal_holds_a_hundred_blocks_of_rich_text(
        self, slack: LocalSlack, client: WebClient, trigger: str
    ) -> None:
        quote = rich(words("the passage ", bold=True), words("x" * 500), kind="rich_text_quote")
        context = {"type": "context", "elements": [plain("Joint Statement, ¶2")]}
        view = modal(*[quote, context] * 49, quote, buttons("next"), close=plain("Done"))
        assert refusal(client, "views.open", trigger_id=trigger, view=modal(*[quote] * 101)) == "invalid_arguments"
        assert client.views_open(trigger_id=trigger, view=view)["ok"]
        [opened] = slack.modals()
        assert len(opened["blocks"]) == 100
        assert len({block["block_id"] for block in opened["blocks"]}) == 100

    @pytest.mark.parametrize(
        "view",
        [
            modal(title=plain("x" * 25)),
            modal(close=plain("x" * 25)),
            modal(private_metadata="x" * 3001),
            modal(callback_id="x" * 256),
            modal({"type": "markdown", "text": "x"}),
            modal({"type": "actions", "elements": [{"type": "button", "text": plain("x"), "value": "x" * 2001}]}),
        ],
        ids=["title", "close", "metadata", "callback_id", "markdown", "value"],
    )
    def test_a_view_over_slacks_limits_is_refused(self, client: WebClient, trigger: str, view: Json) -> None:
        assert refusal(client, "views.open", trigger_id=trigger, view=view) == "invalid_arguments"

    def test_a_trigger_is_worthless_after_three_seconds(
        self, slack: LocalSlack, client: WebClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(state_module, "_TRIGGER_SECONDS", -0.001)
        trigger = slack.run_global_shortcut("search_all").payload["trigger_id"]
        assert refusal(client, "views.open", trigger_id=trigger, view=modal()) == "expired_trigger_id"
        assert slack.modals() == []

    @pytest.mark.usefixtures("bot")
    def test_a_button_in_a_modal_turns_its_page_or_opens_a_deeper_one_up_to_three(
        self, slack: LocalSlack, client: WebClient
    ) -> None:
        slack.run_message_shortcut("check_message", "general", slack.say("hello"))
        [first] = slack.wait_for(slack.modals, what="the modal")
        clicked = slack.click(view_id=first["id"], action_id="next")
        assert clicked.payload["container"] == {"type": "view", "view_id": first["id"]}
        assert {"channel", "message", "response_url"} & set(clicked.payload) == set()
        slack.wait_for(lambda: slack.modals()[0]["hash"] != first["hash"], what="the second page")
        [turned] = slack.modals()
        assert turned["id"] == first["id"]
        assert turned["blocks"][0]["elements"][0]["elements"] == [words("passage 2")]
        stale = refusal(client, "views.update", view_id=first["id"], hash=first["hash"], view=modal())
        assert stale == "hash_conflict"
        client.views_update(view_id=first["id"], view=modal(buttons("deeper")))

        def pushes() -> list[str | None]:
            return [call.response.get("error") for call in slack.calls if call.method == "views.push"]

        for answered in ([None], [None, None], [None, None, "push_limit_reached"]):
            slack.click(view_id=slack.modals()[-1]["id"], action_id="deeper")
            slack.wait_for(functools.partial(lambda expected: pushes() == expected, answered), what="the push")
        assert len(slack.modals()) == 3
        slack.close_view(first["id"])
        assert refusal(client, "views.update", view_id=first["id"], view=modal()) == "not_found"


class TestOverhearing:
    def test_a_reply_without_a_mention_is_heard_where_the_bot_is_a_member(self, slack: LocalSlack) -> None:
        root = slack.say("a root", "policy-desk")
        ts = slack.say("and the second one?", "policy-desk", user="A colleague", thread_ts=root)
        event = events(slack)[-1]
        assert {name: event[name] for name in ("type", "channel", "channel_type", "user", "text", "ts")} == {
            "type": "message",
            "channel": "CPOLICY001",
            "channel_type": "channel",
            "user": COLLEAGUE,
            "text": "and the second one?",
            "ts": ts,
        }
        assert (event["thread_ts"], event["parent_user_id"], event["event_ts"]) == (root, YOU, ts)
        assert "subtype" not in event

    def test_a_mention_is_delivered_twice_under_two_event_ids(self, slack: LocalSlack) -> None:
        ts = slack.say("@Verbatim which?")
        mention, message = slack.deliveries
        assert [mention.event["type"], message.event["type"]] == ["app_mention", "message"]
        assert mention.event["ts"] == message.event["ts"] == ts
        assert mention.payload["event_id"] != message.payload["event_id"]
        assert "channel_type" not in mention.event

    def test_the_bots_own_messages_and_their_changes_come_back(self, slack: LocalSlack, client: WebClient) -> None:
        ts = str(client.chat_postMessage(channel=GENERAL, text="one")["ts"])
        client.chat_update(channel=GENERAL, ts=ts, text="two")
        client.chat_delete(channel=GENERAL, ts=ts)
        echo, changed, deleted = events(slack)
        assert (echo["bot_id"], echo["user"], echo.get("subtype")) == (slack.bot_id, slack.bot_user_id, None)
        assert (changed["subtype"], changed["hidden"], changed["channel_type"]) == ("message_changed", True, "channel")
        assert (changed["previous_message"]["text"], changed["message"]["text"]) == ("one", "two")
        assert changed["message"]["bot_id"] == slack.bot_id
        assert changed["message"]["ts"] == ts != changed["ts"]
        assert (deleted["subtype"], deleted["deleted_ts"]) == ("message_deleted", ts)
        assert deleted["previous_message"]["text"] == "two"
        # Who did it is told inside the messages only.
        assert {"user", "bot_id", "text"} & (set(changed) | set(deleted)) == set()

    def test_a_deleted_root_leaves_a_tombstone_over_its_replies(self, slack: LocalSlack) -> None:
        root = slack.say("a root")
        reply = slack.say("a reply", thread_ts=root)
        slack.delete("general", root)
        changed = events(slack)[-1]
        assert (changed["subtype"], changed["message"]["subtype"]) == ("message_changed", "tombstone")
        assert changed["previous_message"]["text"] == "a root"
        assert changed["message"]["reply_count"] == 1
        slack.delete("general", reply)
        assert events(slack)[-1]["deleted_ts"] == reply
        assert events(slack)[-1]["previous_message"]["thread_ts"] == root

    def test_a_private_channel_is_heard_once_the_bot_is_in_it(self, slack: LocalSlack, client: WebClient) -> None:
        slack.say("@Verbatim before", "drafts")
        assert slack.deliveries == []
        slack.invite_bot("drafts")
        slack.say("after", "drafts")
        [event] = events(slack)
        assert (event["type"], event["channel_type"], event["text"]) == ("message", "group", "after")
        assert client.chat_postMessage(channel="CDRAFTS001", text="hello")["ok"]

    @pytest.mark.parametrize(
        ("heard", "scopes"),
        [((), ("channels:history",)), (("message.channels",), ()), (("message.groups",), ("groups:history",))],
        ids=["no event", "no scope", "private channels only"],
    )
    def test_without_event_and_scope_only_mentions_are_heard(
        self, heard: tuple[str, ...], scopes: tuple[str, ...]
    ) -> None:
        with LocalSlack(made_manifest(events=heard, scopes=scopes), retry_delays_seconds=()) as slack:
            ts = slack.say("not for a bot")
            slack.edit("general", ts, "still not")
            slack.say("@Verbatim for the bot", thread_ts=ts)
            slack.delete("general", ts)
            assert [event["type"] for event in events(slack)] == ["app_mention"]


class TestReactions:
    def test_a_reaction_stands_on_the_message(self, slack: LocalSlack, client: WebClient) -> None:
        ts = slack.say("a question")
        for name in ("eyes", "+1"):
            client.reactions_add(channel=GENERAL, timestamp=ts, name=name)
        expected = [{"name": name, "users": [slack.bot_user_id], "count": 1} for name in ("eyes", "+1")]
        assert slack.messages()[0]["reactions"] == expected
        assert slack.run_message_shortcut("check_message", "general", ts).payload["message"]["reactions"] == expected
        client.reactions_remove(channel=GENERAL, timestamp=ts, name="eyes")
        assert slack.messages()[0]["reactions"] == expected[1:]
        client.reactions_remove(channel=GENERAL, timestamp=ts, name="+1")
        assert "reactions" not in slack.messages()[0]

    def test_what_slack_refuses_is_refused(self, slack: LocalSlack, client: WebClient) -> None:
        ts = slack.say("a question")
        client.reactions_add(channel=GENERAL, timestamp=ts, name="eyes")

        def error(method: str = "add", **changes: object) -> str:
            arguments = {"channel": GENERAL, "timestamp": ts, "name": "eyes", **changes}
            return refusal(client, f"reactions.{method}", **arguments)

        assert error() == "already_reacted"
        assert error("remove", name="+1") == "no_reaction"
        assert error(name=":eyes:") == "invalid_name"
        assert error(timestamp="1795449434.000200") == "message_not_found"
        assert error(timestamp="yesterday") == "bad_timestamp"
        assert error(channel="CNOWHERE01") == "channel_not_found"
        assert error("remove", timestamp="") == "no_item_specified"

    def test_a_reaction_pings_nobody_and_is_no_change_of_the_message(
        self, slack: LocalSlack, client: WebClient
    ) -> None:
        ts = str(client.chat_postMessage(channel=GENERAL, text=f"<@{YOU}> look")["ts"])
        heard, pinged = len(events(slack)), len(slack.notifications)
        client.reactions_add(channel=GENERAL, timestamp=ts, name="eyes")
        assert (len(events(slack)), len(slack.notifications)) == (heard, pinged)


class TestPings:
    @pytest.mark.parametrize(
        ("text", "blocks", "pinged"),
        [
            (f"<@{YOU}> asked", [], [(YOU, "text")]),
            ("You asked", [rich({"type": "user", "user_id": YOU}, words(" asked"))], [(YOU, "blocks")]),
            (f"<@{YOU}>", [rich({"type": "user", "user_id": YOU})], [(YOU, "blocks")]),
            (f"<@{COLLEAGUE}>", [rich({"type": "user", "user_id": YOU})], [(YOU, "blocks"), (COLLEAGUE, "text")]),
            ("@You &lt;@UYOU000001&gt; UYOU000001", [rich(words(f"<@{YOU}> @You"))], []),
        ],
        ids=["in the text", "as an element", "in both", "two people", "as words"],
    )
    def test_a_mention_pings_that_person_only(
        self, slack: LocalSlack, client: WebClient, text: str, blocks: list[Json], pinged: list[tuple[str, str]]
    ) -> None:
        ts = client.chat_postMessage(channel=GENERAL, text=text, blocks=blocks)["ts"]
        assert [(each.target, each.source) for each in slack.notifications] == pinged
        assert all((each.channel, each.ts) == (GENERAL, ts) for each in slack.notifications)
