"""Random arguments for fields, as literals and as variables."""

from __future__ import annotations

import json
from random import Random
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    Undefined,
)

_JSON = [("{a: 1, b: [true, null]}", {"a": 1, "b": [True, None]}), ('"text"', "text"), ("[]", [])]
_SCALARS: dict[str, list[tuple[str, Any]]] = {
    "Int": [("0", 0), ("-3", -3), ("7", 7)],
    "Float": [("1", 1), ("2.5", 2.5), ("1e3", 1000.0)],
    "String": [('"a \\"b\\" \\u00e9"', 'a "b" é'), ('""', ""), ('"""x"""', "x")],
    "Boolean": [("true", True), ("false", False)],
    "ID": [('"i"', "i"), ("5", 5)],
    "Json": _JSON,
}


class RandomArguments:
    """Makes arguments; `declared` and `values` are the variables that they use."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.declared: dict[str, str] = {}
        self.values: dict[str, Any] = {}

    def text(self, arguments: dict[str, Any]) -> str:
        parts = []
        for name, argument in arguments.items():
            required = isinstance(argument.type, GraphQLNonNull)
            if required or self.random.random() < 0.6:
                has_default = argument.default_value is not Undefined
                parts.append(f"{name}: {self._value(argument.type, 2, has_default)}")
        return f"({', '.join(parts)})" if parts else ""

    def condition(self) -> str:
        """A directive that decides about a selection, or nothing."""
        if self.random.random() > 0.12:
            return ""
        directive = self.random.choice(["skip", "include"])
        given = self.random.choice(["$a", "$b", "$a", "$b", "true", "false"])
        if given[0] == "$":
            self.declared.setdefault(given[1:], "Boolean!")
            self.values.setdefault(given[1:], self.random.random() < 0.6)
        return f" @{directive}(if: {given})"

    def _value(self, kind: Any, depth: int, has_default: bool = False) -> str:
        if self.random.random() < 0.35:
            return self._variable(kind, has_default)
        if not isinstance(kind, GraphQLNonNull) and self.random.random() < 0.15:
            return "null"
        return self._literal(kind, depth)

    def _variable(self, kind: Any, has_default: bool) -> str:
        name = f"v{len(self.declared)}"
        text, value = str(kind), self._json(kind, 2)
        chance = self.random.random()
        if isinstance(kind, GraphQLNonNull):
            if has_default and chance < 0.3:
                text = text[:-1]
            elif chance < 0.2:
                text = f"{text} = {self._constant(kind)}"
                value = Undefined if chance < 0.1 else value
        elif chance < 0.2:
            value = Undefined
        elif chance < 0.35:
            value = None
        elif chance < 0.5:
            text = f"{text} = {self._constant(kind)}"
            value = Undefined if chance < 0.45 else value
        elif chance < 0.7:
            text = f"{text}!"
        self.declared[name] = text
        if value is not Undefined:
            self.values[name] = value
        return f"${name}"

    def _constant(self, kind: Any) -> str:
        """A literal without variables."""
        return _Constants(self.random)._literal(kind, 1)

    def _literal(self, kind: Any, depth: int) -> str:
        if isinstance(kind, GraphQLNonNull):
            return self._literal(kind.of_type, depth)
        if isinstance(kind, GraphQLList):
            if self.random.random() < 0.2:
                return self._literal(kind.of_type, depth)
            items = [self._value(kind.of_type, depth - 1) for _ in range(self.random.randint(0, 2))]
            return f"[{', '.join(items)}]"
        if isinstance(kind, GraphQLEnumType):
            return self.random.choice(sorted(kind.values))
        if isinstance(kind, GraphQLInputObjectType):
            parts = [
                f"{name}: {self._value(item.type, depth - 1)}"
                for name, item in kind.fields.items()
                if _is_required(item) or (depth > 0 and self.random.random() < 0.4)
            ]
            return f"{{{', '.join(parts)}}}"
        return self.random.choice(_SCALARS.get(kind.name, _SCALARS["Json"]))[0]

    def _json(self, kind: Any, depth: int) -> Any:
        if isinstance(kind, GraphQLNonNull):
            return self._json(kind.of_type, depth)
        if isinstance(kind, GraphQLList):
            if self.random.random() < 0.2:
                return self._json(kind.of_type, depth)
            return [self._json(kind.of_type, depth - 1) for _ in range(self.random.randint(0, 2))]
        if isinstance(kind, GraphQLEnumType):
            return self.random.choice(sorted(kind.values))
        if isinstance(kind, GraphQLInputObjectType):
            return {
                name: None
                if not isinstance(item.type, GraphQLNonNull) and self.random.random() < 0.2
                else self._json(item.type, depth - 1)
                for name, item in kind.fields.items()
                if _is_required(item) or (depth > 0 and self.random.random() < 0.4)
            }
        return json.loads(
            json.dumps(self.random.choice(_SCALARS.get(kind.name, _SCALARS["Json"]))[1])
        )


class _Constants(RandomArguments):
    def _value(self, kind: Any, depth: int, has_default: bool = False) -> str:
        if not isinstance(kind, GraphQLNonNull) and self.random.random() < 0.15:
            return "null"
        return self._literal(kind, depth)


def _is_required(item: Any) -> bool:
    return isinstance(item.type, GraphQLNonNull) and item.default_value is Undefined
