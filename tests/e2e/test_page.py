"""The page of the local Slack, as a person with a browser sees it."""

import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from slack_bolt import Ack, Respond
from slack_sdk import WebClient

from bot.local_slack import LocalSlack
from tests.support.bolt_bots import BoltBot, Json
from tests.support.manifests import CHECK, SEARCH, made_manifest

HOSTILE = "<img src=x onerror=alert(1)> *not bold* <!channel> javascript:alert(1)"


def answer_blocks(question: str) -> list[Json]:
    headline = [{"type": "text", "text": "Two passages.", "style": {"bold": True}}]
    source = [
        {"type": "text", "text": "Joint Statement", "style": {"bold": True}},
        {"type": "text", "text": " · 14 July 2026 · ¶2 · "},
        {"type": "link", "url": "https://example.org/statement", "text": "source"},
        {"type": "link", "url": "http://example.org/a?b=c", "text": HOSTILE},
    ]
    quoted = [{"type": "text", "text": question}, {"type": "text", "text": HOSTILE, "style": {"bold": True}}]
    return [
        {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": headline}]},
        {
            "type": "rich_text",
            "elements": [
                {"type": "rich_text_section", "elements": source},
                {"type": "rich_text_quote", "elements": quoted},
            ],
        },
        {
            "type": "section",
            "text": {"type": "mrkdwn", "text": "*bold* &lt;b&gt; <javascript:alert(1)|press me> `x*y*`"},
        },
        {"type": "table", "rows": [[{"type": "raw_text", "text": "a" * 60} for _ in range(6)]]},
        {
            "type": "actions",
            "elements": [
                {"type": "button", "action_id": "more", "text": {"type": "plain_text", "text": "More passages"}},
                {"type": "button", "action_id": "silent", "text": {"type": "plain_text", "text": "No answer"}},
            ],
        },
    ]


def pages_from(number: int) -> list[Json]:
    next_page = {"type": "button", "action_id": "next", "value": str(number + 1)}
    return [
        {"type": "section", "text": {"type": "mrkdwn", "text": f"page {number}"}},
        {"type": "actions", "elements": [next_page | {"text": {"type": "plain_text", "text": "Next page"}}]},
    ]


def long_modal(number: int) -> Json:
    """As many blocks as a modal takes: passages with their sources, and a button that turns the page."""
    bold = {"type": "text", "text": "reaffirmed", "style": {"bold": True}}
    quote = {"type": "rich_text_quote", "elements": [{"type": "text", "text": "The leaders "}, bold]}
    asker = {"type": "rich_text_section", "elements": [{"type": "user", "user_id": "UCOLLEAGUE"}]}
    source = {"type": "context", "elements": [{"type": "mrkdwn", "text": "*Joint Statement* · 14 July 2026 · ¶2"}]}
    return {
        "type": "modal",
        "title": {"type": "plain_text", "text": f"Passages, page {number}"},
        "close": {"type": "plain_text", "text": "Done"},
        "blocks": [
            {"type": "rich_text", "elements": [asker]},
            *[{"type": "rich_text", "elements": [quote]}, source] * 48,
            {"type": "divider"},
            *pages_from(number),
        ],
    }


class PageBot(BoltBot):
    """A small Bolt app that gives the page something to show."""

    def listen(self) -> None:
        """Register what the bot answers."""
        self.app.event("app_mention")(self._answer)
        self.app.event("message")(self._answer)
        self.app.command("/ask")(self._answer_privately)
        self.app.action("more")(self._show_more)
        self.app.event("app_home_opened")(self._publish_home)
        self.app.shortcut("check_message")(self._check)
        self.app.shortcut("search_all")(self._check)
        self.app.action("next")(self._turn_page)

    def _answer(self, event: Json, client: WebClient) -> None:
        client.chat_postMessage(
            channel=event["channel"], thread_ts=event["ts"], text="Two passages.", blocks=answer_blocks(event["text"])
        )

    def _answer_privately(self, ack: Ack, respond: Respond, command: Json) -> None:
        ack()
        if command["text"] == "page by page":
            respond(text="page 1", blocks=pages_from(1))
        else:
            respond(f"For your eyes: {command['text']}")

    def _check(self, ack: Ack, shortcut: Json, client: WebClient) -> None:
        if shortcut.get("message", {}).get("text") == "unchecked":
            return
        ack()
        client.views_open(trigger_id=shortcut["trigger_id"], view=long_modal(1))

    def _turn_page(self, ack: Ack, body: Json, client: WebClient, respond: Respond) -> None:
        ack()
        number = int(body["actions"][0]["value"])
        if "view" in body:
            client.views_update(view_id=body["view"]["id"], view=long_modal(number))
        elif number > 2:
            respond(delete_original=True)
        else:
            respond(text=f"page {number}", blocks=pages_from(number), replace_original=True)

    def _show_more(self, ack: Ack, body: Json, client: WebClient) -> None:
        ack()
        view = {
            "type": "modal",
            "title": {"type": "plain_text", "text": "More passages"},
            "blocks": [{"type": "header", "text": {"type": "plain_text", "text": "The third passage"}}],
        }
        client.views_open(trigger_id=body["trigger_id"], view=view)

    def _publish_home(self, event: Json, client: WebClient) -> None:
        blocks = [{"type": "header", "text": {"type": "plain_text", "text": "Welcome home"}}]
        client.views_publish(user_id=event["user"], view={"type": "home", "blocks": blocks})


@pytest.fixture
def slack() -> Iterator[LocalSlack]:
    with LocalSlack(
        made_manifest(scopes=["reactions:write"], shortcuts=[CHECK, SEARCH]), ack_timeout_seconds=1.0
    ) as workspace:
        yield workspace


@pytest.fixture
def bot(slack: LocalSlack) -> Iterator[PageBot]:
    with PageBot(slack) as running:
        slack.wait_connected()
        yield running


@pytest.fixture
def page(browser: Browser, slack: LocalSlack) -> Iterator[Page]:
    yield from opened(browser, slack, width=1280, height=800)


@pytest.fixture
def phone(browser: Browser, slack: LocalSlack) -> Iterator[Page]:
    yield from opened(browser, slack, width=390, height=844)


def opened(browser: Browser, slack: LocalSlack, *, width: int, height: int) -> Iterator[Page]:
    """Open the page; afterwards, it must have asked no other host and raised no error."""
    context = browser.new_context(viewport={"width": width, "height": height})
    page = context.new_page()
    page.set_default_timeout(8000)
    asked: list[str] = []
    errors: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.goto(slack.url)
    expect(page.get_by_role("heading", name="# general")).to_be_visible()
    yield page
    assert [url for url in asked if not url.startswith(f"{slack.url}/")] == []
    assert errors == []
    context.close()


def ask(page: Page, text: str) -> None:
    box = page.get_by_role("textbox", name="Message")
    box.fill(text)
    box.press("Enter")


def has_sideways_scroll(page: Page) -> bool:
    return bool(page.evaluate("document.scrollingElement.scrollWidth > window.innerWidth"))


def test_a_newcomer_sees_that_the_bot_starts_and_then_that_it_is_there(page: Page, slack: LocalSlack) -> None:
    expect(page.get_by_role("note")).to_contain_text("This is a local stand-in, not Slack.")
    expect(page.get_by_text("Verbatim is starting…").first).to_be_visible()
    with PageBot(slack):
        expect(page.get_by_text("Verbatim is here and answers when you mention it.")).to_be_visible()


def test_every_example_can_be_sent_as_it_stands(page: Page) -> None:
    expect(page.locator("button.example").first).to_be_visible()
    examples = [one.inner_text() for one in page.locator("button.example").all()]
    assert examples[-2:] == ["/ask which resolutions?", "/list"]  # not its hint: "[id or title]"


def test_escape_leaves_a_reply_that_is_being_written_and_then_its_thread(page: Page, slack: LocalSlack) -> None:
    root = slack.say("a root")
    slack.say("a reply", thread_ts=root)
    page.get_by_role("button", name="1 reply").click()
    thread = page.get_by_role("complementary", name="Thread")
    thread.get_by_role("textbox").fill("half a")
    page.keyboard.press("Escape")
    expect(thread.get_by_role("textbox")).to_have_value("half a")
    page.keyboard.press("Escape")
    expect(thread).to_be_hidden()


@pytest.mark.usefixtures("bot")
def test_one_click_on_an_example_is_answered_in_the_thread(page: Page) -> None:
    page.get_by_role("button", name="@Verbatim which resolutions are cited?").click()
    expect(page.get_by_role("button", name="1 reply")).to_be_visible()
    thread = page.get_by_role("complementary", name="Thread")
    expect(thread.locator("blockquote")).to_contain_text("which resolutions are cited?")


@pytest.mark.usefixtures("bot")
def test_what_documents_say_is_text_and_never_markup(page: Page) -> None:
    ask(page, "@Verbatim <b>is this bold?</b>")
    thread = page.get_by_role("complementary", name="Thread")
    expect(thread.locator("blockquote strong")).to_have_text(HOSTILE)
    expect(thread.get_by_text("<b>is this bold?</b>").first).to_be_visible()
    section = thread.locator(".section")
    expect(section).to_have_text("bold <b> press me x*y*")
    assert section.locator("a").count() == 0
    assert thread.locator("img[src='x']").count() == 0
    link = thread.get_by_role("link", name="source")
    assert link.get_attribute("rel") == "noopener noreferrer"


@pytest.mark.usefixtures("bot")
def test_a_modal_is_gone_when_the_page_is_loaded_anew(page: Page) -> None:
    ask(page, "@Verbatim more?")
    page.get_by_role("button", name="More passages").click()
    expect(page.get_by_role("dialog", name="More passages")).to_be_visible()
    page.reload()
    expect(page.get_by_role("button", name="1 reply")).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)


@pytest.mark.usefixtures("bot")
def test_a_button_opens_a_modal_that_keeps_the_focus(page: Page) -> None:
    ask(page, "@Verbatim more?")
    page.get_by_role("button", name="More passages").click()
    dialog = page.get_by_role("dialog", name="More passages")
    expect(dialog.get_by_text("The third passage")).to_be_visible()
    for _ in range(3):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('[role=dialog]') !== null")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)


@pytest.mark.usefixtures("bot")
def test_a_button_that_the_bot_ignores_says_so(page: Page) -> None:
    ask(page, "@Verbatim nothing?")
    page.get_by_role("button", name="No answer").click()
    expect(page.get_by_text("Verbatim did not respond in time.").first).to_be_visible()


@pytest.mark.usefixtures("bot")
def test_a_command_is_answered_to_one_person_who_may_dismiss_it(page: Page, slack: LocalSlack) -> None:
    ask(page, "/ask which resolutions?")
    expect(page.get_by_text("For your eyes: which resolutions?", exact=True)).to_be_visible()
    expect(page.get_by_text("Only visible to you", exact=True)).to_be_visible()
    page.get_by_role("button", name="Dismiss message").click()
    expect(page.get_by_text("For your eyes: which resolutions?", exact=True)).to_have_count(0)
    assert slack.ephemerals() == []
    ask(page, "/unknown thing")
    expect(page.get_by_text("/unknown is not a valid command.")).to_be_visible()
    expect(page.get_by_role("textbox", name="Message")).to_have_value("/unknown thing")


@pytest.mark.usefixtures("bot")
def test_the_direct_message_has_prompts_and_a_home(page: Page) -> None:
    page.get_by_role("button", name="Verbatim online").click()
    page.get_by_role("button", name="Nuclear technology").click()
    expect(page.get_by_role("button", name="1 reply")).to_be_visible()
    page.get_by_role("tab", name="Home").click()
    expect(page.get_by_text("Welcome home")).to_be_visible()


@pytest.mark.usefixtures("bot")
def test_everything_can_be_done_with_the_keyboard(page: Page, slack: LocalSlack) -> None:
    box = page.get_by_role("textbox", name="Message")
    box.focus()
    page.keyboard.type("@ver")
    expect(page.get_by_role("option", name="Verbatim")).to_be_visible()
    page.keyboard.press("Enter")
    page.keyboard.type("one")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("two")
    assert slack.messages() == []
    page.keyboard.press("Enter")
    assert slack.wait_for(slack.messages, what="the message")[0]["text"] == f"<@{slack.bot_user_id}> one\ntwo"
    page.get_by_role("button", name="1 reply").focus()
    page.keyboard.press("Enter")
    thread = page.get_by_role("complementary", name="Thread")
    expect(thread.get_by_role("textbox", name="Reply")).to_be_focused()
    page.keyboard.press("Escape")
    expect(thread).to_be_hidden()


def test_a_draft_waits_in_its_channel(page: Page) -> None:
    page.get_by_role("textbox", name="Message").fill("half a tho")
    page.get_by_role("button", name="policy-desk").click()
    expect(page.get_by_role("textbox", name="Message #policy-desk")).to_have_value("")
    page.get_by_role("button", name="general").click()
    expect(page.get_by_role("textbox", name="Message #general")).to_have_value("half a tho")


@pytest.mark.usefixtures("bot")
def test_the_wire_panel_lists_frames_with_their_ack_time(page: Page) -> None:
    page.get_by_role("button", name="Wire", exact=True).click()
    ask(page, "@Verbatim what passes?")
    wire = page.get_by_role("complementary", name="Wire")
    expect(wire.get_by_text("event app_mention", exact=True)).to_be_visible()
    expect(wire.get_by_text("chat.postMessage")).to_be_visible()
    expect(wire.locator("li", has_text="ack").first).to_contain_text(" ms")


@pytest.mark.usefixtures("bot")
def test_a_phone_shows_one_thing_at_a_time_and_never_scrolls_sideways(phone: Page) -> None:
    assert not has_sideways_scroll(phone)
    ask(phone, "@Verbatim on the phone?")
    phone.get_by_role("button", name="1 reply").click()
    thread = phone.get_by_role("complementary", name="Thread")
    expect(thread.locator("blockquote")).to_be_visible()
    assert not has_sideways_scroll(phone)
    phone.keyboard.press("Escape")
    phone.get_by_role("button", name="Show channels").click()
    phone.get_by_role("button", name="policy-desk").click()
    expect(phone.get_by_role("heading", name="# policy-desk")).to_be_visible()
    expect(phone.get_by_role("button", name="Show channels")).to_have_attribute("aria-expanded", "false")
    assert not has_sideways_scroll(phone)


def test_no_thread_outlives_the_local_slack() -> None:
    before = threading.active_count()
    with LocalSlack(made_manifest()):
        pass
    assert threading.active_count() == before


@pytest.mark.usefixtures("bot")
def test_the_menu_of_a_message_opens_a_modal_that_scrolls_and_turns_its_pages(page: Page, slack: LocalSlack) -> None:
    slack.say("The leaders reaffirmed it.", user="A colleague")
    page.get_by_role("article", name="A colleague").hover()
    page.get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name="Check against statements").click()
    dialog = page.get_by_role("dialog", name="Passages, page 1")
    expect(dialog.locator("blockquote")).to_have_count(48)
    expect(dialog.locator("blockquote strong").first).to_have_text("reaffirmed")
    expect(dialog.locator(".mention")).to_have_text("@A colleague")
    # The end of a long modal is out of sight, its title and its button to close are not.
    expect(dialog.get_by_role("button", name="Done")).to_be_in_viewport()
    expect(dialog.get_by_role("heading", name="Passages, page 1")).to_be_in_viewport()
    expect(dialog.get_by_role("button", name="Next page")).not_to_be_in_viewport()
    dialog.get_by_role("button", name="Next page").click()
    turned = page.get_by_role("dialog", name="Passages, page 2")
    expect(turned.get_by_role("button", name="Next page")).to_be_focused()
    turned.get_by_role("button", name="Done").click()
    expect(turned).to_have_count(0)
    [delivery] = [each for each in slack.deliveries if each.label == "message_action"]
    assert delivery.payload["message"]["text"] == "The leaders reaffirmed it."


@pytest.mark.usefixtures("bot")
def test_the_menu_of_a_reply_works_by_keyboard_and_gives_the_focus_back(page: Page, slack: LocalSlack) -> None:
    root = slack.say("a root")
    slack.say("a reply", thread_ts=root)
    page.get_by_role("button", name="1 reply").click()
    thread = page.get_by_role("complementary", name="Thread")
    more = thread.get_by_role("article").filter(has_text="a reply").get_by_role("button", name="More actions")
    more.focus()
    page.keyboard.press("Enter")
    expect(thread.get_by_role("menuitem")).to_be_focused()
    expect(thread.get_by_role("menuitem")).to_be_in_viewport()
    page.keyboard.press("Escape")
    expect(more).to_be_focused()
    expect(thread).to_be_visible()
    expect(thread.get_by_role("menuitem")).to_have_count(0)
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(more).to_be_focused()


@pytest.mark.usefixtures("bot")
def test_a_shortcut_that_the_bot_ignores_says_so_below_the_message(page: Page, slack: LocalSlack) -> None:
    slack.say("unchecked", user="A colleague")
    page.get_by_role("article", name="A colleague").hover()
    page.get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name="Check against statements").click()
    expect(page.get_by_role("article", name="A colleague")).to_contain_text("Verbatim did not respond in time.")


@pytest.mark.usefixtures("bot")
def test_a_global_shortcut_is_offered_where_commands_are(page: Page) -> None:
    page.get_by_role("textbox", name="Message").focus()
    page.keyboard.type("/sea")
    expect(page.get_by_role("option", name="Search the statements")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="Passages, page 1")).to_be_visible()


@pytest.mark.usefixtures("bot")
def test_an_ephemeral_message_turns_its_page_in_place_and_goes_when_told(page: Page) -> None:
    ask(page, "/ask page by page")
    private = page.locator(".message.is-ephemeral")
    expect(private).to_contain_text("page 1")
    private.get_by_role("button", name="Next page").click()
    expect(private).to_contain_text("page 2")
    expect(private).to_have_count(1)
    private.get_by_role("button", name="Next page").click()
    expect(private).to_have_count(0)


def test_reactions_stand_below_a_message_and_a_turned_page_is_not_marked_as_edited(
    page: Page, slack: LocalSlack
) -> None:
    environment = slack.environment()
    client = WebClient(environment["SLACK_BOT_TOKEN"], base_url=environment["SLACK_API_URL"])
    ts = slack.say("a question")
    client.reactions_add(channel="CGENERAL01", timestamp=ts, name="eyes")
    expect(page.locator(".reaction")).to_have_text("👀 1")
    client.reactions_remove(channel="CGENERAL01", timestamp=ts, name="eyes")
    expect(page.locator(".reaction")).to_have_count(0)
    posted = str(client.chat_postMessage(channel="CGENERAL01", text="page 1", blocks=pages_from(1))["ts"])
    client.chat_update(channel="CGENERAL01", ts=posted, text="page 2", blocks=pages_from(2))
    expect(page.get_by_role("article", name="Verbatim")).to_contain_text("page 2")
    slack.edit("general", ts, "another question")
    expect(page.get_by_text("(edited)")).to_have_count(1)
    client.chat_delete(channel="CGENERAL01", ts=posted)
    expect(page.get_by_role("article", name="Verbatim")).to_have_count(0)
