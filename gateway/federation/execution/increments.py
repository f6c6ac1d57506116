"""What comes after the first part of a response to an operation with `@defer`."""

from __future__ import annotations

from dataclasses import dataclass, field

import orjson

from gateway.federation.execution.errors import TOO_DEEP, GraphQLErrorDict
from gateway.federation.execution.merging import JsonObject


@dataclass(slots=True)
class Increment:
    """The fields of one deferred fragment on one object, which is at `path` of the response.

    `data` is None when a null stood where none may be. `errors` may be changed.
    """

    path: tuple[str | int, ...]
    label: str | None
    data: JsonObject | None
    errors: list[GraphQLErrorDict] = field(default_factory=list)

    def as_dict(self) -> dict[str, object]:
        """The increment as JSON values."""
        result: dict[str, object] = {"data": self.data, "path": list(self.path)}
        if self.label is not None:
            result["label"] = self.label
        if self.errors:
            result["errors"] = self.errors
        return result

    def leave_out_what_is_too_deep(self) -> None:
        """Put an error in place of data that cannot be written."""
        try:
            orjson.dumps([[self.as_dict()]])
        except orjson.JSONEncodeError:
            self.data = None
            self.errors = [*self.errors, TOO_DEEP]


@dataclass(slots=True)
class Increments:
    """Increments that are there at the same time; `has_next` tells whether more will follow."""

    items: list[Increment]
    has_next: bool

    def as_dict(self) -> dict[str, object]:
        """The part of the response as JSON values."""
        result: dict[str, object] = {"hasNext": self.has_next}
        if self.items:
            result["incremental"] = [item.as_dict() for item in self.items]
        return result

    def encode(self) -> bytes:
        """The part of the response as JSON."""
        try:
            return orjson.dumps(self.as_dict())
        except orjson.JSONEncodeError:
            for item in self.items:
                item.leave_out_what_is_too_deep()
            return orjson.dumps(self.as_dict())
