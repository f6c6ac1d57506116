"""Random valid operations for a schema."""

from __future__ import annotations

from random import Random
from typing import Any

from graphql import (
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
)

VARIABLES = {"a": True, "b": False, "n": 7}


class RandomQuery:
    """Makes an operation text; `VARIABLES` are the variables that it may use."""

    def __init__(self, schema: GraphQLSchema, seed: int) -> None:
        self.schema = schema
        self.random = Random(seed)
        self.budget = 60

    def text(self) -> str:
        assert self.schema.query_type is not None
        body = self._selections(self.schema.query_type, 5)
        used = [
            f"${name}: {kind}"
            for name, kind in (("a", "Boolean!"), ("b", "Boolean!"), ("n", "Int"))
            if f"${name}" in body
        ]
        declared = f" ({', '.join(used)})" if used else ""
        return f"query{declared} {body}"

    def _selections(self, parent: Any, depth: int) -> str:
        parts: list[str] = []
        if not isinstance(parent, GraphQLUnionType):
            names = [
                name
                for name, item in parent.fields.items()
                if depth > 1 or not _is_composite(item.type)
            ]
            for name in self.random.choices(names, k=self.random.randint(1, 4)) if names else ():
                parts.append(self._field(parent, name, depth))
        if isinstance(parent, GraphQLUnionType | GraphQLInterfaceType):
            possible = list(self.schema.get_possible_types(parent))
            for one in self.random.sample(possible, self.random.randint(0, len(possible))):
                inner = self._selections(one, depth)
                parts.append(f"... on {one.name}{self._condition()} {inner}")
            interface = self.schema.get_type("I")
            if isinstance(interface, GraphQLInterfaceType) and self.random.random() < 0.2:
                overlap = {one.name for one in self.schema.get_possible_types(interface)}
                if overlap & {one.name for one in possible}:
                    parts.append(f"... on I {self._selections(interface, depth)}")
        if self.random.random() < 0.25 or not parts:
            parts.append("__typename")
        self.random.shuffle(parts)
        return f"{{ {' '.join(parts)} }}"

    def _field(self, parent: Any, name: str, depth: int) -> str:
        self.budget -= 1
        item = parent.fields[name]
        arguments, mark = "", ""
        if item.args:
            choice = self.random.choice(["", "(n: 2)", "(n: 3)", "(n: $n)"])
            arguments, mark = choice, choice.strip("()").replace("n: ", "").replace("$", "v")
        # The alias tells parent and arguments, so that equal keys always mean equal fields.
        alias = ""
        if mark or self.random.random() < 0.2 or isinstance(parent, GraphQLObjectType):
            alias = f"{parent.name}_{name}{mark}: "
        if self.random.random() < 0.15 and parent.name != "Query" and not mark:
            alias = f"{self.random.choice(['id', 'code', 'x'])}_{parent.name}_{name}: "
        inner = ""
        target = get_named_type(item.type)
        if _is_composite(item.type):
            inner = f" {self._selections(target, depth - 1 if self.budget > 0 else 1)}"
        return f"{alias}{name}{arguments}{self._condition()}{inner}"

    def _condition(self) -> str:
        if self.random.random() > 0.12:
            return ""
        directive = self.random.choice(["skip", "include"])
        return f" @{directive}(if: ${self.random.choice('ab')})"


def _is_composite(reference: Any) -> bool:
    named = get_named_type(reference)
    return isinstance(named, GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType)
