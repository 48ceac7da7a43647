"""Who may change statements, by the ids that Slack signed; in doubt nobody."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Payload = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Person:
    """A person in a workspace, by ids: anybody may choose any name."""

    team_id: str
    user_id: str


@dataclass(frozen=True, slots=True)
class Permissions:
    """The admins, people of the bot's own workspace; by default nobody."""

    home_team: str = ""
    admins: frozenset[str] = frozenset()

    def may_manage(self, person: Person | None) -> bool:
        """Tell whether a person may add, remove and re-encode statements."""
        return person is not None and person.team_id == self.home_team and person.user_id in self.admins


def read_person(body: Payload) -> Person | None:
    """Return who used a command, button or form; None where the payload names no person or two workspaces.

    A click names the person's workspace and the one it was made in, which differ for a stranger in a shared channel.
    """
    user = body.get("user") or {}
    user_id = body.get("user_id") or user.get("id")
    teams = {body.get("team_id"), (body.get("team") or {}).get("id"), user.get("team_id")} - {None, ""}
    if not isinstance(user_id, str) or not user_id or len(teams) != 1:
        return None
    return Person(str(teams.pop()), user_id)
