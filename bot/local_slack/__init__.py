"""A stand-in for Slack on this machine: to try the bot in a browser, and to test it from outside."""

from bot.local_slack.manifest import Manifest, load_manifest
from bot.local_slack.records import ApiCall, Attempt, Channel, Delivery, Notification, Person, WireLine
from bot.local_slack.server import LocalSlack

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
