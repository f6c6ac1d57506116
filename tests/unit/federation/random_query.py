"""Random valid operations for a schema."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from random import Random
from typing import Any

from graphql import (
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
    is_abstract_type,
    is_composite_type,
    parse,
    validate,
)

from tests.unit.federation.random_arguments import RandomArguments

_ALIASES = ["x", "y", "id", "code", "org", "_entities", "__x", "f0", "i00"]
_INTROSPECTION = [
    "__schema { queryType { name } }",
    "s: __schema { t: types { name k: kind } __typename }",
    '__type(name: "E0") { name fields { name type { kind name } } }',
]


@dataclass(frozen=True)
class Operation:
    """An operation with its variables."""

    kind: str
    text: str
    variables: dict[str, Any] = field(default_factory=dict)


def random_operation(schema: GraphQLSchema, seed: int, kind: str = "query") -> Operation:
    """A valid operation; with less freedom for its aliases until it is one."""
    for attempt, freedom in enumerate((0.5, 0.3, 0.1, 0.0, -1.0)):
        made = _RandomOperation(schema, Random(f"{seed} {attempt}"), kind, freedom).operation()
        errors = validate(schema, parse(made.text))
        if not errors:
            return made
    raise AssertionError(f"{made.text}: {errors}")


class _RandomOperation:
    def __init__(self, schema: GraphQLSchema, random: Random, kind: str, freedom: float) -> None:
        self.schema = schema
        self.random = random
        self.kind = kind
        self.freedom = freedom
        self.arguments = RandomArguments(random)
        self.fragments: dict[str, tuple[str, str]] = {}
        self.budget = 40
        self.began = False
        self.count = 0

    def operation(self) -> Operation:
        root: Any = getattr(self.schema, f"{self.kind}_type")
        if self.kind == "subscription":
            name = self.random.choice(sorted(root.fields))
            body = f"{{ {self._field(root, name, 4, certain=True)} }}"
        else:
            body = self._selections(root, self.random.choice([3, 4, 5]))
        made = " ".join([body, *(inner for _, inner in self.fragments.values())])
        used = set(re.findall(r"\$(\w+)", made))
        heads = [
            f"${name}: {kind}" for name, kind in self.arguments.declared.items() if name in used
        ]
        declared = f" ({', '.join(heads)})" if heads else ""
        fragments = "".join(
            f" fragment {name} on {kind} {inner}" for name, (kind, inner) in self.fragments.items()
        )
        text = f"{self.kind}{declared} {body}{fragments}"
        values = {name: value for name, value in self.arguments.values.items() if name in used}
        return Operation(self.kind, text, values)

    def _selections(self, parent: Any, depth: int, *, in_abstract: bool = False) -> str:
        parts: list[str] = []
        is_root, self.began = not self.began, True
        if not isinstance(parent, GraphQLUnionType):
            names = [
                name
                for name, item in parent.fields.items()
                if depth > 1 or not is_composite_type(get_named_type(item.type))
            ]
            count = self.random.randint(1, 4) if self.budget > 0 else 1
            for name in self.random.choices(names, k=count) if names else ():
                made = self._field(parent, name, depth, in_abstract=in_abstract)
                parts.append(made)
        parts += self._fragments(parent, depth, in_abstract)
        if self.random.random() < 0.25 or not parts:
            alias = self.random.choice(["", "", "t: ", "kind: "])
            parts.append(f"{alias}__typename{self.arguments.condition()}")
        if is_root and self.kind == "query" and self.random.random() < 0.08:
            parts.append(self.random.choice(_INTROSPECTION))
        self.random.shuffle(parts)
        return f"{{ {' '.join(parts)} }}"

    def _fragments(self, parent: Any, depth: int, in_abstract: bool) -> list[str]:
        parts: list[str] = []
        candidates: list[Any] = []
        if is_abstract_type(parent):
            possible = list(self.schema.get_possible_types(parent))
            candidates = self.random.sample(possible, self.random.randint(0, len(possible)))
            names = {one.name for one in possible}
            candidates += [
                one
                for one in self.schema.type_map.values()
                if is_abstract_type(one)
                and names & {each.name for each in self.schema.get_possible_types(one)}
                and self.random.random() < 0.2
            ]
        elif isinstance(parent, GraphQLObjectType) and self.random.random() < 0.15:
            candidates = [self.random.choice([parent, *parent.interfaces])]
        for one in candidates:
            self.budget -= 1
            if self.budget < 0:
                break
            inner = self._selections(
                one, depth, in_abstract=is_abstract_type(parent) or in_abstract
            )
            parts.append(self._as_fragment(one.name, inner))
        return parts

    def _as_fragment(self, name: str, inner: str) -> str:
        condition = self.arguments.condition()
        known = [key for key, (kind, _) in self.fragments.items() if kind == name]
        if known and self.random.random() < 0.3:
            return f"...{self.random.choice(known)}{condition}"
        if self.random.random() < 0.2:
            key = f"F{len(self.fragments)}"
            self.fragments[key] = (name, inner)
            return f"...{key}{condition}"
        if condition and self.random.random() < 0.2:
            return f"... on {name} {{ ...{condition} {inner} }}"
        return f"... on {name}{condition} {inner}"

    def _field(
        self,
        parent: Any,
        name: str,
        depth: int,
        *,
        in_abstract: bool = False,
        certain: bool = False,
    ) -> str:
        self.budget -= 1
        item = parent.fields[name]
        arguments = self.arguments.text(item.args) if item.args else ""
        alias = ""
        if self.random.random() < self.freedom:
            alias = self.random.choice(["", "", f"{self.random.choice(_ALIASES)}: "])
        else:
            self.count += 1
            plain = (
                not arguments and not in_abstract and not isinstance(parent, GraphQLInterfaceType)
            )
            alias = (
                ""
                if plain and self.random.random() < 0.7 + self.freedom
                else f"a{self.count}_{name}: "
            )
        inner = ""
        target = get_named_type(item.type)
        if is_composite_type(target):
            inner = f" {self._selections(target, depth - 1 if self.budget > 0 else 1)}"
        condition = "" if certain else self.arguments.condition()
        return f"{alias}{name}{arguments}{condition}{inner}"
