"""Makes the representations of objects."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gateway.federation.execution.merging import JsonObject
from gateway.federation.execution.shapes import holds
from gateway.federation.planning.fetch import RepresentationField, Template


class IncompleteError(Exception):
    """The object lacks a part of its key, or of what the fetch requires."""


@dataclass(frozen=True, slots=True)
class RepresentationMaker:
    """Makes representations with the templates of a fetch."""

    templates: Mapping[str | None, Template]
    variables: Mapping[str, object]

    def make(self, item: JsonObject) -> JsonObject | None:
        """The representation of an object; None when it is of another type or lacks a part."""
        name = item.get("__typename")
        template = self.templates.get(name) if isinstance(name, str) else None
        template = template or self.templates.get(None)
        if template is None:
            return None
        result: JsonObject = {"__typename": template.typename}
        try:
            self._fill(result, template.fields.values(), item)
        except IncompleteError:
            return None
        # Where all selections of a type are skipped, its key was not fetched either.
        return result if len(result) > 1 else None

    def _fill(
        self, target: JsonObject, fields: Iterable[RepresentationField], item: JsonObject
    ) -> None:
        for field in fields:
            if field.conditions and not holds(field.conditions, self.variables):
                continue
            if field.key not in item:
                raise IncompleteError
            value = item[field.key]
            if value is None and field.in_key:
                raise IncompleteError
            target[field.name] = value if field.shapes is None else self._nested(field, value)

    def _nested(self, field: RepresentationField, value: object) -> object:
        if isinstance(value, list):
            return [self._nested(field, item) for item in value]
        if not isinstance(value, dict) or field.shapes is None:
            return None
        name = value.get("__typename")
        result: JsonObject = {}
        if isinstance(name, str) and name in field.shapes:
            result["__typename"] = name
            self._fill(result, field.shapes[name], value)
        else:
            self._fill(result, field.shapes.get(None, ()), value)
        return result
