"""One set of data that a monolith and the subgraphs of a supergraph answer from."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from graphql import DocumentNode, FieldNode, InlineFragmentNode, SelectionSetNode, parse
from graphql.utilities import value_from_ast_untyped

from tests.unit.federation.subgraph_sdl import fields_of, selection_set

JsonObject = dict[str, Any]


@dataclass(frozen=True)
class Ref:
    """A reference to an object of the world."""

    type: str
    number: int = 0


@dataclass(frozen=True)
class Echo:
    """A value that depends on all arguments as the resolver got them."""

    text: str

    def __call__(self, **arguments: Any) -> str:
        return f"{self.text} {json.dumps(arguments, sort_keys=True)}"


@dataclass(frozen=True)
class Write:
    """A value whose reading leaves a mark, as that of a mutation does."""

    mark: str
    value: Any

    def __call__(self, **arguments: Any) -> Any:
        return self.value


@dataclass(frozen=True)
class Witness:
    """A value that tells which marks were left before it was read."""


class AbsentError(Exception):
    """A field that a requirement needs cannot be known: its entity is not there."""


@dataclass
class World:
    """Objects by type. A value may be a Ref, a list, an exception to raise, or a function of
    the field's arguments. Fields with `@requires` are digests of what they require.

    `__absent` of an object: the subgraphs that do not know it; `__lacking`: its fields that
    nobody knows for that reason.
    """

    types: dict[str, list[JsonObject]]
    requirements: dict[tuple[str, str], tuple[SelectionSetNode, str]] = field(default_factory=dict)
    writes: list[str] = field(default_factory=list)

    def get(self, ref: Ref) -> JsonObject:
        found = self.types[ref.type][ref.number]
        found.setdefault("__typename", ref.type)
        return found

    def follow(self, value: Any) -> Any:
        if isinstance(value, Ref):
            return self.get(value)
        if isinstance(value, list):
            return [self.follow(item) for item in value]
        return value

    def read(self, item: JsonObject, name: str, arguments: JsonObject | None = None) -> Any:
        requirement = self.requirement(item["__typename"], name)
        if requirement is None:
            return self._value(item, name, arguments)
        try:
            return self._required(item, name, arguments)
        except AbsentError:
            return None

    def _value(self, item: JsonObject, name: str, arguments: JsonObject | None) -> Any:
        value = item.get(name)
        if isinstance(value, Witness):
            return " ".join(self.writes)
        if isinstance(value, Write):
            self.writes.append(f"{value.mark} {json.dumps(arguments or {}, sort_keys=True)}")
        if callable(value):
            value = value(**(arguments or {}))
        if isinstance(value, Exception):
            raise value
        return self.follow(value)

    def _required(self, item: JsonObject, name: str, arguments: JsonObject | None = None) -> Any:
        """As `read`, for what a requirement needs. Raises AbsentError."""
        requirement = self.requirement(item["__typename"], name)
        if requirement is not None:
            node, owner = requirement
            if owner in item.get("__absent", ()):
                raise AbsentError
            return digest(picked(node, item, self._required))
        if name in item.get("__lacking", ()):
            raise AbsentError
        return self._value(item, name, arguments)

    def all_of(self, names: frozenset[str] | set[str]) -> Iterator[JsonObject]:
        for name in sorted(names):
            for number in range(len(self.types.get(name, ()))):
                yield self.get(Ref(name, number))

    def learn_requirements(self, sdl: str | DocumentNode, subgraph: str = "") -> None:
        """Take in every `@requires`; the directives have their own names."""
        document = parse(sdl) if isinstance(sdl, str) else sdl
        for item in fields_of(document):
            text = item.argument("requires", "fields")
            if text is not None:
                owner = "*" if item.type_has("interfaceObject") else item.type
                self.requirements[owner, item.name] = (selection_set(text), subgraph)

    def requirement(self, type_name: str, field_name: str) -> tuple[SelectionSetNode, str] | None:
        return self.requirements.get((type_name, field_name)) or self.requirements.get(
            ("*", field_name)
        )


def picked(node: SelectionSetNode, item: Any, read: Callable[..., Any]) -> Any:
    """The parts of a value that a selection set names; KeyError for what is not there."""
    if item is None:
        return None
    if isinstance(item, list):
        return [picked(node, one, read) for one in item]
    result: JsonObject = {}
    for selection in node.selections:
        if isinstance(selection, InlineFragmentNode):
            condition = selection.type_condition
            if condition is None or condition.name.value == item.get("__typename"):
                result |= picked(selection.selection_set, item, read)
        elif isinstance(selection, FieldNode):
            name = selection.name.value
            arguments = {
                one.name.value: value_from_ast_untyped(one.value)
                for one in selection.arguments or ()
            }
            value = read(item, name, arguments)
            inner = selection.selection_set
            result[name] = value if inner is None else picked(inner, value, read)
    return result


def digest(value: Any) -> str:
    """A text that depends on all of the value."""
    return json.dumps(value, sort_keys=True)
