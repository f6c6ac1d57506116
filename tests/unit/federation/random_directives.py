"""Adds what fields require, provide, override and hide to a random model."""

from __future__ import annotations

from tests.unit.federation.random_choices import Choices
from tests.unit.federation.random_model import FieldModel, FieldSet, Part, TypeModel

_REQUIRED_ARGUMENTS = {
    "(n: Int = 1)": ["(n: 2)", "(n: 3)"],
    "(n: Int!)": ["(n: 4)"],
    "(i: In)": ["(i: {x: 3, y: RED, w: 5})"],
    "(c: Color = RED, l: [Int!])": ["(c: BLUE, l: [1, 2])"],
}


class DirectiveChoices(Choices):
    """Goes over a model whose fields are chosen."""

    def choose(self) -> None:
        for entity in self.model.of_kind("entity"):
            self._choose_overrides(entity)
        for entity in self.model.of_kind("entity"):
            for number in range(self.random.choice([0, 1, 1, 2, 3])):
                owner = self.random.choice([*entity.keys, ""])
                if owner:
                    self._add_requiring(entity, f"r{number}", owner)
        for interface in self.model.of_kind("interface"):
            for owner in interface.interface_objects:
                if self.chance(0.6):
                    self._add_requiring(interface, f"derived_{owner}", owner)
        for parent in self.model.of_kind("entity", "root", "value"):
            for item in list(parent.fields.values()):
                self._choose_provided(parent, item)
        for one in self.model.of_kind("entity", "value", "root"):
            for item in one.fields.values():
                self._choose_stricter(one, item)
        if self.chance(0.4):
            self._hide()

    def _is_used(self, type_name: str, field_name: str, subgraph: str) -> bool:
        """Do keys, requirements or provided fields of the subgraph mention the field?"""
        for one in self.model.types.values():
            sets = [(one.name, key.parts) for key in one.keys.get(subgraph, ())]
            for item in one.fields.values():
                if item.declared_by(subgraph):
                    sets += [(one.name, item.requires), (item.type, item.provides)]
            for parent, parts in sets:
                if (type_name, field_name) in self.model.walk(parent, parts):
                    return True
        return False

    def _choose_overrides(self, entity: TypeModel) -> None:
        for item in entity.fields.values():
            others = [
                name
                for name in entity.keys
                if name not in item.owners and name != entity.sparse_in and self.style(name) != "1"
            ]
            may = (
                len(item.owners) == 1
                and self.style(item.owners[0]) != "1"
                and item.type not in self.model.types
                and not item.requires
                and item.owners[0] != entity.sparse_in
                and item.name not in ("id", "code", "org", "nick", "spot")
                and not self._is_used(entity.name, item.name, item.owners[0])
            )
            if may and others and self.chance(0.15):
                item.lost_by = self.random.choice(others)
                item.label = self.random.choice(["", "", "stage/one", "stage/two"])

    def _add_requiring(self, parent: TypeModel, name: str, owner: str) -> None:
        parts = self._requirement(parent, owner, 2)
        if parts:
            parent.add(FieldModel(name, "String", "", [owner], requires=parts))

    def _requirement(self, parent: TypeModel, owner: str, depth: int) -> FieldSet:
        foreign = [
            item
            for item in parent.fields.values()
            if not item.declared_by(owner)
            and not item.effect
            and item.type not in ("Query", "Json")
            and (not item.arguments or item.arguments in _REQUIRED_ARGUMENTS)
            and item.type != "Shade"
            and (parent.kind != "interface" or item.name in self.model.all_interface_fields(parent))
        ]
        parts = [
            made
            for item in self.random.sample(foreign, min(len(foreign), self.random.choice([1, 2])))
            if (made := self._required(item, owner, depth)) is not None
        ]
        return tuple(parts)

    def _required(self, item: FieldModel, owner: str, depth: int) -> Part | None:
        target = self.model.types.get(item.type)
        if target is None:
            arguments = self.random.choice(_REQUIRED_ARGUMENTS.get(item.arguments, [""]))
            return Part(item.name, arguments)
        if depth == 0 or not self.model.possible(item.type, owner):
            return None
        inner = self._required_inside(target, item, owner, depth - 1)
        return Part(item.name, parts=inner) if inner else None

    def _required_inside(
        self, target: TypeModel, item: FieldModel, owner: str, depth: int
    ) -> FieldSet:
        if target.kind in ("interface", "union"):
            if owner in target.interface_objects:
                return ()
            parts: list[Part] = []
            if target.kind == "interface":
                names = [
                    name
                    for name in self.model.interface_fields(target, owner)
                    if target.fields[name].type not in self.model.types
                    and target.fields[name].type not in ("Json", "Shade")
                    and (name == "id" or not target.fields[name].arguments)
                ]
                parts += [Part(name) for name in self.some(names, 0)[:2]]
            for name in self.some(self.model.possible(target.name, owner), 0):
                inner = self._leaves(self.model.types[name], item, owner)
                if inner:
                    parts.append(Part(f"... on {name}", parts=inner))
            return tuple(parts)
        parts = list(self._leaves(target, item, owner))
        if depth and self.chance(0.4):
            further = [
                one
                for one in target.fields.values()
                if one.type in self.model.types and one.type != "Query" and not one.arguments
            ]
            if further:
                one = self.random.choice(further)
                made = self._required(one, owner, depth)
                parts += [made] if made is not None else []
        return tuple(parts)

    def _leaves(self, target: TypeModel, item: FieldModel, owner: str) -> FieldSet:
        """Some leaves that can be had of what the field gives; those of values from where it is."""
        names = [
            one.name
            for one in target.fields.values()
            if one.type not in self.model.types
            and one.type not in ("Json", "Shade")
            and not one.arguments
            and not one.effect
            and one.name != "spot"
            and (target.kind == "entity" or any(home in one.owners for home in item.owners))
            and (not one.requires or owner in one.owners)
            and owner != one.lost_by
        ]
        return tuple(Part(name) for name in self.some(names)[:2])

    def _choose_provided(self, parent: TypeModel, item: FieldModel) -> None:
        target = self.model.types.get(item.type)
        if target is None or len(item.owners) > 1 or item.requires or not self.chance(0.35):
            return
        if item.type == "Query" or item.lost_by or item.narrower:
            return
        item.provides = self._provided(target, item.owners[0], 1)
        for type_name, name in self.model.walk(item.type, item.provides):
            self.model.types[type_name].fields[name].is_provided = True

    def _provided(self, target: TypeModel, owner: str, depth: int) -> FieldSet:
        if owner in target.interface_objects:
            return ()
        if target.kind in ("interface", "union"):
            parts = [
                Part(f"... on {name}", parts=inner)
                for name in self.some(self.model.possible(target.name, owner))
                if (inner := self._provided(self.model.types[name], owner, depth))
            ]
            return tuple(parts)
        parts = []
        for one in target.fields.values():
            if one.declared_by(owner) or one.effect or one.requires or one.lost_by:
                continue
            if one.arguments or not self.chance(0.5):
                continue
            inner = self.model.types.get(one.type)
            if inner is None:
                if one.type not in ("Shade",):
                    parts.append(Part(one.name))
            elif depth and inner.kind == "value" and inner.known_in(owner):
                nested = self._provided(inner, owner, 0)
                if nested:
                    parts.append(Part(one.name, parts=nested))
        return tuple(parts)

    def _choose_stricter(self, parent: TypeModel, item: FieldModel) -> None:
        # A null that only one subgraph forbids takes more along there than in a monolith.
        shared = (
            len(item.owners) > 1
            and not item.lost_by
            and not self.model.with_errors
            and parent.sparse_in not in item.owners
        )
        if shared and not item.wrapping.startswith("!") and self.chance(0.3):
            item.stricter = self.some(item.owners[1:])

    def _hide(self) -> None:
        """Hide some fields, maybe a whole type that only unions mention, and an enum value."""
        for one in self.model.of_kind("entity", "value"):
            in_interface = {
                name for parent in one.interfaces for name in self.model.types[parent].fields
            }
            for item in one.fields.values():
                modern = [name for name in item.owners if self.style(name) != "1"]
                if modern and item.name not in in_interface and self.chance(0.1):
                    item.is_hidden = len(one.fields) > 1
        used = {item.type for one in self.model.types.values() for item in one.fields.values()}
        for one in self.model.of_kind("entity", "value"):
            unions = [
                u
                for u in self.model.of_kind("union")
                if any(one.name in m for m in u.members.values())
            ]
            is_free = one.name not in used and unions and not one.interfaces
            fields = [
                item
                for each in self.model.types.values()
                for item in each.fields.values()
                if item.type in {union.name for union in unions}
            ]
            members = [{name for each in u.members.values() for name in each} for u in unions]
            others = all(self._possible(item) - {one.name} for item in fields)
            others = others and all(len(each) > 1 for each in members)
            if is_free and others and self.chance(0.5):
                one.is_hidden = True
                break
        if self.chance(0.5):
            self.model.hidden_values = ["SECRET"]

    def _possible(self, item: FieldModel) -> set[str]:
        """The object types that all subgraphs with the field know."""
        names = set.intersection(*(set(self.model.possible(item.type, o)) for o in item.owners))
        return names & (set(item.narrower.values()) or names)
