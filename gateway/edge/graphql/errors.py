"""What of an error the public sees."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import structlog

_log = structlog.get_logger(__name__)
_MASKED = "Something went wrong on our side. Try again; if it stays, tell us the reference."
# What the federation library writes for a subgraph's error that has no code of its own.
_WITHOUT_CODE = "DOWNSTREAM_SERVICE_ERROR"
_OUR_SIDE = frozenset({"SUBREQUEST_FAILED", "SUBREQUEST_MALFORMED_RESPONSE", "NULL_FOR_NON_NULL"})


@dataclass(frozen=True, slots=True)
class ErrorMask:
    """Lets errors with a code through, for somebody meant them to be read; hides the rest.

    What is hidden stands in the log under the request's id, which the public is given as the
    reference.
    """

    request_id: str

    def public(self, errors: Iterable[Mapping[str, object]]) -> list[dict[str, object]]:
        """The errors as they go out."""
        return [self._public(error) for error in errors]

    def _public(self, error: Mapping[str, object]) -> dict[str, object]:
        kept = {name: error[name] for name in ("path", "locations") if error.get(name)}
        given = error.get("extensions")
        extensions = dict(given) if isinstance(given, Mapping) else {}
        code = extensions.get("code")
        if not isinstance(code, str) or code == _WITHOUT_CODE:
            _log.error("an error is masked", error=dict(error))
            masked = {"code": "INTERNAL", "reference": self.request_id}
            return {"message": _MASKED, **kept, "extensions": masked}
        if code in _OUR_SIDE:
            extensions["reference"] = self.request_id
        return {"message": str(error.get("message", "")), **kept, "extensions": extensions}
