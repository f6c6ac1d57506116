"""What the parts of a schema weigh, and how long its lists are: `@cost` and `@listSize`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from graphql import BooleanValueNode, IntValueNode, ListValueNode, StringValueNode, ValueNode

from gateway.federation.supergraph.definitions import (
    Definitions,
    Element,
    Field,
    InputValue,
    Kind,
)


@dataclass(frozen=True, slots=True)
class ListSize:
    """A `@listSize`: the length is the largest of the slicing arguments, or what is assumed."""

    assumed: int | None
    slicing_arguments: tuple[str, ...]
    sized_fields: tuple[str, ...]
    require_one: bool


def list_size_of(field: Field) -> ListSize | None:
    """What `@listSize` says of a field."""
    for directive in field.applied("listSize"):
        assumed = directive.arguments.get("assumedSize")
        one = directive.arguments.get("requireOneSlicingArgument")
        return ListSize(
            int(assumed.value) if isinstance(assumed, IntValueNode) else None,
            _texts(directive.arguments.get("slicingArguments")),
            _texts(directive.arguments.get("sizedFields")),
            one.value if isinstance(one, BooleanValueNode) else True,
        )
    return None


class CostWeights:
    """The weights of a schema; objects and input objects weigh 1 unless it says otherwise,
    leaves nothing. `list_size` is the length of lists of which it does not say any."""

    def __init__(self, definitions: Definitions, list_size: int) -> None:
        self.definitions = definitions
        self.list_size = list_size
        self._types: dict[str, int] = {}
        self._inputs: dict[str, bool] = {}

    def of_field(self, field: Field) -> int:
        """Of one value of the field."""
        own = _weight(field)
        return self._of_type(field.type.name) if own is None else own

    def of_argument(self, argument: InputValue) -> int:
        """Of an argument or input field that is given, without what is in it."""
        own = _weight(argument)
        return self._of_type(argument.type.name) if own is None else own

    def of_value(self, value: object, type_name: str) -> int:
        """Of the input fields within a value as JSON has it, those of its lists added up."""
        if value is None or not self.weighs_inside(type_name):
            return 0
        if isinstance(value, list | tuple):
            return sum(self.of_value(item, type_name) for item in value)
        if not isinstance(value, Mapping):
            return 0
        return sum(
            self.of_argument(field) + self.of_value(value[field.name], field.type.name)
            for field in self._input_fields(type_name).values()
            if value.get(field.name) is not None
        )

    def weighs_inside(self, type_name: str) -> bool:
        """Can values of the input type weigh anything by their fields?"""
        known = self._inputs.get(type_name)
        if known is None:
            known = self._inputs[type_name] = self._has_weight(type_name)
        return known

    def _has_weight(self, type_name: str) -> bool:
        pending, seen = [type_name], {type_name}
        while pending:
            for field in self._input_fields(pending.pop()).values():
                if self.of_argument(field):
                    return True
                if field.type.name not in seen:
                    seen.add(field.type.name)
                    pending.append(field.type.name)
        return False

    def _input_fields(self, type_name: str) -> Mapping[str, InputValue]:
        definition = self.definitions.types.get(type_name)
        return definition.input_fields if definition else {}

    def _of_type(self, name: str) -> int:
        known = self._types.get(name)
        if known is None:
            known = self._types[name] = self._find(name)
        return known

    def _find(self, name: str) -> int:
        definition = self.definitions.types.get(name)
        if definition is None:
            return 0
        own = _weight(definition)
        if own is not None:
            return own
        if definition.kind.is_abstract:
            names = self.definitions.possible_types(name)
            return max((self._of_type(one) for one in names), default=1)
        return 1 if definition.kind in (Kind.OBJECT, Kind.INPUT) else 0


def _weight(element: Element) -> int | None:
    """What `@cost` says."""
    for directive in element.applied("cost"):
        value = directive.arguments.get("weight")
        if isinstance(value, IntValueNode):
            return int(value.value)
    return None


def _texts(value: ValueNode | None) -> tuple[str, ...]:
    return tuple(_strings(value))


def _strings(value: ValueNode | None) -> Iterator[str]:
    if isinstance(value, StringValueNode):
        yield value.value
    elif isinstance(value, ListValueNode):
        for item in value.values:
            yield from _strings(item)
