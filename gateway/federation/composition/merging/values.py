"""Values as they stand in SDL."""

from __future__ import annotations

from graphql import ListValueNode, ObjectValueNode, ValueNode, print_ast


def value_text(value: ValueNode) -> str:
    """The same text for the same value: fields of objects are put in order."""
    if isinstance(value, ListValueNode):
        return f"[{', '.join(value_text(item) for item in value.values)}]"
    if isinstance(value, ObjectValueNode):
        parts = sorted(f"{item.name.value}: {value_text(item.value)}" for item in value.fields)
        return f"{{{', '.join(parts)}}}"
    return print_ast(value)


def same_value(one: ValueNode | None, other: ValueNode | None) -> bool:
    """Do both mean the same?"""
    if one is None or other is None:
        return one is other
    return value_text(one) == value_text(other)
