"""Writes a random model down as the SDL of its subgraphs."""

from __future__ import annotations

from collections.abc import Iterator

from tests.unit.federation.random_model import FieldModel, KeyModel, Model, TypeModel, field_set

_DIRECTIVES = [
    "key",
    "external",
    "requires",
    "provides",
    "shareable",
    "override",
    "inaccessible",
    "interfaceObject",
]
_URL = "https://specs.apollo.dev/federation/v2.7"


class SdlPrinter:
    """Prints one subgraph."""

    def __init__(self, model: Model, subgraph: str) -> None:
        self.model = model
        self.subgraph = subgraph
        self.style = model.styles[subgraph]
        self.external = set(self._external())
        self.marks = {name: self._mark(name) for name in _DIRECTIVES}
        self.roots = {"Query": "Query", "Mutation": "Mutation", "Subscription": "Subscription"}
        if self.style == "renamed":
            self.roots = {"Query": "Root", "Mutation": "Change", "Subscription": "Events"}

    def _mark(self, name: str) -> str:
        if self.style == "prefixed":
            return f"@fed__{name}"
        return "@primary" if self.style == "renamed" and name == "key" else f"@{name}"

    def _external(self) -> Iterator[tuple[str, str]]:
        model, subgraph = self.model, self.subgraph
        for one in model.types.values():
            for item in one.fields.values():
                if subgraph not in item.owners:
                    continue
                walked = [*model.walk(one.name, item.requires)]
                walked += model.walk(item.type, item.provides)
                for type_name, name in walked:
                    found = model.types[type_name]
                    is_object = found.kind != "interface" or subgraph in found.interface_objects
                    known = name in found.fields and is_object
                    if known and not found.fields[name].declared_by(subgraph):
                        yield type_name, name

    def sdl(self) -> str:
        parts = [part for one in self.model.types.values() for part in self._type(one)]
        text = "\n".join(parts)
        parts = [*self._head(text), text, *self._common(text)]
        return "\n".join(part for part in parts if part) + "\n"

    def _head(self, text: str) -> Iterator[str]:
        if self.style == "1":
            return
        if self.style == "prefixed":
            yield f'extend schema @link(url: "{_URL}", as: "fed")'
        elif self.style == "renamed":
            others = ", ".join(f'"@{name}"' for name in _DIRECTIVES if name != "key")
            yield (
                f'extend schema @link(url: "{_URL}", '
                f'import: [{{ name: "@key", as: "@primary" }}, {others}])'
            )
            roots = [
                f"{canonical.lower()}: {name}"
                for canonical, name in self.roots.items()
                if f"type {name} {{" in text
            ]
            if roots:
                yield f"schema {{ {' '.join(roots)} }}"
        else:
            imports = ", ".join(f'"@{name}"' for name in _DIRECTIVES)
            yield f'extend schema @link(url: "{_URL}", import: [{imports}])'

    def _common(self, text: str) -> Iterator[str]:
        uses_input = "i: In" in text or "[In!]" in text
        hidden = " @inaccessible" if self.model.hidden_values and self.style in "2renamed" else ""
        if self.style == "prefixed" and self.model.hidden_values:
            hidden = " @fed__inaccessible"
        if uses_input or "Color" in text:
            yield f"enum Color {{ RED GREEN BLUE SECRET{hidden if self.style != '1' else ''} }}"
        if "Shade" in text:
            yield f"enum Shade {{ {' '.join(self.model.enum_values[self.subgraph])} }}"
        if "Mode" in text:
            own = self.model.subgraphs.index(self.subgraph) % 2
            yield f"enum Mode {{ SLOW FAST {'ODD' if own else 'EVEN'} }}"
        if "Json" in text or uses_input:
            yield "scalar Json"
        if uses_input:
            own = self.model.subgraphs.index(self.subgraph)
            yield (
                "input In { x: Int y: Color = GREEN z: [In!] w: Int! = 5 f: Float s: String "
                f"b: Boolean id: ID j: Json own{own}: Int }}"
            )

    def _type(self, one: TypeModel) -> Iterator[str]:
        if one.kind == "union":
            if members := one.members.get(self.subgraph):
                yield f"union {one.name} = {' | '.join(members)}"
        elif one.kind == "interface" and self.subgraph not in one.interface_objects:
            yield from self._interface(one)
        else:
            lines = [*self._lines(one)]
            if lines:
                yield _block(self._object_head(one), lines)

    def _interface(self, one: TypeModel) -> Iterator[str]:
        names = self.model.interface_fields(one, self.subgraph)
        if not names:
            return
        key = (
            f' {self.marks["key"]}(fields: "id")'
            if self.subgraph in one.keyed_in and "id" in names
            else ""
        )
        lines = [one.fields[name].text(self.subgraph) for name in names]
        yield _block(f"interface {one.name}{self._implements(one)}{key}", lines)

    def _implements(self, one: TypeModel) -> str:
        names = [
            name
            for name in one.interfaces
            if self.model.interface_fields(self.model.types[name], self.subgraph)
            and set(self.model.interface_fields(self.model.types[name], self.subgraph))
            <= set(self._declared(one))
        ]
        return f" implements {' & '.join(names)}" if names else ""

    def _declared(self, one: TypeModel) -> list[str]:
        if one.kind == "interface":
            return self.model.interface_fields(one, self.subgraph)
        return [item.name for item in one.fields.values() if self._has(one, item)]

    def _has(self, one: TypeModel, item: FieldModel) -> bool:
        return item.declared_by(self.subgraph) or (one.name, item.name) in self.external

    def _object_head(self, one: TypeModel) -> str:
        is_object = self.subgraph in one.interface_objects
        keys = one.keys.get(self.subgraph, [])
        if is_object:
            keys = [KeyModel(self.model.types[one.name].keys[self.subgraph][0].parts)]
        marks = "".join(
            f' {self.marks["key"]}(fields: "{field_set(key.parts)}"'
            f"{'' if key.resolvable else ', resolvable: false'})"
            for key in keys
        )
        if is_object:
            marks += f" {self.marks['interfaceObject']}"
        if one.is_hidden and self.style != "1":
            marks += f" {self.marks['inaccessible']}"
        extends = "extend " if self.style == "1" and self._may_extend(one) else ""
        name = self.roots.get(one.name, one.name)
        implements = "" if is_object else self._implements(one)
        return f"{extends}type {name}{implements}{marks}"

    def _may_extend(self, one: TypeModel) -> bool:
        """Does a subgraph define the type that does not extend it?"""
        if one.kind != "entity":
            return one.kind == "root"
        return any(
            style != "1" and SdlPrinter(self.model, other)._declared(one)
            for other, style in self.model.styles.items()
        )

    def _is_resolved_elsewhere(self, one: TypeModel, item: FieldModel) -> bool:
        return any(
            style != "1"
            and item.declared_by(other)
            and (one.name, item.name) not in SdlPrinter(self.model, other).external
            for other, style in self.model.styles.items()
        )

    def _lines(self, one: TypeModel) -> Iterator[str]:
        for item in one.fields.values():
            if not self._has(one, item):
                continue
            text = item.text(self.subgraph)
            for canonical, name in self.roots.items():
                text = text.replace(f": {canonical}", f": {name}")
            if (one.name, item.name) in self.external:
                yield f"{text} {self.marks['external']}"
            else:
                yield text + self._marks(one, item)

    def _marks(self, one: TypeModel, item: FieldModel) -> str:
        marks = ""
        if self.subgraph == item.lost_by:
            return marks
        if item.requires:
            marks += f' {self.marks["requires"]}(fields: "{_quoted(field_set(item.requires))}")'
        if item.provides:
            marks += f' {self.marks["provides"]}(fields: "{field_set(item.provides)}")'
        if item.lost_by and self.subgraph == item.owners[0]:
            label = f', label: "{item.label}"' if item.label else ""
            marks += f' {self.marks["override"]}(from: "{item.lost_by}"{label})'
        if self.style == "1":
            is_key = any(
                part.name == item.name
                for key in one.keys.get(self.subgraph, ())
                for part in key.parts
            )
            known = is_key and self._may_extend(one) and self._is_resolved_elsewhere(one, item)
            return marks + (" @external" if known and one.kind == "entity" else "")
        if len(item.owners) > 1 or item.is_provided:
            marks += f" {self.marks['shareable']}"
        if item.is_hidden and not all(other.is_hidden for other in one.fields.values()):
            marks += f" {self.marks['inaccessible']}"
        return marks


def _quoted(text: str) -> str:
    return text.replace('"', '\\"')


def _block(head: str, lines: list[str]) -> str:
    inner = "".join(f"  {line}\n" for line in lines)
    return f"{head} {{\n{inner}}}"
