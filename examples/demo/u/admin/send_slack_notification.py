import json
import re
import urllib.request
from typing import TypedDict

# Where messages go when nobody says otherwise.
DEFAULTS = """
channel: "#general"
username: "Fantail"
"""


class slack_webhook(TypedDict):
    url: str


def main(webhook: slack_webhook, message: str, channel: str = "") -> dict:
    """
    Post a message to Slack. Other scripts and flows call this one, so that the format is changed in one place.

    Args:
        webhook: a resource of type slack_webhook; make it once under Resources, for example as g/all/slack_webhook
        message: the text, in Slack's own markup
        channel: empty for the default channel
    """
    defaults = dict(re.findall(r'^(\w+): "(.*)"$', DEFAULTS, re.MULTILINE))
    body = {**defaults, "text": message}
    if channel:
        body["channel"] = channel
    request = urllib.request.Request(
        webhook["url"], json.dumps(body).encode(), {"Content-Type": "application/json"}, method="POST"
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        return {"channel": body["channel"], "answer": answer.read().decode()}
