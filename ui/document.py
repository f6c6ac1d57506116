"""A question to the graph that is written down in the code and known to the gateway."""

import hashlib


class Document:
    """One operation with its fragments.

    The gateway has its text from the manifest (`ui/manifest.py`); what is sent is its `id`, so
    nobody can put another text in its place.
    """

    __slots__ = ("id", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.id = f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"
