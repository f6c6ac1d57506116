"""Prints a supergraph as SDL with the directives of the join specification (v0.5)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from graphql.language.print_string import print_string

from gateway.federation.supergraph.definitions import ROOT_NAMES, Element, Kind, TypeDefinition
from gateway.federation.supergraph.join import JoinedSubgraph, SubgraphField
from gateway.federation.supergraph.model import Supergraph
from gateway.federation.supergraph.printer import API_DIRECTIVES, Printer
from gateway.federation.supergraph.type_ref import TypeRef

_ACCESS = ("authenticated", "requiresScopes", "policy")
_LINKED = ("inaccessible", "tag", *_ACCESS, "context", "cost", "listSize")
_VERSIONS = {"inaccessible": "v0.2", "tag": "v0.3"}
_SECURITY = frozenset({"inaccessible", *_ACCESS, "context"})
_DEFINITIONS = """\
directive @link(url: String, as: String, for: link__Purpose, import: [link__Import]) repeatable \
on SCHEMA

directive @join__directive(graphs: [join__Graph!], name: String!, args: join__DirectiveArguments) \
repeatable on SCHEMA | OBJECT | INTERFACE | FIELD_DEFINITION

directive @join__enumValue(graph: join__Graph!) repeatable on ENUM_VALUE

directive @join__field(graph: join__Graph, requires: join__FieldSet, provides: join__FieldSet, \
type: String, external: Boolean, override: String, usedOverridden: Boolean, \
overrideLabel: String, contextArguments: [join__ContextArgument!]) repeatable \
on FIELD_DEFINITION | INPUT_FIELD_DEFINITION

directive @join__graph(name: String!, url: String!) on ENUM_VALUE

directive @join__implements(graph: join__Graph!, interface: String!) repeatable \
on OBJECT | INTERFACE

directive @join__type(graph: join__Graph!, key: join__FieldSet, extension: Boolean! = false, \
resolvable: Boolean! = true, isInterfaceObject: Boolean! = false) repeatable \
on OBJECT | INTERFACE | UNION | ENUM | INPUT_OBJECT | SCALAR

directive @join__unionMember(graph: join__Graph!, member: String!) repeatable on UNION

scalar join__DirectiveArguments

scalar join__FieldSet

scalar join__FieldValue

input join__ContextArgument {
  name: String!
  type: String!
  context: String!
  selection: join__FieldValue!
}

scalar link__Import

enum link__Purpose {
  SECURITY
  EXECUTION
}"""
_TARGETS = (
    "FIELD_DEFINITION | OBJECT | INTERFACE | UNION | ARGUMENT_DEFINITION | SCALAR | ENUM | "
    "ENUM_VALUE | INPUT_OBJECT | INPUT_FIELD_DEFINITION"
)
_LINKED_DEFINITIONS = {
    "inaccessible": f"directive @inaccessible on {_TARGETS}",
    "tag": f"directive @tag(name: String!) repeatable on {_TARGETS} | SCHEMA",
    "context": "directive @context(name: String!) repeatable on INTERFACE | OBJECT | UNION\n\n"
    "directive @context__fromContext(field: context__ContextFieldValue) on ARGUMENT_DEFINITION"
    "\n\nscalar context__ContextFieldValue",
    "authenticated": "directive @authenticated on FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR "
    "| ENUM",
    "requiresScopes": "directive @requiresScopes(scopes: [[requiresScopes__Scope!]!]!) on "
    "FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | ENUM\n\nscalar requiresScopes__Scope",
    "policy": "directive @policy(policies: [[policy__Policy!]!]!) on FIELD_DEFINITION | OBJECT "
    "| INTERFACE | SCALAR | ENUM\n\nscalar policy__Policy",
    "cost": "directive @cost(weight: Int!) on ARGUMENT_DEFINITION | ENUM | FIELD_DEFINITION | "
    "INPUT_FIELD_DEFINITION | OBJECT | SCALAR",
    "listSize": "directive @listSize(assumedSize: Int, slicingArguments: [String!], "
    "sizedFields: [String!], requireOneSlicingArgument: Boolean = true) on FIELD_DEFINITION",
}


def print_supergraph(supergraph: Supergraph) -> str:
    """The supergraph SDL, which gateways that read the join specification can serve."""
    return _JoinPrinter(supergraph).text()


class _JoinPrinter:
    def __init__(self, supergraph: Supergraph) -> None:
        self.supergraph = supergraph
        self.graphs: dict[str, str] = {}
        for name in supergraph.subgraphs:
            graph = re.sub(r"\W", "_", name).upper()
            graph = f"_{graph}" if graph[:1].isdigit() else graph
            while graph in self.graphs.values():
                graph += "_"
            self.graphs[name] = graph
        self.used: set[str] = set()

    def text(self) -> str:
        body = Printer(self._annotations).definitions(self.supergraph.definitions)
        graphs = "\n".join(
            f"  {self.graphs[name]} @join__graph(name: {print_string(name)}, "
            f"url: {print_string(subgraph.url)})"
            for name, subgraph in self.supergraph.subgraphs.items()
        )
        if "listSize" in self.used:
            self.used.add("cost")  # they are one specification
        linked = [name for name in _LINKED if name in self.used]
        definitions = [_DEFINITIONS, *(_LINKED_DEFINITIONS[name] for name in linked)]
        return "\n\n".join(
            [self._schema(linked), *definitions, f"enum join__Graph {{\n{graphs}\n}}", body]
        )

    def _schema(self, linked: list[str]) -> str:
        lines = [
            "schema",
            '  @link(url: "https://specs.apollo.dev/link/v1.0")',
            '  @link(url: "https://specs.apollo.dev/join/v0.5", for: EXECUTION)',
        ]
        lines += [f"  {text}" for text in self._links(linked)]
        lines.append("{")
        lines += [
            f"  {operation}: {name}"
            for operation, name in ROOT_NAMES.items()
            if name in self.supergraph.definitions.types
        ]
        return "\n".join([*lines, "}"])

    def _links(self, linked: list[str]) -> Iterator[str]:
        for name in linked:
            if name == "listSize":
                continue
            version = _VERSIONS.get(name, "v0.1")
            purpose = ", for: SECURITY" if name in _SECURITY else ""
            yield f'@link(url: "https://specs.apollo.dev/{name}/{version}"{purpose})'
        if "listSize" in linked:
            yield '@link(url: "https://specs.apollo.dev/cost/v0.1", import: ["@listSize"])'
        for feature in self.supergraph.features:
            alias = f", as: {print_string(feature.namespace)}" if feature.namespace else ""
            imports = ", ".join(
                print_string(name)
                if name == local
                else f"{{ name: {print_string(name)}, as: {print_string(local)} }}"
                for name, local in feature.imports
            )
            imported = f", import: [{imports}]" if imports else ""
            yield f"@link(url: {print_string(feature.url)}{alias}{imported})"

    def _annotations(self, element: Element, coordinate: str) -> Iterator[str]:
        if isinstance(element, TypeDefinition):
            yield from self._type(element)
        elif "(" not in coordinate:
            type_name, member = coordinate.split(".")
            yield from self._member(type_name, member)
        for directive in element.directives:
            if directive.name in API_DIRECTIVES or directive.name in _LINKED:
                self.used.add(directive.name)
                yield directive.signature
            elif directive.name in self.supergraph.definitions.directives:
                yield directive.signature

    def _type(self, definition: TypeDefinition) -> Iterator[str]:
        name = definition.name
        contexts: list[str] = []
        for subgraph in self.supergraph.subgraphs.values():
            graph = self.graphs[subgraph.name]
            joined = subgraph.types.get(name)
            if joined is None:
                if name in subgraph.others:
                    yield f"@join__type(graph: {graph})"
                continue
            extra = ", extension: true" if joined.is_extension and joined.keys else ""
            extra += ", isInterfaceObject: true" if joined.is_interface_object else ""
            for context in sorted(joined.contexts):
                self.used.add("context")
                contexts.append(f"@context(name: {print_string(context)})")
            for key in joined.keys:
                resolvable = "" if key.resolvable else ", resolvable: false"
                text = print_string(key.fields.text)
                yield f"@join__type(graph: {graph}, key: {text}{extra}{resolvable})"
            if not joined.keys:
                yield f"@join__type(graph: {graph})"
            for interface in sorted(joined.interfaces):
                yield f'@join__implements(graph: {graph}, interface: "{interface}")'
            for member in sorted(joined.members):
                yield f'@join__unionMember(graph: {graph}, member: "{member}")'
        yield from contexts

    def _member(self, type_name: str, member: str) -> Iterator[str]:
        definition = self.supergraph.definitions.types[type_name]
        knowing = [
            subgraph
            for subgraph in self.supergraph.subgraphs.values()
            if type_name in subgraph.types or type_name in subgraph.others
        ]
        holding = [one for one in knowing if self._holds(one, type_name, member)]
        if definition.kind is Kind.ENUM:
            for subgraph in holding:
                yield f"@join__enumValue(graph: {self.graphs[subgraph.name]})"
            return
        if type_name in ROOT_NAMES.values() and definition.kind is Kind.OBJECT and not holding:
            return
        yield from self._fields(definition, member, holding, len(knowing))

    def _fields(
        self,
        definition: TypeDefinition,
        member: str,
        holding: list[JoinedSubgraph],
        knowing: int,
    ) -> Iterator[str]:
        fields = {
            subgraph.name: field
            for subgraph in holding
            if definition.name in subgraph.types
            and (field := subgraph.types[definition.name].fields.get(member)) is not None
        }
        kept = [one for one in holding if one.name in fields or not definition.kind.is_composite]
        types: dict[str, TypeRef | None] = {name: item.type for name, item in fields.items()}
        for subgraph in kept:
            if not definition.kind.is_composite:
                types[subgraph.name] = subgraph.others[definition.name][member]
        details = {
            name: self._field_details(definition.name, field) for name, field in fields.items()
        }
        differ = len(set(types.values())) > 1
        if not kept:
            yield "@join__field"
        elif (
            len(kept) < knowing
            or differ
            or any(
                text
                for name, text in details.items()
                if not self._is_idle(definition.name, fields[name])
            )
        ):
            for subgraph in kept:
                shown = f', type: "{types[subgraph.name]}"' if differ else ""
                text = f"{shown}{details.get(subgraph.name, '')}"
                yield f"@join__field(graph: {self.graphs[subgraph.name]}{text})"

    def _holds(self, subgraph: JoinedSubgraph, type_name: str, member: str) -> bool:
        if type_name in subgraph.types:
            return member in subgraph.types[type_name].fields
        return member in subgraph.others[type_name]

    def _field_details(self, type_name: str, field: SubgraphField) -> str:
        text = ""
        if field.external:
            text += ", external: true"
        if field.requires is not None:
            text += f", requires: {print_string(field.requires.text)}"
        if field.provides is not None:
            text += f", provides: {print_string(field.provides.text)}"
        if field.override_from is not None:
            text += f", override: {print_string(field.override_from)}"
        if field.overridden and field.override_label is None:
            text += ", usedOverridden: true"
        if field.override_label is not None and (
            field.overridden or self._is_override(type_name, field)
        ):
            text += f", overrideLabel: {print_string(field.override_label)}"
        if field.contexts:
            arguments = ", ".join(
                f"{{ context: {print_string(item.context)}, name: {print_string(item.name)}, "
                f'type: "{item.type}", selection: {print_string(item.text)} }}'
                for item in field.contexts
            )
            text += f", contextArguments: [{arguments}]"
        return text

    def _is_idle(self, type_name: str, field: SubgraphField) -> bool:
        """Is all that there is to say that it overrides what is not there?"""
        if field.override_from is None or self._is_override(type_name, field):
            return False
        return not (field.external or field.requires or field.provides or field.contexts)

    def _is_override(self, type_name: str, field: SubgraphField) -> bool:
        source = self.supergraph.subgraphs.get(field.override_from or "")
        return source is not None and type_name in source.types
