"""Who may change what is kept: told from what Slack signed, and denied in doubt."""

from dataclasses import dataclass
from typing import Any

Payload = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Person:
    """A person in a workspace. Names are not looked at: anybody may choose theirs."""

    team_id: str
    user_id: str


@dataclass(frozen=True, slots=True)
class Permissions:
    """People of the bot's own workspace whom the operator named; by default nobody."""

    home_team: str = ""
    admins: frozenset[str] = frozenset()

    def may_manage(self, person: Person | None) -> bool:
        """Tell whether somebody may add and remove statements and re-encode them."""
        return person is not None and person.team_id == self.home_team and person.user_id in self.admins


def read_person(body: Payload) -> Person | None:
    """Return who sent a command, clicked or submitted; None where the payload does not say it of one workspace.

    A command names the person at the top. A click names their workspace beside the one it was made in: for a stranger
    in a shared channel the two differ.
    """
    user = body.get("user") or {}
    user_id = body.get("user_id") or user.get("id")
    teams = {body.get("team_id"), (body.get("team") or {}).get("id"), user.get("team_id")} - {None, ""}
    if not isinstance(user_id, str) or not user_id or len(teams) != 1:
        return None
    return Person(str(teams.pop()), user_id)
