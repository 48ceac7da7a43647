"""The local Slack is as strict as Slack: proven with a real Bolt app over a real websocket and real HTTP."""

import asyncio
import http.client
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import aiohttp
import pytest
from slack_bolt import Ack, Respond
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient

from bot.local_slack import LocalSlack
from tests.support.bolt_bots import BoltBot, Json
from tests.support.manifests import SCOPES, made_manifest

BUTTONS: list[Json] = [
    {
        "type": "actions",
        "elements": [
            {"type": "button", "action_id": "more", "value": "1", "text": {"type": "plain_text", "text": "More"}},
            {"type": "button", "action_id": "silent", "value": "2", "text": {"type": "plain_text", "text": "Silent"}},
        ],
    }
]
VIEW: Json = {
    "type": "modal",
    "callback_id": "reason",
    "title": {"type": "plain_text", "text": "What was wrong?"},
    "submit": {"type": "plain_text", "text": "Send"},
    "blocks": [
        {
            "type": "input",
            "block_id": "reason",
            "label": {"type": "plain_text", "text": "Reason"},
            "element": {"type": "plain_text_input", "action_id": "text"},
        }
    ],
}


class EchoBot(BoltBot):
    """A Bolt app that repeats what it hears."""

    def __init__(self, slack: LocalSlack) -> None:
        self.heard: list[Json] = []
        super().__init__(slack)

    def listen(self) -> None:
        """Register what the bot answers."""
        app = self.app

        @app.event("app_mention")
        @app.event("message")
        def echo(event: Json, body: Json, client: WebClient) -> None:
            self.heard.append(body)
            if "subtype" not in event:
                client.chat_postMessage(
                    channel=event["channel"],
                    thread_ts=event.get("thread_ts") or event["ts"],
                    text=f"heard: {event['text']}",
                    blocks=[
                        {"type": "section", "text": {"type": "plain_text", "text": "heard"}},
                        *BUTTONS,
                    ],
                )

        app.command("/ask")(self._ask)
        app.action("more")(self._more)
        app.view("reason")(self._check_reason)
        app.event("app_home_opened")(self._publish_home)

    def _ask(self, ack: Ack, respond: Respond, command: Json) -> None:
        if command["text"] == "never":
            return
        ack("one moment")
        if command["text"] == "often":
            for number in range(6):
                self.heard.append({"status": respond(f"answer {number}").status_code})
        else:
            respond(f"answer to {command['text']}")

    def _more(self, ack: Ack, respond: Respond, body: Json, client: WebClient) -> None:
        ack()
        self.heard.append(body)
        respond("here is more")
        client.views_open(trigger_id=body["trigger_id"], view=VIEW)

    def _check_reason(self, ack: Ack, view: Json) -> None:
        if view["state"]["values"]["reason"]["text"]["value"] is None:
            ack(response_action="errors", errors={"reason": "say something"})
        else:
            ack()

    def _publish_home(self, event: Json, client: WebClient) -> None:
        client.views_publish(user_id=event["user"], view={"type": "home", "blocks": [{"type": "divider"}]})


class RawBot:
    """A Socket Mode client that acknowledges only from one attempt on, to see the frames themselves."""

    def __init__(self, slack: LocalSlack, *, ack_from_attempt: int) -> None:
        self.envelopes: list[Json] = []
        self._slack = slack
        self._ack_from_attempt = ack_from_attempt
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)

    def __enter__(self) -> "RawBot":
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._connect(), self._loop).result(10)
        self._slack.wait_connected()
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def acknowledge(self, envelope: Json) -> None:
        answer = self._socket.send_json({"envelope_id": envelope["envelope_id"]})
        asyncio.run_coroutine_threadsafe(answer, self._loop).result(10)

    async def _connect(self) -> None:
        app_token = self._slack.environment()["SLACK_APP_TOKEN"]
        opened = await AsyncWebClient(base_url=f"{self._slack.url}/api/").apps_connections_open(app_token=app_token)
        self._session = aiohttp.ClientSession()
        self._socket = await self._session.ws_connect(str(opened["url"]))
        assert (await self._socket.receive_json())["type"] == "hello"
        self._reading = asyncio.get_running_loop().create_task(self._read())

    async def _read(self) -> None:
        async for frame in self._socket:
            envelope = json.loads(frame.data)
            self.envelopes.append(envelope)
            if envelope.get("retry_attempt", self._ack_from_attempt) >= self._ack_from_attempt:
                await self._socket.send_json({"envelope_id": envelope["envelope_id"]})

    async def _close(self) -> None:
        await self._socket.close()
        await self._reading
        await self._session.close()


class Receiver:
    """An HTTP address that keeps what it gets and answers as told, in order, else with 200."""

    def __init__(self) -> None:
        self.requests: list[tuple[bytes, dict[str, str]]] = []
        self.answers: list[tuple[int, dict[str, str], str]] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.requests.append((body, dict(self.headers.items())))
                status, headers, text = receiver.answers.pop(0) if receiver.answers else (200, {}, "")
                self.send_response(status)
                for name, value in {**headers, "Content-Length": str(len(text.encode()))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(text.encode())

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self.url = f"http://127.0.0.1:{self._server.server_port}/slack/events"

    def __enter__(self) -> "Receiver":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as address:
        yield address


@pytest.fixture
def slack() -> Iterator[LocalSlack]:
    with LocalSlack(made_manifest(), ack_timeout_seconds=0.6, retry_delays_seconds=(0.0, 0.05, 0.1)) as workspace:
        yield workspace


@pytest.fixture
def bot(slack: LocalSlack) -> Iterator[EchoBot]:
    with EchoBot(slack) as echo:
        slack.wait_connected()
        yield echo


def client_of(slack: LocalSlack, **changes: str) -> WebClient:
    environment = slack.environment() | changes
    return WebClient(environment["SLACK_BOT_TOKEN"], base_url=environment["SLACK_API_URL"])


def refusal(call: Callable[[], object]) -> Json:
    with pytest.raises(SlackApiError) as caught:
        call()
    data = caught.value.response.data
    assert isinstance(data, dict)
    return data


def answer(slack: LocalSlack, ts: str, channel: str = "general") -> Json:
    return slack.wait_for(lambda: slack.messages(channel, ts), what="an answer in the thread")[0]


def test_a_mention_reaches_the_bot_as_slack_sends_it_and_is_acknowledged(slack: LocalSlack, bot: EchoBot) -> None:
    ts = slack.say("@Verbatim is 1 < 2 & who is <!channel>? https://example.org/a.")
    reply = answer(slack, ts)
    text = f"<@{slack.bot_user_id}> is 1 &lt; 2 &amp; who is &lt;!channel&gt;? <https://example.org/a>."
    assert reply["text"] == f"heard: {text}"
    assert reply["bot_id"] == slack.bot_id
    event = bot.heard[0]["event"]
    assert event["type"] == "app_mention"
    assert "channel_type" not in event
    assert event["blocks"][0]["elements"][0]["elements"][-2:] == [
        {"type": "link", "url": "https://example.org/a"},
        {"type": "text", "text": "."},
    ]
    [delivery] = slack.deliveries
    slack.wait_for(lambda: delivery.outcome == "acked", what="the ack")
    assert [attempt.retry_attempt for attempt in delivery.attempts] == [0]
    assert delivery.acked_at is not None
    assert slack.notifications == []
    assert all(not call.problems for call in slack.calls)


@pytest.mark.usefixtures("bot")
def test_a_direct_message_is_answered_and_the_bots_own_answer_comes_back_to_it(slack: LocalSlack) -> None:
    ts = slack.direct_message("hello", user="A colleague")
    place = slack.direct_channel("A colleague")
    assert answer(slack, ts, place)["thread_ts"] == ts
    echoes = slack.wait_for(
        lambda: [each for each in slack.deliveries if "bot_id" in each.event and each.outcome == "acked"],
        what="the echo of the bot's own message",
    )
    assert echoes[0].event["channel_type"] == "im"
    assert len(slack.messages(place, ts)) == 1


def test_people_who_do_not_mention_the_bot_are_not_overheard(slack: LocalSlack) -> None:
    ts = slack.say("nothing for a bot")
    slack.edit("general", ts, "@Verbatim now for a bot")
    slack.say("@Verbatim where it is no member", "drafts")
    assert slack.deliveries == []
    assert slack.messages("general")[0]["text"] == f"<@{slack.bot_user_id}> now for a bot"


def test_an_edit_in_direct_messages_is_told_as_a_change(slack: LocalSlack, bot: EchoBot) -> None:
    ts = slack.direct_message("hello")
    slack.edit(slack.direct_channel(), ts, "hello again")
    changed = slack.wait_for(
        lambda: [body["event"] for body in bot.heard if body["event"].get("subtype") == "message_changed"],
        what="the edit",
    )
    assert changed[0]["message"]["text"] == "hello again"
    assert changed[0]["previous_message"]["text"] == "hello"


def test_a_late_ack_is_recorded_and_the_event_comes_again_as_a_retry(slack: LocalSlack) -> None:
    with RawBot(slack, ack_from_attempt=1) as raw:
        slack.say("@Verbatim slow?")
        [delivery] = slack.deliveries
        slack.wait_for(lambda: delivery.outcome == "acked", what="the ack of the retry")
        first, second = raw.envelopes
        assert first["envelope_id"] != second["envelope_id"]
        assert first["payload"]["event_id"] == second["payload"]["event_id"]
        assert (first["retry_attempt"], first["retry_reason"]) == (0, "")
        assert (second["retry_attempt"], second["retry_reason"]) == (1, "timeout")
        assert [attempt.outcome for attempt in delivery.attempts] == ["timeout", "acked"]
        raw.acknowledge(first)
        slack.wait_for(lambda: delivery.attempts[0].acked_at, what="the late ack")
        assert delivery.attempts[0].outcome == "timeout"


def test_an_event_is_given_up_after_three_retries(slack: LocalSlack) -> None:
    with RawBot(slack, ack_from_attempt=9) as raw:
        slack.say("@Verbatim anybody?")
        [delivery] = slack.deliveries
        slack.wait_for(lambda: delivery.outcome == "timeout", what="the end of the retries")
        assert [envelope["retry_attempt"] for envelope in raw.envelopes] == [0, 1, 2, 3]


@pytest.mark.usefixtures("bot")
def test_a_command_is_acknowledged_and_answered_through_its_response_url(slack: LocalSlack) -> None:
    delivery = slack.run_command("/ask", "which?", user="A guest")
    assert delivery.outcome == "acked"
    assert delivery.ack_payload == {"text": "one moment"}
    slack.wait_for(lambda: len(slack.ephemerals("A guest")) == 2, what="both answers")
    assert {message["text"] for message in slack.ephemerals("A guest", "general")} == {"one moment", "answer to which?"}
    assert delivery.response_url_uses == 1
    assert slack.ephemerals() == []
    assert slack.messages() == []


def test_a_response_url_works_five_times(slack: LocalSlack, bot: EchoBot) -> None:
    delivery = slack.run_command("/ask", "often")
    slack.wait_for(lambda: len(bot.heard) == 6, what="six uses")
    assert [heard["status"] for heard in bot.heard] == [200] * 5 + [404]
    assert delivery.response_url_uses == 5


@pytest.mark.usefixtures("bot")
def test_a_command_that_is_not_acknowledged_fails_before_the_persons_eyes(slack: LocalSlack) -> None:
    delivery = slack.run_command("/ask", "never")
    assert delivery.outcome == "timeout"
    assert len(delivery.attempts) == 1
    assert "operation_timeout" in slack.ephemerals()[0]["text"]


def test_a_command_without_a_connected_bot_fails_at_once(slack: LocalSlack) -> None:
    assert slack.run_command("/ask", "anybody").outcome == "dispatch_failed"
    assert "dispatch_failed" in slack.ephemerals()[0]["text"]


def test_a_click_reaches_the_bot_with_the_message_and_opens_a_modal(slack: LocalSlack, bot: EchoBot) -> None:
    ts = slack.say("@Verbatim a button please")
    reply = answer(slack, ts)
    delivery = slack.click("general", reply["ts"], action_id="more", user="A colleague")
    assert delivery.outcome == "acked"
    [modal] = slack.wait_for(lambda: slack.modals("A colleague"), what="the modal")
    clicked = bot.heard[-1]
    assert clicked["actions"][0]["value"] == "1"
    assert clicked["message"]["ts"] == reply["ts"]
    assert clicked["container"]["thread_ts"] == ts
    assert slack.ephemerals("A colleague")[0]["text"] == "here is more"
    refused = slack.submit_view(modal["id"], user="A colleague")
    assert refused.ack_payload == {"response_action": "errors", "errors": {"reason": "say something"}}
    assert slack.modals("A colleague")
    slack.submit_view(modal["id"], {"reason": {"text": "outdated"}}, user="A colleague")
    slack.wait_for(lambda: not slack.modals("A colleague"), what="the modal's end")


@pytest.mark.usefixtures("bot")
def test_a_click_that_nobody_handles_times_out_and_is_not_repeated(slack: LocalSlack) -> None:
    reply = answer(slack, slack.say("@Verbatim a button please"))
    delivery = slack.click("general", reply["ts"], action_id="silent")
    assert (delivery.outcome, len(delivery.attempts)) == ("timeout", 1)


def test_a_click_on_an_ephemeral_message_carries_no_message(slack: LocalSlack, bot: EchoBot) -> None:
    you = slack.people[0].id
    sent = client_of(slack).chat_postEphemeral(channel="CGENERAL01", user=you, text="look", blocks=BUTTONS)
    slack.click("general", str(sent["message_ts"]), action_id="more", ephemeral=True)
    slack.wait_for(lambda: bot.heard, what="the click")
    assert "message" not in bot.heard[0]
    assert bot.heard[0]["container"]["is_ephemeral"] is True


@pytest.mark.usefixtures("bot")
def test_the_home_is_published_when_it_is_opened(slack: LocalSlack) -> None:
    assert slack.home() is None
    slack.open_home()
    view = slack.wait_for(slack.home, what="the home")
    assert view is not None
    assert [block["type"] for block in view["blocks"]] == ["divider"]


def test_a_redelivery_keeps_its_event_id_and_says_that_it_is_a_retry(slack: LocalSlack, bot: EchoBot) -> None:
    ts = slack.say("@Verbatim once")
    answer(slack, ts)
    attempts = slack.redeliver(ts, times=2)
    assert [attempt.outcome for attempt in attempts] == ["acked", "acked"]
    slack.replay(ts)
    slack.wait_for(lambda: len(bot.heard) == 4, what="four hearings of one event")
    assert len({body["event_id"] for body in bot.heard}) == 1
    [delivery] = slack.deliveries
    assert [attempt.retry_attempt for attempt in delivery.attempts] == [0, 1, 2, 0]
    envelopes = [attempt.envelope_id for attempt in delivery.attempts]
    assert len(set(envelopes)) == 3
    assert envelopes[0] == envelopes[3]


def test_nothing_is_lost_when_slack_asks_for_a_fresh_connection(slack: LocalSlack, bot: EchoBot) -> None:
    for number in range(3):
        slack.disconnect("refresh_requested")
        answer(slack, slack.say(f"@Verbatim number {number}"))
    slack.disconnect("warning")
    answer(slack, slack.say("@Verbatim after a warning"))
    assert {body["event_id"] for body in bot.heard} == {each.payload["event_id"] for each in slack.deliveries}


@pytest.mark.usefixtures("bot")
def test_what_was_said_while_slack_was_away_is_delivered_afterwards(slack: LocalSlack) -> None:
    url = slack.url
    slack.go_offline()
    slack.wait_for(lambda: slack.connections == 0, what="the connection's end")
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", int(url.rsplit(":", 1)[1])), timeout=2).close()
    ts = slack.say("@Verbatim are you there?")
    slack.go_online()
    assert slack.url == url
    assert answer(slack, ts)["thread_ts"] == ts
    [delivery] = slack.deliveries
    assert delivery.attempts[0].outcome == "dispatch_failed"


@pytest.mark.parametrize(
    ("token", "error"),
    [("xoxb-somebody-else", "invalid_auth"), ("", "not_authed")],
)
def test_a_foreign_token_opens_nothing(slack: LocalSlack, token: str, error: str) -> None:
    client = WebClient(token or None, base_url=slack.environment()["SLACK_API_URL"])
    assert refusal(client.auth_test)["error"] == error


def test_the_two_tokens_are_not_exchangeable(slack: LocalSlack) -> None:
    app_token = slack.environment()["SLACK_APP_TOKEN"]
    assert refusal(lambda: client_of(slack).apps_connections_open(app_token="xoxb-no"))["error"] == "invalid_auth"
    assert refusal(lambda: WebClient(app_token, base_url=f"{slack.url}/api/").auth_test())["error"] == (
        "not_allowed_token_type"
    )


def test_a_revoked_token_is_dead(slack: LocalSlack) -> None:
    client = client_of(slack)
    assert client.auth_test().headers["x-oauth-scopes"] == ",".join(SCOPES)
    slack.revoke_token()
    assert refusal(client.auth_test)["error"] == "token_revoked"


def test_a_method_without_its_scope_says_which_one_it_needs(slack: LocalSlack) -> None:
    answered = refusal(lambda: client_of(slack).reactions_add(channel="CGENERAL01", name="eyes", timestamp="1.2"))
    assert answered["error"] == "missing_scope"
    assert answered["needed"] == "reactions:write"
    assert answered["provided"] == ",".join(SCOPES)


def test_unknown_methods_and_arguments_are_answered_like_slack_and_written_down(slack: LocalSlack) -> None:
    client = client_of(slack)
    assert refusal(lambda: client.api_call("chat.shout"))["error"] == "unknown_method"
    client.chat_postMessage(channel="CGENERAL01", text="hello", colour="red")
    assert [call.problems for call in slack.calls] == [("unknown method chat.shout",), ("unknown argument colour",)]


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"channel": "CNOWHERE01", "text": "x"}, "channel_not_found"),
        ({"channel": "CDRAFTS001", "text": "x"}, "channel_not_found"),
        ({"channel": "CGENERAL01"}, "no_text"),
        ({"text": "x"}, "invalid_arguments"),
        ({"channel": "CGENERAL01", "text": "x" * 40_001}, "msg_too_long"),
        ({"channel": "CGENERAL01", "text": "x", "thread_ts": "1.000001"}, "thread_not_found"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_message_that_slack_refuses_is_refused(slack: LocalSlack, arguments: Json, error: str) -> None:
    answered = refusal(lambda: client_of(slack).api_call("chat.postMessage", json=arguments))
    assert answered["error"] == error
    assert slack.messages() == []


def test_invalid_blocks_are_refused_in_slacks_words(slack: LocalSlack) -> None:
    blocks: list[Json] = [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}}]
    fault = "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"
    answered = refusal(lambda: client_of(slack).chat_postMessage(channel="CGENERAL01", text="x", blocks=blocks))
    assert answered == {
        "ok": False,
        "error": "invalid_blocks",
        "errors": [fault],
        "response_metadata": {"messages": [f"[ERROR] {fault}"]},
    }


def test_rich_text_longer_than_slack_takes_is_refused(slack: LocalSlack) -> None:
    def blocks(length: int) -> list[Json]:
        section = {"type": "rich_text_section", "elements": [{"type": "text", "text": "x" * length}]}
        return [{"type": "rich_text", "elements": [section]}]

    client = client_of(slack)
    client.chat_postMessage(channel="CGENERAL01", text="x", blocks=blocks(13_200))
    long = refusal(lambda: client.chat_postMessage(channel="CGENERAL01", text="x", blocks=blocks(13_201)))
    assert long["error"] == "msg_blocks_too_long"


def test_a_trigger_opens_one_view(slack: LocalSlack) -> None:
    with RawBot(slack, ack_from_attempt=0) as raw:
        slack.run_command("/ask", "x")
        trigger = raw.envelopes[0]["payload"]["trigger_id"]
        client = client_of(slack)
        client.views_open(trigger_id=trigger, view=VIEW)
        assert refusal(lambda: client.views_open(trigger_id=trigger, view=VIEW))["error"] == "exchanged_trigger_id"
        assert refusal(lambda: client.views_open(trigger_id="1.2.3", view=VIEW))["error"] == "invalid_trigger_id"


def test_a_message_of_the_bot_that_would_ping_somebody_is_noticed(slack: LocalSlack) -> None:
    client = client_of(slack)
    client.chat_postMessage(channel="CGENERAL01", text="&lt;!channel&gt; @here are harmless")
    assert slack.notifications == []
    client.chat_postMessage(
        channel="CGENERAL01",
        text="<!here>",
        blocks=[{"type": "section", "text": {"type": "mrkdwn", "text": "see <@UYOU000001>"}}],
    )
    assert [(each.target, each.source) for each in slack.notifications] == [("UYOU000001", "blocks"), ("@here", "text")]


def test_planned_faults_hit_the_next_calls_only(slack: LocalSlack) -> None:
    client = client_of(slack)
    slack.fail_next("chat.postMessage", error="ratelimited", retry_after=7)
    with pytest.raises(SlackApiError) as caught:
        client.chat_postMessage(channel="CGENERAL01", text="one")
    assert caught.value.response.status_code == 429
    assert caught.value.response.headers["Retry-After"] == "7"
    slack.fail_next("chat.postMessage", error="internal_error", after_recording=True)
    assert refusal(lambda: client.chat_postMessage(channel="CGENERAL01", text="two"))["error"] == "internal_error"
    client.chat_postMessage(channel="CGENERAL01", text="three")
    assert [message["text"] for message in slack.messages()] == ["two", "three"]
    slack.fail_next("auth.test", drop=True, times=2)
    with pytest.raises(OSError, match=r"closed|reset"):
        client.auth_test()


def test_fault_answers_with_a_body_that_is_no_json(slack: LocalSlack) -> None:
    client = client_of(slack)
    slack.fail_next("chat.postMessage", body="<html>Not Found</html>", status=404)
    with pytest.raises(SlackApiError) as caught:
        client.chat_postMessage(channel="CGENERAL01", text="one")
    assert caught.value.response.status_code == 404
    assert "Not Found" in str(caught.value)
    slack.fail_next("chat.postMessage", error="rate_limited", times=1)
    with pytest.raises(SlackApiError) as caught:
        client.chat_postMessage(channel="CGENERAL01", text="two")
    assert (caught.value.response.status_code, caught.value.response["error"]) == (200, "rate_limited")


def test_restored_token_is_valid_again(slack: LocalSlack) -> None:
    client = client_of(slack)
    slack.revoke_token()
    assert refusal(client.auth_test)["error"] == "token_revoked"
    slack.restore_token()
    assert client.auth_test()["ok"]


def test_mention_can_arrive_as_its_message_event_alone() -> None:
    manifest = made_manifest(events=("message.channels",), scopes=("channels:history",))
    with LocalSlack(manifest) as slack, EchoBot(slack) as bot:
        slack.share_file("draft.pdf", "@Verbatim is this ours?")
        slack.withhold_app_mention()
        slack.say("@Verbatim and this?")
        slack.say("@Verbatim and that?")
        slack.wait_for(lambda: len(bot.heard) >= 4, what="four events")
        events = [body["event"] for body in bot.heard]
        mentions = [event["text"] for event in events if event["type"] == "app_mention"]
        assert [text.split("> ")[1] for text in mentions] == ["and that?"]
        shared = next(event for event in events if event.get("subtype") == "file_share")
        assert shared["files"][0]["name"] == "draft.pdf"


@pytest.mark.usefixtures("bot")
def test_a_response_url_can_fail_too(slack: LocalSlack) -> None:
    slack.fail_next("response_url", error="internal_error", status=500)
    slack.run_command("/ask", "which?")
    slack.wait_for(lambda: [call for call in slack.calls if call.status == 500], what="the failed use")
    assert "answer to which?" not in {message["text"] for message in slack.ephemerals()}


def test_rate_limits_are_those_of_the_methods_tier() -> None:
    with LocalSlack(made_manifest(), rate_limits=True) as slack:
        client = client_of(slack)
        ts = str(client.chat_postMessage(channel="CGENERAL01", text="x")["ts"])
        for _ in range(50):
            client.chat_update(channel="CGENERAL01", ts=ts, text="y")
        assert refusal(lambda: client.chat_update(channel="CGENERAL01", ts=ts, text="y"))["error"] == "ratelimited"


def test_a_taken_port_is_named() -> None:
    with LocalSlack(made_manifest()) as slack:
        port = int(slack.url.rsplit(":", 1)[1])
        with pytest.raises(OSError, match=f"port {port} on 127.0.0.1 is taken"):
            LocalSlack(made_manifest(), port=port).start()


def test_one_that_runs_already_can_be_entered_and_is_stopped_once() -> None:
    slack = LocalSlack(made_manifest())
    slack.start()
    with slack as same:
        assert same is slack
        assert client_of(slack).api_test()["ok"]
    slack.stop()
    with pytest.raises(RuntimeError, match="not running"):
        slack.say("@Verbatim hello")


def test_what_never_happens_is_named() -> None:
    with LocalSlack(made_manifest()) as slack, pytest.raises(AssertionError, match=r"a miracle within 0\.05 s"):
        slack.wait_for(lambda: False, timeout=0.05, what="a miracle")


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "slack.example.org", "Origin": "http://slack.example.org"},
        {"Origin": "https://example.org"},
        {"Origin": "null"},
        {"Content-Type": "text/plain"},
        {},
    ],
    ids=["rebound name", "other website", "sandboxed frame", "simple form", "no origin"],
)
def test_other_websites_cannot_act_through_the_page(slack: LocalSlack, headers: dict[str, str]) -> None:
    own = {"Origin": slack.url, "Content-Type": "application/json"} if headers else {"Content-Type": "application/json"}
    body = json.dumps({"channel": "general", "user": "You", "text": "forged"})
    connection = http.client.HTTPConnection(slack.url.removeprefix("http://"), timeout=5)
    connection.request("POST", "/page/say", body, own | headers)
    status = connection.getresponse().status
    connection.close()
    assert status == 403
    assert slack.messages() == []


def test_a_name_pointed_at_this_machine_shows_nothing(slack: LocalSlack) -> None:
    for path in ("/", "/page/live", "/api/auth.test"):
        connection = http.client.HTTPConnection(slack.url.removeprefix("http://"), timeout=5)
        connection.request("GET", path, headers={"Host": "slack.example.org"})
        assert connection.getresponse().status == 403
        connection.close()


class TestHttpMode:
    def test_payloads_are_signed_and_the_answer_is_the_ack(self, slack: LocalSlack, receiver: "Receiver") -> None:
        slack.request_url = receiver.url
        slack.say("@Verbatim by HTTP")
        slack.wait_for(lambda: slack.deliveries[0].outcome == "acked", what="the ack of the event")
        receiver.answers.append((200, {}, json.dumps({"text": "hello"})))
        delivery = slack.run_command("/ask", "what is the payload limit & more")
        assert delivery.ack_payload == {"text": "hello"}
        verifier = SignatureVerifier(slack.environment()["SLACK_SIGNING_SECRET"])
        assert [verifier.is_valid_request(body, headers) for body, headers in receiver.requests] == [True, True]
        assert json.loads(receiver.requests[0][0])["event"]["type"] == "app_mention"
        assert b"text=what+is+the+payload+limit+%26+more" in receiver.requests[1][0]

    def test_a_refused_event_comes_again_until_the_bot_forbids_it(
        self, slack: LocalSlack, receiver: "Receiver"
    ) -> None:
        slack.request_url = receiver.url
        receiver.answers += [(500, {}, ""), (404, {"X-Slack-No-Retry": "1"}, "")]
        slack.say("@Verbatim by HTTP")
        [delivery] = slack.deliveries
        slack.wait_for(lambda: delivery.outcome == "http_error", what="the last refusal")
        retries = [headers.get("X-Slack-Retry-Num") for _, headers in receiver.requests]
        assert retries == [None, "1"]
        assert receiver.requests[1][1]["X-Slack-Retry-Reason"] == "http_error"

    def test_forged_requests_can_be_sent(self, slack: LocalSlack, receiver: "Receiver") -> None:
        slack.request_url = receiver.url
        body = '{"type": "url_verification", "challenge": "c"}'
        old = slack.signed_headers(body.encode(), timestamp=int(time.time()) - 301)
        receiver.answers += [(200, {}, "c"), (401, {}, "")]
        assert slack.post_raw(body).text == "c"
        assert slack.post_raw(body, old).status == 401
        verifier = SignatureVerifier(slack.environment()["SLACK_SIGNING_SECRET"])
        assert [verifier.is_valid_request(sent, headers) for sent, headers in receiver.requests] == [True, False]
