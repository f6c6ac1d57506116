"""Chooses the types of a random supergraph and who resolves which fields."""

from __future__ import annotations

from tests.unit.federation.random_choices import (
    ARGUMENTS,
    ID_KEY,
    KEY_TYPES,
    KEYS,
    SCALARS,
    SPOT_PARTS,
    Choices,
)
from tests.unit.federation.random_model import FieldModel, KeyModel, Part, TypeModel


class SchemaChoices(Choices):
    """Fills an empty model."""

    def choose(self) -> None:
        model = self.model
        for name in model.subgraphs:
            model.styles[name] = self.random.choice(["2", "2", "2", "renamed", "prefixed", "1"])
        model.enum_values = {
            name: ["DARK", *self.some(["PALE", "MATT"], 0)] for name in model.subgraphs
        }
        self.interface_objects = self.some(self._modern(), 1)[:2] if self.chance(0.35) else []
        if len(self.interface_objects) > len(model.subgraphs) - 2:
            self.interface_objects = self.interface_objects[: len(model.subgraphs) - 2]
        self._add_types()
        self._choose_interfaces()
        self._choose_keys()
        self._choose_values()
        self._choose_interface_fields()
        self._choose_unions()
        self._choose_fields()
        self._choose_roots()
        for entity in self.model.of_kind("entity"):
            for item in entity.fields.values():
                if item.owners == [entity.sparse_in]:
                    item.wrapping = item.wrapping.lstrip("!")

    def _modern(self) -> list[str]:
        return [name for name in self.model.subgraphs if self.style(name) != "1"]

    def _add_types(self) -> None:
        for number in range(self.random.randint(2, 4)):
            self.model.add(TypeModel(f"E{number}", "entity"))
        for name in ("Org", "Zone"):
            self.model.add(TypeModel(name, "value"))
        for number in range(self.random.randint(0, 3)):
            self.model.add(TypeModel(f"V{number}", "value"))

    def _choose_interfaces(self) -> None:
        entities, model = self.model.of_kind("entity"), self.model
        values = [item for item in model.of_kind("value") if item.name.startswith("V")]
        count = 1 if self.interface_objects else self.random.choice([0, 1, 1, 2])
        for number in range(count):
            interface = model.add(TypeModel(f"I{number}", "interface"))
            has_key = bool(self.interface_objects) and number == 0
            if has_key:
                interface.interface_objects = list(self.interface_objects)
                hosts = [one for one in self._modern() if one not in self.interface_objects]
                if not hosts:
                    interface.interface_objects = []
                    has_key = False
                interface.keys = {
                    name: [KeyModel((Part("id"),))] for name in interface.interface_objects
                }
                interface.keyed_in = hosts[:1] if self.chance(0.7) else hosts[:2]
            possible = entities if has_key else entities + values
            for one in self.some(possible):
                one.interfaces.append(interface.name)
                may = number and (not model.types["I0"].keyed_in or one.kind == "entity")
                if may and "I0" not in one.interfaces and self.chance(0.5):
                    one.interfaces.append("I0")
        if count == 2:
            both = [one for one in entities + values if "I1" in one.interfaces]
            if both and all("I0" in one.interfaces for one in both) and self.chance(0.6):
                model.types["I1"].interfaces.append("I0")

    def _choose_keys(self) -> None:
        for entity in self.model.of_kind("entity"):
            used = self.some(KEYS[:2]) + self.random.sample(KEYS[2:], self.random.randint(0, 2))
            keyed = [host for name in entity.interfaces for host in self.model.types[name].keyed_in]
            barred = [
                one
                for name in entity.interfaces
                for one in self.model.types[name].interface_objects
            ]
            for name in self.model.subgraphs:
                if name in barred or (name not in keyed and self.chance(0.25)):
                    continue
                keys = self.some(used)
                if name in keyed:
                    keys = [ID_KEY, *(key for key in keys if key is not ID_KEY)]
                elif self.style(name) != "1" and self.chance(0.08):
                    keys = [KeyModel(key.parts, resolvable=False) for key in keys]
                entity.keys[name] = keys
            self._add_key_fields(entity)
            self._choose_sparse(entity, keyed)
        zones = {name for name in self.model.subgraphs if self._uses_zone(name)}
        for name in self.model.subgraphs:
            self._own("Org", FieldModel("id", "ID", "!", []), name)
            if name in zones:
                self._own("Org", FieldModel("zone", "Zone", "!", []), name)
                self._own("Zone", FieldModel("z", "String", "!", []), name)

    def _uses_zone(self, subgraph: str) -> bool:
        return any(
            "zone" in str(part)
            for entity in self.model.of_kind("entity")
            for key in entity.keys.get(subgraph, ())
            for part in key.parts
        )

    def _own(self, type_name: str, item: FieldModel, subgraph: str) -> None:
        found = self.model.types[type_name].fields.setdefault(item.name, item)
        if subgraph not in found.owners:
            found.owners.append(subgraph)

    def _add_key_fields(self, entity: TypeModel) -> None:
        for name, keys in entity.keys.items():
            for key in keys:
                for part in key.parts:
                    kind, wrapping = KEY_TYPES[part.name]
                    self._own(entity.name, FieldModel(part.name, kind, wrapping, []), name)

    def _choose_sparse(self, entity: TypeModel, keyed: list[str]) -> None:
        """A subgraph that lacks some entities, or for which some have no key."""
        possible = [
            name
            for name, keys in entity.keys.items()
            if name not in keyed and keys[0].resolvable and len(entity.keys) > 1
        ]
        if not possible or not self.chance(0.25):
            return
        name = entity.sparse_in = self.random.choice(possible)
        others = [one for one in entity.keys if one != name]
        for item in list(entity.fields.values()):
            if name in item.owners:
                item.owners.remove(name)
            if not item.owners:
                del entity.fields[item.name]
        key = self.random.choice([ID_KEY, KeyModel((Part("nick"),)), KeyModel(SPOT_PARTS)])
        if key is ID_KEY and "id" not in entity.fields:
            key = KeyModel((Part("nick"),))
        entity.keys[name] = [key]
        top = key.parts[0].name
        kind, wrapping = {"id": ("ID", "!"), "nick": ("ID", ""), "spot": ("Org", "")}[top]
        self._own(entity.name, FieldModel(top, kind, wrapping, []), name)
        if top != "id":
            self._own(entity.name, entity.fields[top], self.random.choice(others))

    def _choose_values(self) -> None:
        names = [one.name for one in self.model.of_kind("value") if one.name.startswith("V")]
        for name in names:
            value = self.model.types[name]
            for number in range(self.random.randint(2, 4)):
                self._add_leaf(value, f"{name.lower()}{number}", self.some(self.model.subgraphs))

    def _choose_interface_fields(self) -> None:
        for interface in self.model.of_kind("interface"):
            inherited = [self.model.types[name] for name in interface.interfaces]
            names = [f"{interface.name.lower()}{number}" for number in range(2)]
            names += [name for parent in inherited for name in parent.fields]
            if interface.keyed_in or self.chance(0.3):
                names.append("id")
            for name in dict.fromkeys(names):
                self._add_interface_field(interface, name)
            for name in interface.interface_objects:
                self._own(interface.name, FieldModel("id", "ID", "!", []), name)
                for number in range(self.random.randint(1, 2)):
                    item = FieldModel(f"extra{number}", "String", "", [])
                    self._own(interface.name, item, name)

    def _add_interface_field(self, interface: TypeModel, name: str) -> None:
        types = self.model.implementing(interface.name)
        source = next((one.fields[name] for one in types if name in one.fields), None)
        if name == "id":
            if not interface.keyed_in and not all("id" in one.fields for one in types):
                return
            owners = interface.keyed_in or self.some(
                [one for one in self.model.subgraphs if one not in interface.interface_objects]
            )
            interface.add(FieldModel("id", "ID", "!", list(owners)))
            return
        kind = source.type if source else self.random.choice(SCALARS)
        wrapping = source.wrapping if source else self.wrapping()
        arguments = source.arguments if source else ""
        if not source and kind == "String" and self.chance(0.5):
            wrapping, arguments = "", "(n: Int = 1)"
        homes = [one for one in self.model.subgraphs if one not in interface.interface_objects]
        common = self.some(homes)
        interface.add(FieldModel(name, kind, wrapping, list(common), arguments))
        for one in types:
            if name not in one.fields:
                known = self._homes(one)
                owners = [host for host in known if host in common or host in interface.keyed_in]
                if one.sparse_in in owners:
                    owners.remove(one.sparse_in)
                owners = owners or [host for host in known if host != one.sparse_in][:1]
                one.add(FieldModel(name, kind, wrapping, owners, arguments))

    def _homes(self, item: TypeModel) -> list[str]:
        """The subgraphs that may resolve fields of the type."""
        if item.kind == "entity":
            return list(item.keys)
        barred = {
            one for name in item.interfaces for one in self.model.types[name].interface_objects
        }
        return [name for name in self.model.subgraphs if name not in barred]

    def _choose_unions(self) -> None:
        for number in range(self.random.choice([0, 1, 1, 2])):
            union = self.model.add(TypeModel(f"U{number}", "union"))
            possible = self.model.of_kind("entity", "value")
            possible = [one for one in possible if one.name[0] in "EV"]
            for name in self.model.subgraphs:
                known = [one.name for one in possible if one.known_in(name)]
                if len(known) > 1 and self.chance(0.6):
                    union.members[name] = self.some(known, 2)

    def _choose_fields(self) -> None:
        for item in self.model.of_kind("entity"):
            for number in range(self.random.randint(2, 6)):
                self._add_any(item, f"f{number}", self._homes(item), 0.5)
        for item in self.model.of_kind("value"):
            if item.name.startswith("V") and self.chance(0.5):
                self._add_any(item, f"{item.name.lower()}ref", self._homes(item), 1)
        for item in self.model.of_kind("interface"):
            for name in item.interface_objects:
                if self.chance(0.5):
                    self._add_any(item, f"rel_{name}", [name], 1)

    def _add_any(
        self, item: TypeModel, name: str, homes: list[str], composite: float
    ) -> FieldModel | None:
        if not homes:
            return None
        owners = self.random.sample(homes, self.random.choice([1, 1, 1, min(2, len(homes))]))
        if item.sparse_in in owners and len(owners) > 1:
            owners.remove(item.sparse_in)
        if self.chance(composite):
            targets = [
                one.name
                for one in self.model.types.values()
                if one.kind != "root"
                and one.name not in ("Org", "Zone")
                and self._shared(one.name, owners)
            ]
            targets += [one for one in targets if one[0] in "IU"]
            if targets:
                made = FieldModel(name, self.random.choice(targets), self.wrapping(), owners)
                if self.model.types[made.type].kind in ("interface", "union") and len(owners) > 1:
                    self._narrow(made)
                return item.add(made)
        return self._add_leaf(item, name, owners)

    def _shared(self, type_name: str, owners: list[str]) -> set[str]:
        return set.intersection(*(set(self.model.possible(type_name, one)) for one in owners))

    def _narrow(self, item: FieldModel) -> None:
        if self.chance(0.15):
            one = self.random.choice(sorted(self._shared(item.type, item.owners)))
            item.narrower[self.random.choice(item.owners)] = one

    def _add_leaf(self, item: TypeModel, name: str, owners: list[str]) -> FieldModel:
        kind, wrapping, arguments = self.random.choice(SCALARS), self.wrapping(), ""
        if kind == "Shade" and not set.intersection(
            *(set(self.model.enum_values[one]) for one in owners)
        ):
            kind = "String"
        if kind == "String" and self.chance(0.4):
            arguments, wrapping = self.random.choice(ARGUMENTS), ""
        return item.add(FieldModel(name, kind, wrapping, list(owners), arguments))

    def _choose_roots(self) -> None:
        query = self.model.add(TypeModel("Query", "root"))
        for number in range(self.random.randint(2, 5)):
            made = self._add_any(query, f"q{number}", list(self.model.subgraphs), 0.9)
            if made is not None and not made.arguments and self.chance(0.2):
                made.arguments = "(n: Int = 1)"
        for entity in self.model.of_kind("entity"):
            if entity.keys and self.chance(0.2):
                name = self.random.choice(sorted(entity.keys))
                entity.add(FieldModel("query", "Query", "", [name]))
        for name, effect in (("Mutation", "write"), ("Subscription", "")):
            if self.chance(0.5):
                root = self.model.add(TypeModel(name, "root"))
                for number in range(self.random.randint(1, 4)):
                    home = self.random.choice(self.model.subgraphs)
                    made = self._add_any(root, f"{name[0].lower()}{number}", [home], 0.8)
                    if made is not None:
                        made.effect = effect
        if "Mutation" in self.model.types:
            for entity in self.model.of_kind("entity"):
                for name in self.some([one for one in entity.keys if one != entity.sparse_in], 0):
                    entity.add(FieldModel(f"seen_{name}", "String", "", [name], effect="witness"))
