"""A stand-in for Slack on this machine: to try the bot in a browser, and to test it from outside."""

from bot.workspace.manifest import Manifest, load_manifest
from bot.workspace.records import ApiCall, Attempt, Channel, Delivery, Notification, Person, WireLine
from bot.workspace.server import LocalSlack

__all__ = [
    "ApiCall",
    "Attempt",
    "Channel",
    "Delivery",
    "LocalSlack",
    "Manifest",
    "Notification",
    "Person",
    "WireLine",
    "load_manifest",
]
