"""The response to one operation."""

from __future__ import annotations

from dataclasses import dataclass, field

import orjson

from gateway.federation.errors import OperationError
from gateway.federation.execution.errors import TOO_DEEP, GraphQLErrorDict
from gateway.federation.execution.plan import Plan


@dataclass(slots=True)
class Answer:
    """One GraphQL response, until it is encoded.

    `errors` and `extensions` may be changed; they are left out when empty. `plan` is what was
    run: None when the operation was refused before there was one. `executed` tells a refused
    operation, whose response has no `data`, from one whose `data` is null. `cost` is what was
    estimated before, where there is a limit for it. `has_next` tells whether more parts of the
    response follow, where it may come in parts.
    """

    data: dict[str, object] | None = None
    errors: list[GraphQLErrorDict] = field(default_factory=list)
    extensions: dict[str, object] = field(default_factory=dict)
    plan: Plan | None = None
    executed: bool = True
    cost: int | None = None
    has_next: bool | None = None

    @classmethod
    def refusal(cls, error: OperationError, plan: Plan | None = None) -> Answer:
        """The response to an operation that is not run."""
        problems = [problem.as_dict() for problem in error.problems]
        return cls(errors=problems, plan=plan, executed=False)

    def as_dict(self) -> dict[str, object]:
        """The response as JSON values."""
        response: dict[str, object] = {}
        if self.executed:
            response["data"] = self.data
        if self.errors:
            response["errors"] = self.errors
        if self.extensions:
            response["extensions"] = self.extensions
        if self.has_next is not None:
            response["hasNext"] = self.has_next
        return response

    def encode(self) -> bytes:
        """The response as JSON."""
        try:
            return orjson.dumps(self.as_dict())
        except orjson.JSONEncodeError:
            self.data = None
            self.errors = [*self.errors, TOO_DEEP]
            return orjson.dumps(self.as_dict())
