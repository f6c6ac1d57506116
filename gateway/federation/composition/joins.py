"""Works out, from a subgraph's directives, what it resolves."""

from __future__ import annotations

from graphql import BooleanValueNode, StringValueNode

from gateway.federation.composition.externals import FieldRoles
from gateway.federation.composition.field_sets import (
    InvalidFieldSetError,
    field_set_text,
    read_field_set,
)
from gateway.federation.composition.merging.context import MergeContext
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
                subgraph.joined.others[definition.name] = frozenset(
                    (*definition.values, *definition.input_fields)
                )
    _apply_overrides(context)


def _join_type(
    context: MergeContext, subgraph: ParsedSubgraph, definition: TypeDefinition, roles: FieldRoles
) -> SubgraphType:
    joined = SubgraphType(
        definition.name,
        definition.kind,
        interfaces=frozenset(definition.interfaces),
        members=frozenset(definition.members),
        is_interface_object=definition.has("interfaceObject"),
        is_extension=definition.is_extension,
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
            joined.fields[field.name] = _join_field(context, definition, field, roles)
    return joined


def _join_field(
    context: MergeContext, definition: TypeDefinition, field: Field, roles: FieldRoles
) -> SubgraphField:
    override = next(field.applied("override"), None)
    return SubgraphField(
        field.name,
        field.type,
        frozenset(field.arguments),
        requires=_directive_field_set(context, field, "requires", definition.name),
        provides=_directive_field_set(context, field, "provides", field.type.name),
        external=(definition.name, field.name) in roles.external,
        override_from=_text(override, "from"),
        override_label=_text(override, "label"),
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


def _apply_overrides(context: MergeContext) -> None:
    by_name = {subgraph.name: subgraph for subgraph in context.subgraphs}
    for subgraph in context.subgraphs:
        for joined in subgraph.joined.types.values():
            for field in joined.fields.values():
                if field.override_from is not None and joined.kind is Kind.OBJECT:
                    _apply_override(context, subgraph, joined, field, by_name)


def _apply_override(
    context: MergeContext,
    subgraph: ParsedSubgraph,
    joined: SubgraphType,
    field: SubgraphField,
    by_name: dict[str, ParsedSubgraph],
) -> None:
    coordinate = f"{joined.name}.{field.name}"
    source = by_name.get(field.override_from or "")
    if source is subgraph:
        return
    if source is None:
        context.hint(
            "FROM_SUBGRAPH_DOES_NOT_EXIST",
            f'@override on "{coordinate}" in "{subgraph.name}" names the subgraph '
            f'"{field.override_from}", which does not exist.',
            coordinate,
            [],
        )
        return
    source_type = source.joined.types.get(joined.name)
    overridden = source_type.fields.get(field.name) if source_type else None
    if overridden is None:
        context.hint(
            "OVERRIDE_DIRECTIVE_CAN_BE_REMOVED",
            f'"{coordinate}" is not in "{source.name}" any more; @override in "{subgraph.name}" '
            "can be removed.",
            coordinate,
            [],
        )
    elif overridden.override_from is not None:
        context.problem(
            "OVERRIDE_SOURCE_HAS_OVERRIDE",
            f'"{coordinate}" has @override in "{subgraph.name}" and in "{source.name}", from '
            "which it is taken. Keep one of them.",
            coordinate,
            [],
        )
    elif overridden.external or overridden.requires or overridden.provides:
        context.problem(
            "OVERRIDE_COLLISION_WITH_ANOTHER_DIRECTIVE",
            f'"{coordinate}" cannot be taken from "{source.name}", where it has @external, '
            "@requires or @provides. Remove that first.",
            coordinate,
            [],
        )
    else:
        overridden.overridden = True
        overridden.override_label = field.override_label
        if field.override_label is None:
            context.hint(
                "OVERRIDDEN_FIELD_CAN_BE_REMOVED",
                f'"{coordinate}" in "{source.name}" is overridden by "{subgraph.name}" and can '
                "be removed.",
                coordinate,
                [],
            )
