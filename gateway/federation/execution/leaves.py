"""Values of leaves, as the specification's result coercion has them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from graphql import (
    GraphQLBoolean,
    GraphQLError,
    GraphQLFloat,
    GraphQLID,
    GraphQLInt,
    GraphQLScalarType,
    GraphQLString,
)

from gateway.federation.execution.shapes import LeafShape


class _Invalid:
    """Stands for a value that is not one of its type."""


INVALID: Final = _Invalid()
BUILT_IN: Mapping[str, GraphQLScalarType] = {
    scalar.name: scalar
    for scalar in (GraphQLBoolean, GraphQLFloat, GraphQLID, GraphQLInt, GraphQLString)
}
EXACT: Mapping[str, str] = {
    "Boolean": "{0}.__class__ is bool",
    "Float": "{0}.__class__ is float or {0}.__class__ is int",
    "ID": "{0}.__class__ is str",
    "Int": "{0}.__class__ is int and -2147483648 <= {0} <= 2147483647",
    "String": "{0}.__class__ is str",
}
"""By scalar: the Python expression that is true for values which need no coercion."""


def leaf_value(shape: LeafShape, value: object) -> object:
    """The value as clients get it, INVALID for one that is not of the leaf's type."""
    if value is None:
        return None
    if shape.allowed is not None:
        return value if isinstance(value, str) and value in shape.allowed else INVALID
    if shape.scalar is None:
        return value
    # A whole number is a Float as it is; as 1.0 it would only be longer.
    if shape.scalar == "Float" and value.__class__ is int:
        return value
    try:
        coerced: object = BUILT_IN[shape.scalar].serialize(value)
    except GraphQLError:
        return INVALID
    return coerced
