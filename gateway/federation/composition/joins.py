"""Works out, from a subgraph's directives, what it resolves."""

from __future__ import annotations

from graphql import BooleanValueNode, StringValueNode

from gateway.federation.composition.contexts import context_name
from gateway.federation.composition.externals import FieldRoles
from gateway.federation.composition.field_sets import (
    InvalidFieldSetError,
    field_set_text,
    read_field_set,
)
from gateway.federation.composition.joined_contexts import join_contexts, joined_context
from gateway.federation.composition.merging.context import MergeContext
from gateway.federation.composition.overrides import apply_overrides
from gateway.federation.composition.subgraph import ParsedSubgraph
from gateway.federation.supergraph.definitions import Directive, Field, Kind, TypeDefinition
from gateway.federation.supergraph.join import FieldSet, Key, SubgraphField, SubgraphType


def join_subgraphs(context: MergeContext) -> None:
    """Fill `joined` of every subgraph; field sets are read against the merged types."""
    for subgraph in context.subgraphs:
        roles = context.roles[subgraph.name]
        for definition in subgraph.definitions.types.values():
            if definition.kind.is_composite:
                subgraph.joined.types[definition.name] = _join_type(
                    context, subgraph, definition, roles
                )
            else:
                merged = context.merged.types.get(definition.name, definition)
                subgraph.joined.others[definition.name] = {
                    **dict.fromkeys(name for name in definition.values if name in merged.values),
                    **{
                        name: item.type
                        for name, item in definition.input_fields.items()
                        if name in merged.input_fields
                    },
                }
        # Every subgraph has a query root, if only for `_service` and `_entities`.
        subgraph.joined.types.setdefault("Query", SubgraphType("Query", Kind.OBJECT))
    apply_overrides(context)


def _join_type(
    context: MergeContext, subgraph: ParsedSubgraph, definition: TypeDefinition, roles: FieldRoles
) -> SubgraphType:
    joined = SubgraphType(
        definition.name,
        definition.kind,
        interfaces=frozenset(definition.interfaces),
        members=frozenset(definition.members),
        is_interface_object=definition.has("interfaceObject"),
        is_extension=definition.is_extension
        and (definition.has("extends") or not subgraph.is_federation_1),
        contexts=frozenset(
            joined_context(subgraph.name, name)
            for directive in definition.applied("context")
            if (name := context_name(directive)) is not None
        ),
    )
    keys: list[Key] = []
    for directive in definition.applied("key"):
        fields = _field_set(context, directive, definition.name)
        if fields is not None:
            resolvable = directive.arguments.get("resolvable")
            keys.append(
                Key(fields, not (isinstance(resolvable, BooleanValueNode) and not resolvable.value))
            )
    joined.keys = tuple(keys)
    for field in definition.fields.values():
        coordinate = (definition.name, field.name)
        if context.merged.field(*coordinate) is not None:
            made = _join_field(context, definition, field, roles)
            made.contexts = join_contexts(context, subgraph, field)
            joined.fields[field.name] = made
    return joined


def _join_field(
    context: MergeContext, definition: TypeDefinition, field: Field, roles: FieldRoles
) -> SubgraphField:
    override = next(field.applied("override"), None)
    return SubgraphField(
        field.name,
        field.type,
        frozenset(name for name, item in field.arguments.items() if not item.has("fromContext")),
        requires=_directive_field_set(context, field, "requires", definition.name),
        provides=_directive_field_set(context, field, "provides", field.type.name),
        external=(definition.name, field.name) in roles.external,
        override_from=_text(override, "from"),
        override_label=_text(override, "label") or None,
    )


def _text(directive: Directive | None, argument: str) -> str | None:
    value = directive.arguments.get(argument) if directive else None
    return value.value if isinstance(value, StringValueNode) else None


def _directive_field_set(
    context: MergeContext, field: Field, name: str, parent: str
) -> FieldSet | None:
    directive = next(field.applied(name), None)
    return _field_set(context, directive, parent) if directive else None


def _field_set(context: MergeContext, directive: Directive, parent: str) -> FieldSet | None:
    text = field_set_text(directive)
    if text is None:
        return None
    try:
        return read_field_set(text, parent, context.merged)
    except InvalidFieldSetError:
        # A field that no subgraph resolves was reported while merging.
        return None
