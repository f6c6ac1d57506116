"""Random supergraphs with their data, for comparing the gateway with a monolith."""

from __future__ import annotations

from random import Random

from tests.unit.federation.random_data import DataChoices
from tests.unit.federation.random_directives import DirectiveChoices
from tests.unit.federation.random_model import Model, Part, TypeModel
from tests.unit.federation.random_printing import SdlPrinter
from tests.unit.federation.random_schema import SchemaChoices
from tests.unit.federation.world import JsonObject


class RandomSupergraph:
    """Whole SDLs by subgraph, data and override labels that hold, all made from one seed.

    `with_errors`: some fields fail, and some are null although they must not be.
    What it makes may fail to compose, since a path may be missing between subgraphs: `without`
    takes the fields away that cannot be reached.
    """

    def __init__(self, seed: int, *, with_errors: bool = False) -> None:
        self.random = Random(seed)
        self.with_errors = with_errors
        self.model = Model([f"s{number}" for number in range(self.random.choice([2, 3, 3, 4, 5]))])
        self.model.with_errors = with_errors
        SchemaChoices(self.random, self.model).choose()
        DirectiveChoices(self.random, self.model).choose()
        self.labels = [one for one in ("stage/one", "stage/two") if self.random.random() < 0.5]
        self.data_seed = self.random.random()
        pruned(self.model)

    @property
    def has_queries(self) -> bool:
        """Is there a field of Query left that may be asked?"""
        return any(not item.is_hidden for item in self.model.types["Query"].fields.values())

    @property
    def sdls(self) -> dict[str, str]:
        made = {name: SdlPrinter(self.model, name).sdl() for name in self.model.subgraphs}
        return {name: sdl for name, sdl in made.items() if "type" in sdl}

    def world(self) -> dict[str, list[JsonObject]]:
        data = DataChoices(Random(self.data_seed), self.model)
        data.with_errors = self.with_errors
        return data.world()

    def without(self, coordinates: list[str]) -> bool:
        """Take fields (`T.f`) away; False when none of them is there."""
        found = False
        for coordinate in coordinates:
            type_name, _, name = coordinate.partition(".")
            one = self.model.types.get(type_name)
            holders = [] if one is None else [one, *(self.model.types[i] for i in one.interfaces)]
            for holder in holders:
                if name in holder.fields:
                    del holder.fields[name]
                    found = True
            if one is not None and not name:
                found |= self._without_type(one)
        pruned(self.model)
        return found

    def _without_type(self, one: TypeModel) -> bool:
        fields = [
            (parent, item.name)
            for parent in self.model.types.values()
            for item in parent.fields.values()
            if item.type == one.name and set(item.owners) <= set(one.interface_objects)
        ]
        for parent, name in fields:
            del parent.fields[name]
        return bool(fields)


def pruned(model: Model) -> None:
    """Take away what hangs in the air: fields of types that their subgraph does not know, and
    field sets that name fields that are gone."""
    before = ""
    while before != (before := _shape(model)):
        for one in model.types.values():
            for item in list(one.fields.values()):
                _prune_field(model, one, item.name)
            if one.kind == "interface":
                every = model.all_interface_fields(one)
                one.interfaces = [
                    name
                    for name in one.interfaces
                    if model.all_interface_fields(model.types[name]) <= every
                    and all(
                        any(
                            each.name in model.possible(name, each_in)
                            for each_in in model.subgraphs
                        )
                        for each in model.implementing(one.name)
                    )
                ]
                for name in list(one.fields):
                    types = model.implementing(one.name)
                    foreign = set(one.fields[name].owners) <= set(one.interface_objects)
                    if not foreign and not all(name in each.fields for each in types):
                        del one.fields[name]
            for name, keys in list(one.keys.items()):
                kept = [key for key in keys if _holds(model, one.name, key.parts, name)]
                one.keys[name] = kept
                if not kept:
                    del one.keys[name]
            if one.sparse_in not in one.keys:
                one.sparse_in = ""
            for name, members in list(one.members.items()):
                one.members[name] = [m for m in members if model.types[m].known_in(name)]


def _shape(model: Model) -> str:
    return repr(model.types)


def _prune_field(model: Model, one: TypeModel, name: str) -> None:
    item = one.fields[name]
    for owner in list(item.owners):
        known = item.type not in model.types or bool(model.possible(item.type, owner))
        narrow = item.narrower.get(owner)
        known = known and (narrow is None or bool(model.possible(narrow, owner)))
        known = known and (not item.provides or _holds(model, item.type, item.provides, ""))
        known = known and (not item.requires or _holds(model, one.name, item.requires, ""))
        known = known and model.fits(item.type, item.provides, owner)
        known = known and model.fits(one.name, item.requires, owner)
        if one.kind == "interface" and item.requires:
            every = model.all_interface_fields(one)
            known = known and all(
                name in every
                for each, name in model.walk(one.name, item.requires)
                if each == one.name
            )
        if one.kind == "entity" and owner not in one.keys:
            known = False
        if not known:
            item.owners.remove(owner)
    if item.type in model.types and item.owners:
        shared = set.intersection(*(set(model.possible(item.type, o)) for o in item.owners))
        if not shared & (set(item.narrower.values()) or shared):
            item.owners.clear()
    if not item.owners:
        del one.fields[name]


def _holds(model: Model, type_name: str, parts: tuple[Part, ...], subgraph: str) -> bool:
    """Are all fields of the field set there, and resolved by the subgraph if one is given?"""
    try:
        walked = list(model.walk(type_name, parts))
    except KeyError:
        return False
    return all(
        name in model.types[owner].fields
        and (not subgraph or subgraph in model.types[owner].fields[name].owners)
        for owner, name in walked
    )
