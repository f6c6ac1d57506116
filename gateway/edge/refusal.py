"""What a part of the door raises to turn a request away."""

from collections.abc import Mapping


class Refusal(Exception):
    """A request that is not let in: an HTTP status, a stable code and a sentence."""

    def __init__(
        self, status: int, code: str, message: str, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.headers = dict(headers or {})
