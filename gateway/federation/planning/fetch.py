"""Fetches under construction: growing selections, what they need and what they depend on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from graphql import NameNode, VariableNode

from gateway.federation.operations.selection import (
    UNCONDITIONAL,
    Applied,
    Arguments,
    Conditions,
    Deferral,
    arguments_text,
    variables_of,
)
from gateway.federation.planning.contexts import ContextVariable
from gateway.federation.planning.path import Path

if TYPE_CHECKING:
    from gateway.federation.planning.position import Position


EntryKey = tuple[str, Conditions, tuple[Applied, ...]]


@dataclass(slots=True)
class Entry:
    """One field of a selection that is sent to a subgraph, under the name `key` in its answer."""

    key: str
    name: str
    arguments: Arguments
    conditions: Conditions
    children: SelectionNode | None
    directives: tuple[Applied, ...] = ()

    @property
    def head(self) -> str:
        text = self.name if self.key == self.name else f"{self.key}: {self.name}"
        text += arguments_text(self.arguments)
        return " ".join([text, *(item.text for item in self.directives)])


@dataclass(slots=True)
class SelectionNode:
    """A growing selection set: fields, and fragments by object type."""

    entries: dict[EntryKey, Entry] = field(default_factory=dict)
    fragments: dict[str, SelectionNode] = field(default_factory=dict)

    def add(
        self,
        key: str,
        name: str,
        arguments: Arguments,
        conditions: Conditions,
        *,
        is_leaf: bool,
        directives: tuple[Applied, ...] = (),
    ) -> Entry:
        """The entry for the field, made when it is new."""
        if is_leaf and (key, UNCONDITIONAL, directives) in self.entries:
            return self.entries[key, UNCONDITIONAL, directives]
        found = self.entries.get((key, conditions, directives))
        if found is None:
            children = None if is_leaf else SelectionNode()
            found = Entry(key, name, arguments, conditions, children, directives)
            self.entries[key, conditions, directives] = found
        return found

    def become(self, other: SelectionNode) -> None:
        """Be the same as the other from now on, with what both have so far."""
        if other.entries is self.entries:
            return
        for key, entry in self.entries.items():
            known = other.entries.setdefault(key, entry)
            if entry.children is not None and known.children is not None:
                entry.children.become(known.children)
        for name, inner in self.fragments.items():
            inner.become(other.fragments.setdefault(name, inner))
        self.entries, self.fragments = other.entries, other.fragments

    def fragment(self, type_name: str) -> SelectionNode:
        return self.fragments.setdefault(type_name, SelectionNode())

    def size(self, known: dict[int, int] | None = None) -> int:
        """How many fields the selection has as text; values of several types may share parts."""
        known = {} if known is None else known
        found = known.get(id(self.entries))
        if found is None:
            found = len(self.entries)
            found += sum(one.children.size(known) for one in self.entries.values() if one.children)
            found += sum(inner.size(known) for inner in self.fragments.values())
            known[id(self.entries)] = found
        return found

    @property
    def is_empty(self) -> bool:
        return not self.entries and all(item.is_empty for item in self.fragments.values())

    def all_entries(self) -> Iterator[Entry]:
        """The entries of this level, those within fragments included."""
        yield from self.entries.values()
        for inner in self.fragments.values():
            yield from inner.all_entries()

    def variables(self) -> Iterator[str]:
        """The names of all variables that the selection mentions, conditions included."""
        for entry in self.entries.values():
            for _, value in entry.arguments:
                yield from variables_of(value)
            for directive in entry.directives:
                yield from directive.variables
            for name, _ in sorted(entry.conditions):
                yield name
            if entry.children is not None:
                yield from entry.children.variables()
        for inner in self.fragments.values():
            yield from inner.variables()

    def without_keys(self, keys: set[str]) -> SelectionNode:
        """The selection without entries of these keys at this level."""
        return SelectionNode(
            {name: entry for name, entry in self.entries.items() if entry.key not in keys},
            {name: inner.without_keys(keys) for name, inner in self.fragments.items()},
        )

    def without(self, conditions: Conditions) -> SelectionNode:
        """The selection with conditions dropped from this level, which hold anyway."""
        return SelectionNode(
            {
                (entry.key, entry.conditions - conditions, entry.directives): replace(
                    entry, conditions=entry.conditions - conditions
                )
                for entry in self.entries.values()
            },
            {name: inner.without(conditions) for name, inner in self.fragments.items()},
        )


@dataclass(frozen=True, slots=True)
class RepresentationField:
    """A field of a representation: `name` to the subgraph, `key` in the data."""

    name: str
    key: str
    shapes: dict[str | None, tuple[RepresentationField, ...]] | None = None
    """By type of the value, None for any; the whole is None for a leaf."""
    in_key: bool = True
    conditions: tuple[Conditions, ...] = ()
    """Alternatives of which one must hold for the field to be there; empty: always."""
    nullable: bool = False
    """May the field of a key be null, since other fields tell the entity as well?"""


@dataclass(slots=True)
class Template:
    """How a representation is made from an object: the type it is sent as, and its fields."""

    typename: str
    fields: dict[tuple[str, str], RepresentationField] = field(default_factory=dict)

    @property
    def key_only(self) -> Template:
        """The template without what is only required."""
        kept = {name: item for name, item in self.fields.items() if item.in_key}
        return Template(self.typename, kept)

    def clashes(self, other: Template) -> bool:
        """Do the two mean different values by one name, as with different arguments?"""
        return _clash(self.fields.values(), other.fields.values())

    def add(self, fields: Iterable[RepresentationField]) -> None:
        for item in fields:
            self.fields[item.name, item.key] = merged_field(
                self.fields.get((item.name, item.key)), item
            )


def _clash(fields: Iterable[RepresentationField], others: Iterable[RepresentationField]) -> bool:
    by_name = {item.name: item for item in fields}
    for other in others:
        one = by_name.get(other.name)
        if one is None:
            continue
        mine, theirs = one.shapes or {}, other.shapes or {}
        if one.key != other.key or any(
            _clash(mine[name], theirs[name]) for name in mine.keys() & theirs.keys()
        ):
            return True
    return False


def merged_field(
    earlier: RepresentationField | None, item: RepresentationField
) -> RepresentationField:
    """Both fields as one."""
    if earlier is None:
        return item
    shapes: dict[str | None, tuple[RepresentationField, ...]] | None = None
    if earlier.shapes is not None and item.shapes is not None:
        shapes = dict(earlier.shapes)
        for name, fields in item.shapes.items():
            combined = {(one.name, one.key): one for one in shapes.get(name, ())}
            for one in fields:
                combined[one.name, one.key] = merged_field(combined.get((one.name, one.key)), one)
            shapes[name] = tuple(combined.values())
    alternatives = tuple(dict.fromkeys((*earlier.conditions, *item.conditions)))
    return RepresentationField(
        item.name,
        item.key,
        shapes,
        earlier.in_key or item.in_key,
        alternatives if earlier.conditions and item.conditions else (),
        all(one.nullable for one in (earlier, item) if one.in_key),
    )


@dataclass(slots=True, eq=False)
class FetchNode:
    """One request to a subgraph: of root fields, or of entities found at `path`."""

    number: int
    subgraph: str
    path: Path
    is_entity: bool
    position: Position
    """The place in the data that `path` leads to."""
    selection: SelectionNode = field(default_factory=SelectionNode)
    templates: dict[str | None, Template] = field(default_factory=dict)
    """By the type of the object in the data, None for any."""
    dependencies: dict[FetchNode, None] = field(default_factory=dict)
    requiring: set[str] = field(default_factory=set)
    """Keys of entity fields that cannot be resolved without what they require."""
    contexts: list[ContextVariable] = field(default_factory=list)
    """Variables that have another value for each entity."""
    companions: list[FetchNode] = field(default_factory=list)
    """Other fetches of entities that go into the same request."""
    deferral: Deferral | None = None
    """The fragment with `@defer` that it is made for; None: for what comes first."""
    level: int = 0
    """How many fetches come before it in sequence, as far as known while it is built."""

    def wait_for(self, others: Iterable[FetchNode]) -> None:
        """Add dependencies."""
        for one in others:
            self.dependencies[one] = None
            self.level = max(self.level, one.level + 1)

    def context(
        self, kind: str, depth: int, fields: tuple[RepresentationField, ...]
    ) -> VariableNode:
        """The variable for what is at this depth of the path."""
        for known in self.contexts:
            if (known.type, known.depth, known.fields) == (kind, depth, fields):
                break
        else:
            known = ContextVariable(f"_context{len(self.contexts)}", kind, depth, fields)
            self.contexts.append(known)
        return VariableNode(name=NameNode(value=known.name))

    def keep_dependencies(self, others: Iterable[FetchNode]) -> None:
        """Wait for these alone; everything else is there before."""
        kept = set(others)
        self.dependencies = {one: None for one in self.dependencies if one in kept}

    def may_wait_for(self, others: Iterable[FetchNode], deferral: Deferral | None) -> bool:
        """May something for this deferral that needs the others be put into the fetch?

        It comes with what is due earlier only if that does not have to wait for it.
        """
        if self.deferral is deferral:
            return not any(one is self or one.depends_on(self) for one in others)
        around = deferral
        while around is not None and around is not self.deferral:
            around = around.parent.waiting if around.parent else None
        return around is self.deferral and all(self.depends_on(one) for one in others)

    def depends_on(self, other: FetchNode) -> bool:
        """Is the other fetch needed, directly or through others?"""
        pending = list(self.dependencies)
        seen: set[FetchNode] = set()
        while pending:
            one = pending.pop()
            if one is other:
                return True
            if one not in seen:
                seen.add(one)
                pending += one.dependencies
        return False
