"""A form that creates something is sent once in effect, however often it is clicked.

Each such form carries a key that was made with its page (`fields.once()`). The command's
idempotency key is that of the form and its content: a double click, a reload or the page from the
browser's history with the same content repeat the command, another content is another one.
"""

import hashlib
from collections.abc import Mapping
from uuid import uuid4

import orjson

FIELD = "once"
LONGEST = 100


def form_key() -> str:
    """A new key for a form on a page."""
    return str(uuid4())


def command_key(sent: str, content: Mapping[str, object]) -> str | None:
    """The idempotency key of what a form with the key `sent` asks for; None when it has none."""
    if not sent:
        return None
    body = orjson.dumps(content, option=orjson.OPT_SORT_KEYS)
    return f"{sent[:LONGEST]}:{hashlib.sha256(body).hexdigest()[:32]}"
