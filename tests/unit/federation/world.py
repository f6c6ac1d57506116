"""One set of data that a monolith and the subgraphs of a supergraph answer from."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    FieldNode,
    InlineFragmentNode,
    ObjectTypeDefinitionNode,
    ObjectTypeExtensionNode,
    SelectionSetNode,
    StringValueNode,
    parse,
)
from graphql.utilities import value_from_ast_untyped

JsonObject = dict[str, Any]


@dataclass(frozen=True)
class Ref:
    """A reference to an object of the world."""

    type: str
    number: int = 0


@dataclass
class World:
    """Objects by type. A value may be a Ref, a list, an exception to raise, or a function of
    the field's arguments. Fields with `@requires` are digests of what they require."""

    types: dict[str, list[JsonObject]]
    requirements: dict[tuple[str, str], SelectionSetNode] = field(default_factory=dict)
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
        if requirement is not None:
            return digest(picked(requirement, item, self.read))
        value = item.get(name)
        if callable(value):
            value = value(**(arguments or {}))
        if isinstance(value, Exception):
            raise value
        return self.follow(value)

    def all_of(self, names: frozenset[str] | set[str]) -> Iterator[JsonObject]:
        for name in sorted(names):
            for number in range(len(self.types.get(name, ()))):
                yield self.get(Ref(name, number))

    def learn_requirements(self, sdl: str) -> None:
        for definition in parse(sdl).definitions:
            if not isinstance(definition, ObjectTypeDefinitionNode | ObjectTypeExtensionNode):
                continue
            for item in definition.fields or ():
                text = directive_text(item, "requires")
                if text is not None:
                    directives = {one.name.value for one in definition.directives or ()}
                    owner = "*" if "interfaceObject" in directives else definition.name.value
                    key = (owner, item.name.value)
                    self.requirements[key] = selection_set(text)

    def requirement(self, type_name: str, field_name: str) -> SelectionSetNode | None:
        return self.requirements.get((type_name, field_name)) or self.requirements.get(
            ("*", field_name)
        )


def directive_text(node: Any, name: str) -> str | None:
    """The `fields` argument of the first directive with this name."""
    for directive in node.directives or ():
        if directive.name.value == name:
            for argument in directive.arguments or ():
                if argument.name.value == "fields" and isinstance(argument.value, StringValueNode):
                    return argument.value.value
    return None


def selection_set(text: str) -> SelectionSetNode:
    definition: Any = parse(f"{{ {text} }}").definitions[0]
    return definition.selection_set


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
