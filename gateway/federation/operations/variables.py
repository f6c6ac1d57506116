"""Variable values: checked and completed as the specification's CoerceVariableValues says."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from contextlib import suppress

from graphql import (
    BooleanValueNode,
    EnumValueNode,
    FloatValueNode,
    IntValueNode,
    ListValueNode,
    NullValueNode,
    ObjectValueNode,
    StringValueNode,
    ValueNode,
)

from gateway.federation.errors import OperationError, RequestProblem
from gateway.federation.operations.operation import VariableDefinition
from gateway.federation.supergraph.definitions import Definitions, InputValue, Kind
from gateway.federation.supergraph.type_ref import LIST, TypeRef

_INT_LIMIT = 2**31
_LONGEST_WHOLE_NUMBER = 20


class _InvalidValueError(Exception):
    def __init__(self, path: str, reason: str) -> None:
        super().__init__(reason)
        self.path = path
        self.reason = reason


def coerce_variables(
    variables: tuple[VariableDefinition, ...],
    values: Mapping[str, object],
    definitions: Definitions,
) -> dict[str, object]:
    """The values to use, with defaults filled in. Raises OperationError for every bad one."""
    coerced: dict[str, object] = {}
    problems: list[RequestProblem] = []
    for variable in variables:
        if variable.name not in values:
            if variable.default is not None:
                coerced[variable.name] = literal_value(variable.default)
            elif variable.type.is_non_null:
                problems.append(
                    RequestProblem(
                        f'The variable "${variable.name}" of type "{variable.type}" is required. '
                        "Send a value for it.",
                        "BAD_USER_INPUT",
                    )
                )
            continue
        try:
            coerced[variable.name] = _coerce(
                values[variable.name], variable.type, f"${variable.name}", definitions
            )
        except _InvalidValueError as error:
            problems.append(
                RequestProblem(
                    f'The variable "${variable.name}" has an invalid value at "{error.path}": '
                    f"{error.reason}",
                    "BAD_USER_INPUT",
                )
            )
    if problems:
        raise OperationError(problems)
    return coerced


def _coerce(value: object, reference: TypeRef, path: str, definitions: Definitions) -> object:
    if value is None:
        if reference.is_non_null:
            raise _InvalidValueError(path, f'"{reference}" must not be null.')
        return None
    wrapping = reference.nullable.wrapping
    if not wrapping.startswith(LIST):
        return _coerce_named(value, reference.name, path, definitions)
    item = TypeRef(reference.name, wrapping[1:])
    if isinstance(value, list | tuple):
        scalar = None if item.nullable.wrapping.startswith(LIST) else _SCALARS.get(item.name)
        if scalar is not None and None not in value:
            # A request may bring hundreds of thousands.
            with suppress(_InvalidValueError):  # it is found again below, with its place
                return [scalar(one, path) for one in value]
        return [
            _coerce(one, item, f"{path}[{index}]", definitions) for index, one in enumerate(value)
        ]
    return [_coerce(value, item, path, definitions)]


def _coerce_named(value: object, name: str, path: str, definitions: Definitions) -> object:
    scalar = _SCALARS.get(name)
    if scalar is not None:
        return scalar(value, path)
    definition = definitions.types.get(name)
    if definition is None or definition.kind is Kind.SCALAR:
        return value
    if definition.kind is Kind.ENUM:
        if not isinstance(value, str) or value not in definition.values:
            known = ", ".join(definition.values)
            raise _InvalidValueError(path, f"{name} is one of {known}.")
        return value
    return _coerce_object(value, definition.input_fields, name, path, definitions)


def _coerce_object(
    value: object,
    fields: Mapping[str, InputValue],
    name: str,
    path: str,
    definitions: Definitions,
) -> dict[str, object]:
    if not isinstance(value, Mapping):
        raise _InvalidValueError(path, f"{name} is an object.")
    for key in value:
        if key not in fields:
            raise _InvalidValueError(path, f'{name} has no field "{key}".')
    result: dict[str, object] = {}
    for field in fields.values():
        if field.name in value:
            result[field.name] = _coerce(
                value[field.name], field.type, f"{path}.{field.name}", definitions
            )
        elif field.default is not None:
            result[field.name] = literal_value(field.default)
        elif field.type.is_non_null:
            raise _InvalidValueError(path, f'the field "{field.name}" is required.')
    given = [one for one in value.values() if one is not None]
    if definitions.types[name].has("oneOf") and not len(value) == len(given) == 1:
        raise _InvalidValueError(path, f"{name} takes exactly one field.")
    return result


def literal_value(node: ValueNode) -> object:
    """The value of a literal without variables, as JSON has it."""
    if isinstance(node, IntValueNode):
        return _whole_number(node.value)
    if isinstance(node, FloatValueNode):
        return float(node.value)
    if isinstance(node, StringValueNode | EnumValueNode | BooleanValueNode):
        return node.value
    if isinstance(node, ListValueNode):
        return [literal_value(item) for item in node.values]
    if isinstance(node, ObjectValueNode):
        return {item.name.value: literal_value(item.value) for item in node.fields}
    if isinstance(node, NullValueNode):
        return None
    raise TypeError(f"{node.kind} is not a constant")


def _whole_number(text: str) -> int | float:
    """As JSON is read: beyond 64 bits it is a floating point number."""
    if len(text) > _LONGEST_WHOLE_NUMBER:
        return float(text)
    number = int(text)
    return number if -(2**63) <= number < 2**64 else float(number)


def _int(value: object, path: str) -> int:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise _InvalidValueError(path, "Int is a whole number.")
    if not -_INT_LIMIT <= value < _INT_LIMIT:
        raise _InvalidValueError(path, "Int has at most 32 bits.")
    return value


def _float(value: object, path: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise _InvalidValueError(path, "Float is a number.")
    return value


def _string(value: object, path: str) -> str:
    if not isinstance(value, str):
        raise _InvalidValueError(path, "String is a text.")
    return value


def _boolean(value: object, path: str) -> bool:
    if not isinstance(value, bool):
        raise _InvalidValueError(path, "Boolean is true or false.")
    return value


def _id(value: object, path: str) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise _InvalidValueError(path, "ID is a text or a whole number.")
    return str(value)


_SCALARS: Mapping[str, Callable[[object, str], object]] = {
    "Int": _int,
    "Float": _float,
    "String": _string,
    "Boolean": _boolean,
    "ID": _id,
}
