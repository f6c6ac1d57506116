"""Random supergraphs with their data, for comparing the gateway with a monolith."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from random import Random
from typing import Any

from tests.unit.federation.world import JsonObject, Ref

_OBJECTS = 3


@dataclass
class FieldSpec:
    """A field of a type: who resolves it and how its value is made."""

    name: str
    type: str
    wrapping: str
    owners: list[str]
    argument: bool = False
    requires: list[str] = field(default_factory=list)
    overridden_in: str = ""
    provides: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        text = self.type
        for mark in self.wrapping:
            text = f"[{text}]" if mark == "[" else f"{text}!"
        return f"{self.name}{'(n: Int = 1)' if self.argument else ''}: {text}"


@dataclass
class TypeSpec:
    name: str
    fields: list[FieldSpec] = field(default_factory=list)
    keys: dict[str, list[str]] = field(default_factory=dict)
    """Key field sets by subgraph."""


class RandomSupergraph:
    """Subgraph bodies by name in `bodies`, data in `world`, all made from one seed.

    `with_errors`: some fields fail, and some are null although they must not be.
    What it makes may fail to compose, since a path may be missing between subgraphs.
    """

    def __init__(self, seed: int, *, with_errors: bool = False) -> None:
        self.random = Random(seed)
        self.with_errors = with_errors
        self.names = [f"s{number}" for number in range(self.random.randint(2, 4))]
        count = self.random.randint(2, 4)
        self.entities = [TypeSpec(f"E{number}") for number in range(count)]
        self.values = [TypeSpec(f"V{number}") for number in range(self.random.randint(0, 2))]
        self.with_interface = self.random.random() < 0.7
        self.with_interface_object = self.with_interface and self.random.random() < 0.5
        self.implementing = (
            self.random.sample(self.entities, self.random.randint(1, count))
            if self.with_interface
            else []
        )
        self.interface_in = self.some(self.names) if self.with_interface else []
        self.unions: dict[str, list[str]] = {}
        self.query = TypeSpec("Query")
        self._choose_keys()
        self._choose_unions()
        self._choose_fields()
        for number in range(self.random.randint(2, 4)):
            self.query.fields.append(self._field(f"q{number}", composite=True, owner_limit=2))
        self._choose_provided()
        self.bodies = {name: self._body(name) for name in self.names}
        if self.with_interface_object:
            self.bodies["io"] = self._interface_object_body()
        self.world = self._world()

    def some(self, items: list[Any], least: int = 1) -> list[Any]:
        return self.random.sample(items, self.random.randint(min(least, len(items)), len(items)))

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability

    def _choose_keys(self) -> None:
        for entity in self.entities:
            possible = ["id", "code", "id code", "org { id }", "code org { id zone { z } }"]
            used = self.some(possible[:2], 1) + self.random.sample(possible[2:], 1)
            for name in self.names:
                if self.chance(0.8) or entity in self.implementing:
                    entity.keys[name] = self.some(used)
                    if entity in self.implementing and name in self.interface_in:
                        entity.keys[name] = list(dict.fromkeys(["id", *entity.keys[name]]))

    def _choose_unions(self) -> None:
        for name in self.names:
            known = [entity.name for entity in self.entities if name in entity.keys]
            if len(known) > 1 and self.chance(0.5):
                self.unions[name] = self.some(known, 2)

    def _choose_fields(self) -> None:
        for value in self.values:
            for number in range(self.random.randint(2, 4)):
                value.fields.append(
                    FieldSpec(f"v{number}", "String", self._wrapping(), self.some(self.names))
                )
        for entity in self.entities:
            for number in range(self.random.randint(3, 6)):
                spec = self._field(f"f{number}", composite=self.chance(0.45))
                spec.owners = [name for name in spec.owners if name in entity.keys]
                if spec.owners:
                    entity.fields.append(spec)
            self._choose_requirements(entity)
            for spec in entity.fields:
                others = [
                    name
                    for name in entity.keys
                    if name not in spec.owners and spec.name not in self._external(entity, name)
                ]
                may = spec.type == "String" and len(spec.owners) == 1 and not spec.requires
                if others and may and self.chance(0.15):
                    spec.overridden_in = self.random.choice(others)

    def _choose_requirements(self, entity: TypeSpec) -> None:
        for number in range(self.random.randint(0, 2)):
            owner = self.random.choice(sorted(entity.keys)) if entity.keys else ""
            foreign = [
                spec
                for spec in entity.fields
                if owner not in spec.owners and spec.type in ("String", "V0", "V1")
            ]
            if owner and foreign:
                needed = self.random.sample(foreign, min(len(foreign), 2))
                texts = [self._requirement_text(spec, owner) for spec in needed]
                if all(texts):
                    entity.fields.append(
                        FieldSpec(f"r{number}", "String", "", [owner], requires=texts)
                    )

    def _choose_provided(self) -> None:
        for parent in (*self.entities, self.query):
            for spec in parent.fields:
                target = next((one for one in self.entities if one.name == spec.type), None)
                if target is None or len(spec.owners) > 1 or not self.chance(0.3):
                    continue
                owner = spec.owners[0]
                foreign = [
                    one.name
                    for one in target.fields
                    if one.type == "String"
                    and owner not in one.owners
                    and one.overridden_in != owner
                ]
                spec.provides = self.some(foreign) if foreign else []

    def _requirement_text(self, spec: FieldSpec, owner: str) -> str:
        if spec.type == "String":
            return f"{spec.name}(n: 2)" if spec.argument else spec.name
        value = next(item for item in self.values if item.name == spec.type)
        inner = [one.name for one in value.fields if owner in one.owners]
        return f"{spec.name} {{ {' '.join(inner)} }}" if inner else ""

    def _wrapping(self) -> str:
        return self.random.choice(["", "", "!", "[", "![", "![!"])

    def _field(self, name: str, *, composite: bool, owner_limit: int = 2) -> FieldSpec:
        owners = self.random.sample(
            self.names, self.random.choice([1, 1, min(owner_limit, len(self.names))])
        )
        if not composite:
            argument = self.chance(0.25)
            wrapping = "" if argument else self._wrapping()
            return FieldSpec(name, "String", wrapping, owners, argument)
        targets = [
            entity.name for entity in self.entities if all(owner in entity.keys for owner in owners)
        ]
        targets += [value.name for value in self.values]
        if self.with_interface and all(owner in self.interface_in for owner in owners):
            targets += ["I", "I"]
        if all(owner in self.unions for owner in owners) and self._shared_members(owners):
            targets.append("U")
        if not targets:
            return FieldSpec(name, "String", "", owners)
        return FieldSpec(name, self.random.choice(targets), self._wrapping(), owners)

    def _shared_members(self, owners: list[str]) -> set[str]:
        return set.intersection(*(set(self.unions[owner]) for owner in owners))

    def _body(self, name: str) -> str:
        parts = []
        fields = [
            spec.text + self._marks(spec, name) for spec in self.query.fields if name in spec.owners
        ]
        if fields:
            parts.append(f"type Query {{ {' '.join(fields)} }}")
        for entity in self.entities:
            if name in entity.keys:
                parts.append(self._entity_text(entity, name))
        for value in self.values:
            fields = [spec.text for spec in value.fields if name in spec.owners]
            if not fields:
                fields = [value.fields[0].text]
            parts.append(f"type {value.name} @shareable {{ {' '.join(fields)} }}")
        parts.append(
            "type Org @shareable { id: ID! zone: Zone! } type Zone @shareable { z: String! }"
        )
        if name in self.interface_in:
            whole = self.with_interface_object and all(name in e.keys for e in self.implementing)
            key = '@key(fields: "id") ' if whole else ""
            parts.append(f"interface I {key}{{ id: ID! label(n: Int = 1): String }}")
        if name in self.unions:
            parts.append(f"union U = {' | '.join(self.unions[name])}")
        return "\n".join(parts)

    def _marks(self, spec: FieldSpec, name: str) -> str:
        if spec.requires:
            return f' @requires(fields: "{" ".join(spec.requires)}")'
        if spec.overridden_in and name in spec.owners:
            return f' @override(from: "{spec.overridden_in}")'
        if spec.provides:
            return f' @provides(fields: "{" ".join(spec.provides)}")'
        return " @shareable" if len(spec.owners) > 1 else ""

    def _entity_text(self, entity: TypeSpec, name: str) -> str:
        keys = "".join(f' @key(fields: "{key}")' for key in entity.keys[name])
        text = " ".join(entity.keys[name])
        lines = [
            line
            for word, line in (
                ("id", "id: ID!"),
                ("code", "code: ID!"),
                ("org", "org: Org! @shareable"),
            )
            if word in text.replace("org { id", "org {").split()
        ]
        is_node = entity in self.implementing and name in self.interface_in
        if is_node:
            lines.append("label(n: Int = 1): String @shareable")
        external = self._external(entity, name)
        for spec in entity.fields:
            if name in spec.owners:
                lines.append(spec.text + self._marks(spec, name))
            elif spec.name in external:
                lines.append(f"{spec.text} @external")
            elif spec.overridden_in == name:
                lines.append(spec.text)
        head = f"type {entity.name}{' implements I' if is_node else ''}{keys}"
        return f"{head} {{ {' '.join(lines)} }}"

    def _external(self, entity: TypeSpec, name: str) -> set[str]:
        texts = [text for spec in entity.fields if name in spec.owners for text in spec.requires]
        names = {text.split("(")[0].split(" ")[0] for text in texts}
        for parent in (*self.entities, self.query):
            for spec in parent.fields:
                if spec.type == entity.name and name in spec.owners:
                    names.update(spec.provides)
        return names

    def _interface_object_body(self) -> str:
        query = "type Query { io: [I!]! }" if self.chance(0.6) else ""
        return (
            f'{query} type I @key(fields: "id") @interfaceObject '
            "{ id: ID! extra: String label(n: Int = 1): String @external "
            'derived: String @requires(fields: "label(n: 3)") }'
        )

    def _world(self) -> dict[str, list[JsonObject]]:
        world: dict[str, list[JsonObject]] = {"Org": [], "Zone": [{"z": "zone"}]}
        for value in self.values:
            world[value.name] = [self._content(value, number) for number in range(_OBJECTS)]
        for entity in self.entities:
            world[entity.name] = []
            for number in range(_OBJECTS):
                world["Org"].append({"id": f"org{len(world['Org'])}", "zone": Ref("Zone")})
                content = self._content(entity, number)
                mark = f"{entity.name}-{number}"
                content |= {
                    "id": f"id {mark}",
                    "code": f"code {mark}",
                    "org": Ref("Org", len(world["Org"]) - 1),
                    "label": _echo(f"label {mark}"),
                    "extra": f"extra {mark}",
                }
                world[entity.name].append(content)
        world["Query"] = [self._content(self.query, 0)]
        if self.with_interface_object:
            world["Query"][0]["io"] = self._many(lambda: self._one("I", self.interface_in[:1]))
        return world

    def _content(self, spec: TypeSpec, number: int) -> JsonObject:
        return {
            item.name: self._value(item, item.wrapping[::-1], f"{spec.name}.{item.name} {number}")
            for item in spec.fields
            if not item.requires
        }

    def _value(self, spec: FieldSpec, wrapping: str, text: str) -> Any:
        if wrapping.startswith("!"):
            return self._non_null(spec, wrapping[1:], text)
        return None if self.chance(0.12) else self._non_null(spec, wrapping, text)

    def _is_required(self, spec: FieldSpec) -> bool:
        """Is the field, or its parent's value as a whole, in a requirement?"""
        texts = " ".join(
            text for one in self.entities for field in one.fields for text in field.requires
        )
        return bool(re.search(rf"\b{spec.name}\b", texts))

    def _non_null(self, spec: FieldSpec, wrapping: str, text: str) -> Any:
        if self.with_errors and self.chance(0.04) and not self._is_required(spec):
            return None if self.chance(0.5) else ValueError(text)
        if wrapping.startswith("["):
            return self._many(lambda: self._value(spec, wrapping[1:], text))
        if spec.type == "String":
            return _echo(text) if spec.argument else f"{text} {self.random.randint(0, 99)}"
        return self._one(spec.type, spec.owners)

    def _many(self, make: Any) -> list[Any]:
        return [make() for _ in range(self.random.randint(0, 3))]

    def _one(self, type_name: str, owners: list[str]) -> Ref:
        names = [type_name]
        if type_name == "U":
            names = sorted(self._shared_members(owners))
        elif type_name == "I":
            names = [e.name for e in self.implementing if all(o in e.keys for o in owners)]
        return Ref(self.random.choice(names), self.random.randrange(_OBJECTS))


def _echo(text: str) -> Any:
    def value(n: int = 1) -> str:
        return f"{text} x{n}"

    return value
