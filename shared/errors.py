"""Errors that are part of the interface: a stable code, and a sentence that says what to do."""

from typing import ClassVar


class DomainError(Exception):
    """What a person asked for cannot be done; `message` tells them what they can do next.

    `code` is stable and meant for programs; `details` are further facts for them.
    """

    code: ClassVar[str] = "REFUSED"

    def __init__(self, message: str, code: str | None = None, **details: object) -> None:
        super().__init__(message)
        self.message = message
        self.error_code = code or self.code
        self.details = details


class Invalid(DomainError):
    """The input breaks a rule; the same input never will do."""

    code = "INVALID"


class NotFound(DomainError):
    """It does not exist, or is not the caller's: the two answer alike."""

    code = "NOT_FOUND"


class Forbidden(DomainError):
    """The caller is known, and its role does not allow this."""

    code = "FORBIDDEN"


class SignInRequired(DomainError):
    """A visitor asked for what needs an account."""

    code = "SIGN_IN_REQUIRED"


class Conflict(DomainError):
    """True a moment ago, not now: look again and decide anew."""

    code = "CONFLICT"
