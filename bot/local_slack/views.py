"""Home tabs and modals: what was published, opened, pushed and closed."""

import copy
import secrets
import time

from bot.local_slack.block_kit import with_ids
from bot.local_slack.records import Json
from bot.local_slack.state import APP_ID, BOT_ID, TEAM_ID, State

_MODALS_PER_PERSON = 3


class ViewBook:
    """The views of a workspace; every method may be called from any thread."""

    def __init__(self, state: State) -> None:
        self._state = state

    def home(self, user: str) -> Json | None:
        """Return what was published in somebody's home tab, or None."""
        with self._state.changed:
            view_id = self._state.homes.get(user)
            return None if view_id is None else copy.deepcopy(self._state.views[view_id])

    def modals(self, user: str) -> list[Json]:
        """Return somebody's open modals, the visible one last."""
        with self._state.changed:
            return [copy.deepcopy(self._state.views[view_id]) for view_id in self._state.modals[user]]

    def find(self, view_id: str) -> Json | None:
        """Return a view by its id, or None."""
        with self._state.changed:
            return copy.deepcopy(self._state.views.get(view_id))

    def owner(self, view_id: str) -> str | None:
        """Return who sees a view, or None when it is gone."""
        with self._state.changed:
            for user, home in self._state.homes.items():
                if home == view_id:
                    return user
            return next((user for user, stack in self._state.modals.items() if view_id in stack), None)

    def publish(self, user: str, view: Json) -> Json:
        """Put a view into somebody's home tab."""
        with self._state.changed:
            view_id = self._state.homes.setdefault(user, _new_id())
            made = self._keep(view, view_id, root=view_id, previous=None)
            self._state.announce("home", made, only_for=user)
            return made

    def open(self, user: str, view: Json) -> Json:
        """Open a modal in place of those that are open."""
        with self._state.changed:
            view_id = _new_id()
            self._state.modals[user] = [view_id]
            made = self._keep(view, view_id, root=view_id, previous=None)
            self._announce_modals(user)
            return made

    def push(self, user: str, view: Json) -> Json:
        """Open a modal on top of the others.

        Raises:
            LookupError: with Slack's error code, when there are three already.
        """
        with self._state.changed:
            stack = self._state.modals[user]
            if len(stack) >= _MODALS_PER_PERSON:
                raise LookupError("push_limit_reached")
            view_id = _new_id()
            previous = stack[-1] if stack else None
            stack.append(view_id)
            made = self._keep(view, view_id, root=stack[0], previous=previous)
            self._announce_modals(user)
            return made

    def update(self, view_id: str, view: Json) -> Json:
        """Change a view that is there."""
        with self._state.changed:
            old = self._state.views[view_id]
            made = self._keep(view, view_id, root=old["root_view_id"], previous=old["previous_view_id"])
            user = self.owner(view_id)
            if user is not None and old["type"] == "home":
                self._state.announce("home", made, only_for=user)
            elif user is not None:
                self._announce_modals(user)
            return made

    def close(self, user: str, view_id: str) -> None:
        """Close one modal."""
        with self._state.changed:
            if view_id in self._state.modals[user]:
                self._state.modals[user].remove(view_id)
            self._announce_modals(user)

    def clear(self, user: str) -> None:
        """Close all modals of a person."""
        with self._state.changed:
            self._state.modals[user].clear()
            self._announce_modals(user)

    def _announce_modals(self, user: str) -> None:
        self._state.announce("modals", {"views": self.modals(user)}, only_for=user)

    def _keep(self, view: Json, view_id: str, *, root: str, previous: str | None) -> Json:
        made: Json = {
            "id": view_id,
            "team_id": TEAM_ID,
            "type": view["type"],
            "blocks": with_ids(view["blocks"]),
            "private_metadata": view.get("private_metadata", ""),
            "callback_id": view.get("callback_id", ""),
            "state": {"values": {}},
            "hash": f"{int(time.time())}.{secrets.token_hex(4)}",
            "title": view.get("title", {"type": "plain_text", "text": "View Title", "emoji": True}),
            "clear_on_close": view.get("clear_on_close", False),
            "notify_on_close": view.get("notify_on_close", False),
            "close": view.get("close"),
            "submit": view.get("submit"),
            "previous_view_id": previous,
            "root_view_id": root,
            "app_id": APP_ID,
            "external_id": view.get("external_id", ""),
            "app_installed_team_id": TEAM_ID,
            "bot_id": BOT_ID,
        }
        self._state.views[view_id] = made
        return copy.deepcopy(made)


def _new_id() -> str:
    return f"V{secrets.token_hex(5).upper()}"
