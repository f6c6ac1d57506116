"""A random supergraph before it is written down: types, who resolves their fields, and how."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

WRAPPINGS = ["", "", "", "!", "[", "![", "![!", "[!", "[[", "![![!"]


@dataclass(frozen=True)
class Part:
    """A piece of a field set: a field, or a fragment where `name` starts with `... on`."""

    name: str
    arguments: str = ""
    parts: tuple[Part, ...] = ()

    def __str__(self) -> str:
        inner = f" {{ {field_set(self.parts)} }}" if self.parts else ""
        return f"{self.name}{self.arguments}{inner}"


FieldSet = tuple[Part, ...]


def field_set(parts: FieldSet) -> str:
    return " ".join(map(str, parts))


@dataclass
class FieldModel:
    """A field: its type with the wrapping, outermost first (`[T!]!` is `![!`).

    `owners` resolve it. `lost_by` declares it, too, but one of the owners overrides it, when
    the `label` holds. `stricter` are owners in which it is non-null although it is not in all.
    """

    name: str
    type: str
    wrapping: str
    owners: list[str]
    arguments: str = ""
    requires: FieldSet = ()
    provides: FieldSet = ()
    lost_by: str = ""
    label: str = ""
    stricter: list[str] = field(default_factory=list)
    is_hidden: bool = False
    narrower: dict[str, str] = field(default_factory=dict)
    """By subgraph the object type that it is declared with instead of an abstract one."""
    is_provided: bool = False
    effect: str = ""
    """`write` for mutations, `witness` for fields that tell what was written before."""

    def declared_by(self, subgraph: str) -> bool:
        return subgraph in self.owners or subgraph == self.lost_by

    def text(self, subgraph: str) -> str:
        text = self.narrower.get(subgraph, self.type)
        wrapping = self.wrapping
        if subgraph in self.stricter and not wrapping.startswith("!"):
            wrapping = f"!{wrapping}"
        for mark in reversed(wrapping):
            text = f"[{text}]" if mark == "[" else f"{text}!"
        return f"{self.name}{self.arguments}: {text}"


@dataclass(frozen=True)
class KeyModel:
    parts: FieldSet
    resolvable: bool = True


@dataclass
class TypeModel:
    """A type. `kind` is entity, value, interface, union or root.

    For entities `keys` say by subgraph how they are entered; `members` by subgraph the members
    of a union; `interface_objects` are the subgraphs to which an interface is an object.
    """

    name: str
    kind: str
    fields: dict[str, FieldModel] = field(default_factory=dict)
    interfaces: list[str] = field(default_factory=list)
    keys: dict[str, list[KeyModel]] = field(default_factory=dict)
    members: dict[str, list[str]] = field(default_factory=dict)
    interface_objects: list[str] = field(default_factory=list)
    keyed_in: list[str] = field(default_factory=list)
    """The subgraphs in which an interface has a key."""
    sparse_in: str = ""
    """A subgraph that knows only some of the objects."""
    is_hidden: bool = False

    def add(self, item: FieldModel) -> FieldModel:
        self.fields[item.name] = item
        return item

    def known_in(self, subgraph: str) -> bool:
        if self.kind == "union":
            return bool(self.members.get(subgraph))
        return any(item.declared_by(subgraph) for item in self.fields.values())


@dataclass
class Model:
    """All types of a supergraph and the names of its subgraphs."""

    subgraphs: list[str]
    types: dict[str, TypeModel] = field(default_factory=dict)
    styles: dict[str, str] = field(default_factory=dict)
    """By subgraph how it is written: `2`, `renamed`, `prefixed` or `1` for Federation 1."""
    enum_values: dict[str, list[str]] = field(default_factory=dict)
    hidden_values: list[str] = field(default_factory=list)
    with_errors: bool = False

    def add(self, item: TypeModel) -> TypeModel:
        self.types[item.name] = item
        return item

    def of_kind(self, *kinds: str) -> list[TypeModel]:
        return [item for item in self.types.values() if item.kind in kinds]

    def implementing(self, interface: str) -> list[TypeModel]:
        return [item for item in self.of_kind("entity", "value") if interface in item.interfaces]

    def interface_fields(self, interface: TypeModel, subgraph: str) -> list[str]:
        """The fields with which a subgraph declares an interface."""
        if subgraph in interface.interface_objects:
            return [name for name, item in interface.fields.items() if subgraph in item.owners]
        types = [one for one in self.implementing(interface.name) if one.known_in(subgraph)]
        return [
            name
            for name, item in interface.fields.items()
            if types
            and item.declared_by(subgraph)
            and all(name in one.fields and one.fields[name].declared_by(subgraph) for one in types)
        ]

    def all_interface_fields(self, interface: TypeModel) -> set[str]:
        """The fields of an interface in any subgraph that knows it as one."""
        return {
            name
            for subgraph in self.subgraphs
            if subgraph not in interface.interface_objects
            for name in self.interface_fields(interface, subgraph)
        }

    def possible(self, name: str, subgraph: str) -> list[str]:
        """The object types that a value of the type may have in a subgraph."""
        found = self.types.get(name)
        if found is None:
            return []
        if found.kind == "union":
            return found.members.get(subgraph, [])
        if found.kind == "interface":
            every = self.implementing(name)
            if subgraph in found.interface_objects:
                return [one.name for one in every] if subgraph in found.keys else []
            if not self.interface_fields(found, subgraph):
                return []
            return [one.name for one in every if one.known_in(subgraph)]
        return [name] if found.known_in(subgraph) else []

    def walk(self, name: str, parts: FieldSet) -> Iterator[tuple[str, str]]:
        """The (type, field) pairs that a field set leads along."""
        for part in parts:
            if part.name.startswith("... on "):
                yield from self.walk(part.name.removeprefix("... on "), part.parts)
                continue
            found = self.types[name]
            yield name, part.name
            yield from self.walk(found.fields[part.name].type, part.parts)

    def fits(self, name: str, parts: FieldSet, subgraph: str) -> bool:
        """Are all types of the fragments possible in the subgraph?"""
        for part in parts:
            inner = part.name.removeprefix("... on ")
            if inner != part.name:
                if inner not in self.possible(name, subgraph):
                    return False
            else:
                inner = self.types[name].fields[part.name].type
            if not self.fits(inner, part.parts, subgraph):
                return False
        return True
