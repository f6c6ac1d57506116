"""What can go wrong on the way to an answer, and the HTTP status that says so."""

from collections.abc import Collection
from typing import Any

STATUS_BY_CODE = {
    "UNAUTHENTICATED": 401,
    "SIGN_IN_REQUIRED": 401,
    "FORBIDDEN": 403,
    "NOT_FOUND": 404,
    "CONFLICT": 409,
    "ALREADY_CLAIMED": 409,
    "ALREADY_DECIDED": 409,
    "ALREADY_SHIPPED": 409,
    "BOOK_CHANGED": 409,
    "DRAFT_CHANGED": 409,
    "DRAFT_EXISTS": 409,
    "EMAIL_TAKEN": 409,
    "JOB_ENDED": 409,
    "MODEL_IN_USE": 409,
    "MODEL_STATE": 409,
    "NOT_READY": 409,
    "OFFER_VOID": 409,
    "ORDER_CHANGED": 409,
    "PRICE_CHANGED": 409,
    "PRICE_EXPIRED": 409,
    "TOO_LATE_TO_CANCEL": 409,
    "TOO_MANY_KEYS": 409,
    "UPLOAD_INCOMPLETE": 409,
    "WRONG_STATE": 409,
    "INVALID": 422,
    "RATE_LIMITED": 429,
    "INTERNAL": 502,
    "INTERNAL_SERVER_ERROR": 502,
    "NULL_FOR_NON_NULL": 502,
    "SUBREQUEST_FAILED": 503,
    "SUBREQUEST_MALFORMED_RESPONSE": 503,
    "SERVICE_UNAVAILABLE": 503,
}


class Problem(Exception):
    """A domain error of the graph: a stable code and a sentence that says what to do next."""

    def __init__(
        self,
        code: str,
        message: str,
        details: dict[str, Any] | None = None,
        *,
        field: str | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.details = details or {}
        self.field = field
        """The root field of the operation that it kept away, if it is about one."""

    @classmethod
    def from_graphql(cls, error: dict[str, Any]) -> "Problem":
        extensions = dict(error.get("extensions") or {})
        code = str(extensions.pop("code", "INTERNAL"))
        message = str(error.get("message") or "Something went wrong.")
        field = next(iter(error.get("path") or ()), None)
        return cls(code, message, extensions, field=field)

    @property
    def status(self) -> int:
        """The HTTP status; a domain code without its own line is a refused input."""
        return STATUS_BY_CODE.get(self.code, 422)

    @property
    def needs_sign_in(self) -> bool:
        return self.status == 401

    @property
    def is_refusal(self) -> bool:
        return self.status == 403

    @property
    def is_missing(self) -> bool:
        return self.status == 404

    @property
    def belongs_on_the_page(self) -> bool:
        """True when the person can mend it where they are; else it takes a page of its own."""
        return self.status in {409, 422, 429}

    def field_of(self, fields: Collection[str]) -> str | None:
        """The one of a form's fields that it is about: named in the details (``postal_code``), or
        the first word of the code (``EMAIL_TAKEN``)."""
        first, *rest = str(self.details.get("field") or self.code.split("_")[0]).split("_")
        name = first.lower() + "".join(word.capitalize() for word in rest)
        if not rest and self.details.get("field"):
            name = first
        return name if name in fields else None


class Missing(Problem):
    """What was asked for is not there, or not this person's."""

    def __init__(self, what: str) -> None:
        super().__init__("NOT_FOUND", f"There is no such {what}, or it belongs to someone else.")


class GatewayUnavailable(Exception):
    """The gateway gave no usable answer; trying again is the way on."""
