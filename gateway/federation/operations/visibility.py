"""Which selections of an operation a caller may see."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    SelectionSetNode,
)

from gateway.federation.operations.access import Requirement, requirement_of
from gateway.federation.operations.normalise import Normaliser, Scope
from gateway.federation.operations.selection import Conditions, FieldSelection
from gateway.federation.supergraph.definitions import Definitions, Element, Kind

Requirements = frozenset[Requirement]
NOTHING: Requirements = frozenset()


@dataclass(frozen=True, slots=True)
class Denial:
    """A selection that is answered null. `path` is the client's, without indices of lists."""

    path: tuple[str, ...]
    coordinate: str
    needs: tuple[Requirement, ...]
    conditions: Conditions

    def as_dict(self) -> dict[str, object]:
        """The error in the shape of the GraphQL response format."""
        return {
            "message": f"{self}.",
            "path": list(self.path),
            "extensions": {"code": "UNAUTHORIZED_FIELD_OR_TYPE"},
        }

    def __str__(self) -> str:
        needs = " and ".join(sorted({str(one) for one in self.needs}))
        return f'You may not see "{self.coordinate}"; it needs {needs}'


class VisibilityRules:
    """What the fields and types of a schema require of callers.

    A field needs what it says itself, what its type and the type that it belongs to say, and on
    an interface what the implementations say, since it may be any of them.
    """

    def __init__(self, definitions: Definitions) -> None:
        self._definitions = definitions
        self._types = {
            name: requirement
            for name, definition in definitions.types.items()
            if (requirement := requirement_of(definition)) is not None
        }
        self._fields: dict[tuple[str, str], Requirements] = {}
        self.any = bool(self._types) or any(
            requirement_of(element) is not None for element in self._all_fields()
        )

    def _all_fields(self) -> Iterator[Element]:
        for definition in self._definitions.types.values():
            yield from definition.fields.values()

    def of_field(self, parent: str, name: str) -> Requirements:
        """All that must be met for a field that is selected on a type."""
        memo = (parent, name)
        if memo not in self._fields:
            found = set(self._find(parent, name)) - {None}
            self._fields[memo] = frozenset(one for one in found if one is not None)
        return self._fields[memo]

    def _find(self, parent: str, name: str) -> Iterator[Requirement | None]:
        definition = self._definitions.types[parent]
        types = [parent]
        if definition.kind is Kind.INTERFACE:
            types = sorted(self._definitions.possible_types(parent))
        if name != "__typename" or definition.kind is Kind.OBJECT:
            yield from (self._types.get(one) for one in types)
        for one in (parent, *types):
            field = self._definitions.field(one, name)
            if field is not None:
                yield requirement_of(field)
                returned = field.type.name
                if self._kind(returned) is not Kind.INTERFACE:
                    yield self._types.get(returned)

    def of_implementations(self, name: str) -> Requirements:
        """What the types behind an interface require of whoever wants to see them."""
        if self._kind(name) is not Kind.INTERFACE:
            return NOTHING
        names = self._definitions.possible_types(name)
        return frozenset(self._types[one] for one in names if one in self._types)

    def of_interface(self, name: str) -> Requirements:
        """What an interface itself requires; composition may have taken it from a type behind."""
        own = self._types.get(name) if self._kind(name) is Kind.INTERFACE else None
        return NOTHING if own is None else frozenset({own})

    def _kind(self, name: str) -> Kind | None:
        definition = self._definitions.types.get(name)
        return definition.kind if definition else None


class VisibleSelections(Normaliser):
    """Normalises what a caller may see who does not meet the requirements of `unmet`.

    `touched` are all requirements that matter for the operation, `denials` what was left out.
    """

    def __init__(
        self,
        definitions: Definitions,
        fragments: Mapping[str, FragmentDefinitionNode],
        limit: int,
        rules: VisibilityRules,
        unmet: Requirements = NOTHING,
    ) -> None:
        super().__init__(definitions, fragments, limit)
        self._definitions = definitions
        self._rules = rules
        self._unmet = unmet
        self._path: list[str] = []
        self._denied: dict[Denial, None] = {}
        self._touched: set[Requirement] = set()

    @property
    def touched(self) -> Requirements:
        return frozenset(self._touched)

    @property
    def denials(self) -> tuple[Denial, ...]:
        return tuple(self._denied)

    def _collect_field(
        self, node: FieldNode, parent: str, scope: Scope, collected: list[FieldSelection]
    ) -> None:
        self._path.append(node.alias.value if node.alias else node.name.value)
        name = node.name.value
        needs = self._rules.of_field(parent, name) | self._of_value(parent, node)
        self._touched |= needs
        denied = needs & self._unmet
        if denied:
            self._deny(parent, name, denied, scope)
        else:
            super()._collect_field(node, parent, scope, collected)
        self._path.pop()

    def _of_value(self, parent: str, node: FieldNode) -> Requirements:
        """What the interface that the field gives requires, together with those behind it."""
        field = self._definitions.field(parent, node.name.value)
        if field is None or node.selection_set is None:
            return NOTHING
        behind = self._rules.of_implementations(field.type.name)
        own = self._rules.of_interface(field.type.name)
        if not behind and not own:
            return NOTHING
        self._touched |= behind | own
        if self._asks_interface(node.selection_set, field.type.name, set()):
            return own | behind
        # Whoever asks only for types behind the interface needs what those say, as long as it
        # is one of them that the requirement of the interface comes from.
        return NOTHING if behind & self._unmet else own

    def _asks_interface(self, node: SelectionSetNode, name: str, seen: set[str]) -> bool:
        """Is a field of the interface itself selected, whatever type is behind it?"""
        for selection in node.selections:
            if isinstance(selection, FieldNode):
                if selection.name.value != "__typename":
                    return True
                continue
            fragment: object = selection
            if isinstance(selection, FragmentSpreadNode):
                if selection.name.value in seen:
                    continue
                seen.add(selection.name.value)
                fragment = self.fragments[selection.name.value]
            if isinstance(fragment, InlineFragmentNode | FragmentDefinitionNode):
                condition = fragment.type_condition
                on_interface = condition is None or condition.name.value == name
                if on_interface and self._asks_interface(fragment.selection_set, name, seen):
                    return True
        return False

    def _deny(self, parent: str, name: str, denied: Requirements, scope: Scope) -> None:
        denial = Denial(
            tuple(self._path),
            f"{parent}.{name}",
            tuple(sorted(denied, key=str)),
            scope.given | scope.conditions,
        )
        self._denied[denial] = None
