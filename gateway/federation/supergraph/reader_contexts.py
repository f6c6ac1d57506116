"""Reads contexts: what types set for what is below them, and which arguments are filled so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from graphql import ListValueNode, ObjectValueNode, StringValueNode, ValueNode, parse_type
from graphql.error import GraphQLSyntaxError

from gateway.federation.composition.field_sets import InvalidFieldSetError, read_field_set
from gateway.federation.operations.selection import Selections
from gateway.federation.supergraph.definitions import Definitions
from gateway.federation.supergraph.join import ContextArgument, JoinedSubgraph
from gateway.federation.supergraph.join_arguments import InvalidJoinError
from gateway.federation.supergraph.type_ref import TypeRef


def set_contexts(subgraphs: Iterable[JoinedSubgraph], contexts: Mapping[str, list[str]]) -> None:
    """Give types their contexts, `subgraph__name`, in the subgraph of that name."""
    for subgraph in subgraphs:
        for type_name, names in contexts.items():
            joined = subgraph.types.get(type_name)
            if joined is not None:
                own = (name for name in names if name.startswith(f"{subgraph.name}__"))
                joined.contexts = frozenset(own)


def read_context_arguments(
    value: ValueNode | None, subgraph: JoinedSubgraph, definitions: Definitions
) -> Iterator[ContextArgument]:
    """The arguments in `contextArguments:`. Raises InvalidJoinError for what cannot be used."""
    for item in value.values if isinstance(value, ListValueNode) else ():
        texts = {
            part.name.value: part.value.value
            for part in (item.fields if isinstance(item, ObjectValueNode) else ())
            if isinstance(part.value, StringValueNode)
        }
        try:
            name, context, text = texts["name"], texts["context"], texts["selection"]
            type_ref = TypeRef.of(parse_type(texts["type"], no_location=True))
        except KeyError as error:
            raise InvalidJoinError(f"it lacks {error}") from error
        except GraphQLSyntaxError as error:
            raise InvalidJoinError(f'"{texts["type"]}" is not a type') from error
        selections = {
            setting: _selections(text, setting, definitions)
            for setting in sorted(_setting(context, subgraph))
        }
        yield ContextArgument(name, type_ref, context, text, selections)


def _setting(context: str, subgraph: JoinedSubgraph) -> Iterator[str]:
    """The object types that set a context, themselves or as what they implement."""
    for joined in subgraph.types.values():
        if context in joined.contexts:
            yield from subgraph.possible_types(joined.name)


def _selections(text: str, type_name: str, definitions: Definitions) -> Selections:
    stripped = text.strip()
    wrapped = stripped if stripped.startswith("{") else f"{{ {stripped} }}"
    try:
        return read_field_set(wrapped, type_name, definitions).selections
    except InvalidFieldSetError as error:
        raise InvalidJoinError(f'"{text}" is not a selection on "{type_name}": {error}') from error
