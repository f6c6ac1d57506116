"""What of an error the public sees."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import structlog

_log = structlog.get_logger(__name__)
_MASKED = "Something went wrong on our side. Try again; if it stays, tell us the reference."
_AWAY = "This part of the answer is out of reach at the moment. Try again in a few seconds."


@dataclass(frozen=True, slots=True)
class ErrorMask:
    """Lets errors with a code through, for somebody meant them to be read; hides the rest.

    What is hidden stands in the log under the request's id, which the public is given as the
    reference.
    """

    request_id: str

    def public(self, errors: Iterable[Mapping[str, object]]) -> list[dict[str, object]]:
        """The errors as they go out."""
        return [self._masked(error) for error in errors]

    def away(self, subgraph: str, why: str) -> dict[str, object]:
        """The error for what an unreachable subgraph would have answered."""
        _log.warning("a subgraph is away", subgraph=subgraph, why=why, request_id=self.request_id)
        return {
            "message": _AWAY,
            "extensions": {"code": "SUBGRAPH_UNAVAILABLE", "reference": self.request_id},
        }

    def _masked(self, error: Mapping[str, object]) -> dict[str, object]:
        extensions = error.get("extensions")
        kept = {name: error[name] for name in ("path", "locations") if error.get(name)}
        if isinstance(extensions, Mapping) and isinstance(extensions.get("code"), str):
            message = str(error.get("message", ""))
            return {"message": message, **kept, "extensions": dict(extensions)}
        _log.error("an error is masked", request_id=self.request_id, error=dict(error))
        return {
            "message": _MASKED,
            **kept,
            "extensions": {"code": "INTERNAL", "reference": self.request_id},
        }
