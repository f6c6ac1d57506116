"""Random data for a random model."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.unit.federation.random_choices import Choices
from tests.unit.federation.random_model import FieldModel, TypeModel
from tests.unit.federation.world import Echo, JsonObject, Ref, Witness, Write

OBJECTS = 3
_JSON: list[Any] = [{"a": 1, "__typename": "odd"}, [1, [None]], "text", 5, {"b": {"c": [{}]}}, True]


class DataChoices(Choices):
    """Makes the world. With `with_errors` some fields fail, and some are null although they
    must not be; never those that keys and requirements use."""

    with_errors = False

    def world(self) -> dict[str, list[JsonObject]]:
        model = self.model
        self.untouchable = {
            pair
            for one in model.types.values()
            for keys in [[key.parts for items in one.keys.values() for key in items]]
            for item_sets in [keys + [item.requires for item in one.fields.values()]]
            for parts in item_sets
            for type_name, name in model.walk(one.name, parts)
            for pair in [(type_name, name)]
            + [(each.name, name) for each in model.implementing(type_name)]
        }
        world: dict[str, list[JsonObject]] = {}
        for one in model.of_kind("entity", "value", "root"):
            count = 1 if one.kind == "root" else OBJECTS
            world[one.name] = [self._object(one, number) for number in range(count)]
        if "Subscription" in world:
            world["Subscription"] = [
                self._object(model.types["Subscription"], number) for number in range(OBJECTS)
            ]
        for one in model.of_kind("entity"):
            if one.sparse_in:
                self._thin_out(one, world[one.name])
        return world

    def fields_of(self, one: TypeModel) -> list[tuple[str, FieldModel]]:
        """The fields of an object with the types that declare them, interface objects too."""
        found = {item.name: (one.name, item) for item in one.fields.values()}
        for name in one.interfaces:
            parent = self.model.types[name]
            for item in parent.fields.values():
                if set(item.owners) & set(parent.interface_objects) and item.name not in found:
                    found[item.name] = (name, item)
        return list(found.values())

    def _object(self, one: TypeModel, number: int) -> JsonObject:
        made: JsonObject = {}
        for owner, item in self.fields_of(one):
            if item.requires:
                continue
            mark = f"{item.name} {one.name} {number}"
            if item.name in ("id", "code", "nick") and one.kind in ("entity", "value"):
                made[item.name] = mark
            elif item.name in ("org", "spot"):
                made[item.name] = Ref("Org", number)
            else:
                made[item.name] = self._field(owner, item, mark)
        return made

    def _thin_out(self, one: TypeModel, objects: list[JsonObject]) -> None:
        top = one.keys[one.sparse_in][0].parts[0].name
        lacking = [item.name for item in one.fields.values() if item.owners == [one.sparse_in]]
        for item in objects[1:]:
            item["__absent"] = [one.sparse_in]
            item["__lacking"] = lacking
            item.update(dict.fromkeys(lacking))
            if top != "id":
                item[top] = None

    def _field(self, owner: str, item: FieldModel, mark: str) -> Any:
        wrapping = item.wrapping
        if item.stricter and not wrapping.startswith("!"):
            wrapping = f"!{wrapping}"
        fails = (
            self.with_errors and not item.stricter and (owner, item.name) not in self.untouchable
        )
        value = self._value(item, wrapping, mark, fails)
        if item.effect == "witness":
            return Witness()
        if item.effect == "write":
            return Write(mark, value)
        return value

    def _value(self, item: FieldModel, wrapping: str, mark: str, fails: bool) -> Any:
        if wrapping.startswith("!"):
            wrapping = wrapping[1:]
        elif self.chance(0.12):
            return None
        if fails and self.chance(0.05):
            return None if self.chance(0.5) else ValueError(mark)
        if wrapping.startswith("["):
            return self._many(lambda: self._value(item, wrapping[1:], mark, fails))
        return self._named(item, mark)

    def _many(self, make: Callable[[], Any]) -> list[Any]:
        return [make() for _ in range(self.random.choice([0, 1, 2, 2, 3]))]

    def _named(self, item: FieldModel, mark: str) -> Any:
        kind, number = item.type, self.random.randint(0, 99)
        if kind == "String":
            return Echo(mark) if item.arguments else f"{mark} {number}"
        if kind in ("ID", "Int", "Float", "Boolean"):
            return {"ID": f"{mark}", "Int": number, "Float": number / 4, "Boolean": number > 50}[
                kind
            ]
        if kind == "Json":
            return self.random.choice(_JSON)
        if kind == "Color":
            hidden = "SECRET" if self.with_errors else "RED"
            return self.random.choice(["RED", "GREEN", "BLUE", hidden])
        if kind == "Shade":
            declared = [*item.owners, *([item.lost_by] if item.lost_by else [])]
            shared = [set(self.model.enum_values[name]) for name in declared]
            return self.random.choice(sorted(set.intersection(*shared)) or [None])
        return self._one(item)

    def _one(self, item: FieldModel) -> Ref | None:
        if item.type == "Query":
            return Ref("Query")
        names = set.intersection(*(set(self.model.possible(item.type, o)) for o in item.owners))
        names &= set(item.narrower.values()) or names
        if not self.with_errors:
            names = {name for name in names if not self.model.types[name].is_hidden} or names
        if not names:
            return None
        name = self.random.choice(sorted(names))
        sparse = self.model.types[name].sparse_in in item.owners
        return Ref(name, 0 if sparse else self.random.randrange(OBJECTS))
