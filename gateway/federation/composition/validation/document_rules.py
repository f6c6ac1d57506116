"""Rules for the text of a subgraph: what GraphQL asks of any SDL, and what federation reserves."""

from __future__ import annotations

from collections.abc import Iterator

from graphql import (
    DefinitionNode,
    DirectiveDefinitionNode,
    DocumentNode,
    ExecutableDefinitionNode,
    ScalarTypeDefinitionNode,
    TypeDefinitionNode,
    TypeExtensionNode,
)
from graphql.validation.rules.possible_type_extensions import PossibleTypeExtensionsRule
from graphql.validation.specified_rules import specified_sdl_rules
from graphql.validation.validate import validate_sdl

from gateway.federation.composition.links import Links
from gateway.federation.composition.specification import (
    BOILERPLATE_TYPES,
    SINCE,
    directive_definitions,
    renamed_directive,
    type_definitions,
)
from gateway.federation.errors import Problem, sentence
from gateway.federation.supergraph.definitions import BUILT_IN_SCALARS
from gateway.federation.supergraph.type_ref import TypeRef

# A subgraph may extend what another one defines.
_RULES = [rule for rule in specified_sdl_rules if rule is not PossibleTypeExtensionsRule]
_BUILT_IN = ("oneOf", "link", "core")


def check_document(document: DocumentNode, links: Links, subgraph: str) -> Iterator[Problem]:
    """Every reason why the SDL is not usable as it is written."""
    definitions: list[DefinitionNode] = []
    wrong: list[Problem] = []
    for node in document.definitions:
        if isinstance(node, TypeDefinitionNode) and _is_hidden_machinery(node, links):
            yield Problem(
                "DISALLOWED_INACCESSIBLE",
                f'"{node.name.value}" belongs to GraphQL or to federation and cannot be '
                "@inaccessible. Remove it.",
                (node.name.value,),
                (subgraph,),
            )
        if isinstance(node, ExecutableDefinitionNode):
            yield Problem(
                "INVALID_GRAPHQL",
                "A schema holds definitions of types only; remove the operation or fragment.",
                subgraphs=(subgraph,),
            )
        elif isinstance(node, DirectiveDefinitionNode) and node.name.value in links.canonical:
            wrong += _check_directive(node, links.canonical[node.name.value], subgraph)
        elif isinstance(node, DirectiveDefinitionNode) and node.name.value in links.link_names:
            continue
        elif isinstance(node, TypeDefinitionNode) and links.is_specification_type(node.name.value):
            is_purpose = node.name.value.endswith("__Purpose")
            if not isinstance(node, ScalarTypeDefinitionNode) and not is_purpose:
                yield Problem(
                    "TYPE_DEFINITION_INVALID",
                    f'"{node.name.value}" is a scalar of the specification, but is defined as '
                    "something else. Remove the definition.",
                    (node.name.value,),
                    (subgraph,),
                )
        else:
            definitions.append(node)
    if wrong:
        yield from wrong
        return
    known = DocumentNode(definitions=(*definitions, *_added(definitions, links)))
    for error in validate_sdl(known, rules=_RULES):
        yield Problem("INVALID_GRAPHQL", _advised(error.message), subgraphs=(subgraph,))


def _is_hidden_machinery(node: TypeDefinitionNode, links: Links) -> bool:
    name = node.name.value
    is_machinery = name in BUILT_IN_SCALARS | BOILERPLATE_TYPES or links.is_specification_type(name)
    return is_machinery and any(
        links.canonical.get(directive.name.value) == "inaccessible"
        for directive in node.directives or ()
    )


def _advised(message: str) -> str:
    name = message.removeprefix("Unknown directive '@").removesuffix("'.")
    if name in SINCE:
        return f"{message} Import it from the federation specification."
    if message.startswith("Unknown"):
        return f"{message} Define it or correct the name."
    return f"{sentence(message)} Correct it."


def _added(definitions: list[DefinitionNode], links: Links) -> Iterator[DefinitionNode]:
    """Definitions of the specification that the subgraph may leave out, under its own names."""
    given = {
        (type(node) is DirectiveDefinitionNode, node.name.value)
        for node in definitions
        if isinstance(node, DirectiveDefinitionNode | TypeDefinitionNode)
    }
    for node in type_definitions():
        if isinstance(node, TypeDefinitionNode) and (False, node.name.value) not in given:
            yield node
    defined = {name for is_directive, name in given if not is_directive}
    for node in definitions:
        if isinstance(node, TypeExtensionNode) and node.name.value not in defined:
            # The rules know types by their definitions only.
            defined.add(node.name.value)
            yield ScalarTypeDefinitionNode(name=node.name, directives=())
    specified = directive_definitions()
    names = {**{name: name for name in _BUILT_IN}, **links.canonical}
    names |= {name: "link" for name in links.link_names if name not in names}
    for local, name in names.items():
        if (True, local) not in given:
            yield renamed_directive(specified[name], local)


def _check_directive(node: DirectiveDefinitionNode, name: str, subgraph: str) -> Iterator[Problem]:
    specified = directive_definitions()[name]
    local = f"@{node.name.value}"

    def problem(reason: str) -> Problem:
        message = f'The definition of "{local}" is not federation\'s own: {reason}. Leave it out.'
        return Problem("DIRECTIVE_DEFINITION_INVALID", message, (local,), (subgraph,))

    arguments = {item.name.value: item for item in specified.arguments or ()}
    own = {item.name.value: item for item in node.arguments or ()}
    for argument, item in own.items():
        expected = arguments.get(argument)
        if expected is None:
            yield problem(f'it has no argument "{argument}"')
            continue
        wanted, given = TypeRef.of(expected.type), TypeRef.of(item.type)
        same_name = wanted.name == given.name or wanted.name not in BUILT_IN_SCALARS
        if not same_name or wanted.list_depth != given.list_depth:
            yield problem(f'"{argument}" is of the type "{wanted}"')
    for argument, item in arguments.items():
        if argument not in own and TypeRef.of(item.type).is_non_null and item.default_value is None:
            yield problem(f'it has an argument "{argument}"')
    places = {place.value for place in specified.locations}
    wrong = [place.value for place in node.locations if place.value not in places]
    if wrong:
        yield problem(f"it goes on {', '.join(sorted(places))}, not on {', '.join(wrong)}")
    if node.repeatable and not specified.repeatable:
        yield problem("it is not repeatable")
