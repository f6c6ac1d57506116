"""What of an error the public sees."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import structlog

_log = structlog.get_logger(__name__)
_MASKED = "Something went wrong on our side. Try again; if it stays, tell us the reference."
# Codes that say no more than that something broke: the federation library's own for an error
# that has none, and Apollo Server's and its relatives'.
UNMEANT = frozenset({"DOWNSTREAM_SERVICE_ERROR", "INTERNAL_SERVER_ERROR"})
_OUR_SIDE = frozenset(
    {
        "SUBREQUEST_FAILED",
        "SUBREQUEST_MALFORMED_RESPONSE",
        "NULL_FOR_NON_NULL",
        "VALUE_OF_WRONG_TYPE",
        "RESPONSE_TOO_DEEP",
        "ERRORS_LEFT_OUT",
    }
)
# What servers in development add to errors for those who write them.
_FOR_DEVELOPERS = frozenset({"stacktrace", "exception", "debugMessage", "trace"})


@dataclass(frozen=True, slots=True)
class ErrorMask:
    """Lets errors with a code through, for somebody meant them to be read; hides the rest.

    What is hidden stands in the log under the request's id, which the public is given as the
    reference. Codes in `unmeant` count as none. With `hides` False, for a gateway that only
    developers reach, every error passes as it is.
    """

    unmeant: frozenset[str] = UNMEANT
    hides: bool = True

    def public(
        self, errors: Iterable[Mapping[str, object]], reference: str
    ) -> list[dict[str, object]]:
        """The errors as they go out."""
        if not self.hides:
            return [dict(error) for error in errors]
        return [self._public(error, reference) for error in errors]

    def _public(self, error: Mapping[str, object], reference: str) -> dict[str, object]:
        kept = {name: error[name] for name in ("path", "locations") if error.get(name)}
        given = error.get("extensions")
        extensions = dict(given) if isinstance(given, Mapping) else {}
        code = extensions.get("code")
        if not isinstance(code, str) or code in self.unmeant:
            _log.error("an error is masked", reference=reference, error=dict(error))
            masked = {"code": "INTERNAL", "reference": reference}
            return {"message": _MASKED, **kept, "extensions": masked}
        for name in _FOR_DEVELOPERS & extensions.keys():
            del extensions[name]
        if code in _OUR_SIDE:
            extensions["reference"] = reference
        return {"message": str(error.get("message", "")), **kept, "extensions": extensions}
