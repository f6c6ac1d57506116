"""Prints definitions as SDL."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from graphql import print_ast
from graphql.language.block_string import print_block_string
from graphql.language.print_string import print_string

from gateway.federation.supergraph.definitions import (
    Definitions,
    Element,
    Field,
    InputValue,
    Kind,
    TypeDefinition,
)

Annotate = Callable[[Element, str], Iterable[str]]
"""Gives the directives to print behind an element with this coordinate."""


def kept(names: frozenset[str]) -> Annotate:
    """Prints only the applied directives of these names."""

    def annotate(element: Element, coordinate: str) -> Iterable[str]:
        return [item.signature for item in element.directives if item.name in names]

    return annotate


API_DIRECTIVES = frozenset({"deprecated", "specifiedBy", "oneOf"})


class Printer:
    """Prints definitions with the directives that `annotate` chooses."""

    def __init__(self, annotate: Annotate | None = None) -> None:
        self._annotate = annotate or kept(API_DIRECTIVES)

    def definitions(self, definitions: Definitions) -> str:
        blocks = [print_ast(node) for node in definitions.directives.values()]
        blocks += [self.type(item) for item in definitions.types.values()]
        return "\n\n".join(blocks) + "\n"

    def type(self, definition: TypeDefinition) -> str:
        head = f"{_description(definition, '')}{definition.kind} {definition.name}"
        if definition.interfaces:
            head += f" implements {' & '.join(definition.interfaces)}"
        head += self._directives(definition, definition.name)
        if definition.kind is Kind.UNION:
            return f"{head} = {' | '.join(definition.members)}" if definition.members else head
        lines = [self._field(item, definition.name) for item in definition.fields.values()]
        lines += [
            f"{_description(item, '  ')}  {self._input(item, f'{definition.name}.{item.name}')}"
            for item in definition.input_fields.values()
        ]
        lines += [
            f"{_description(item, '  ')}  {item.name}"
            + self._directives(item, f"{definition.name}.{item.name}")
            for item in definition.values.values()
        ]
        if not lines:
            return head
        return "\n".join([f"{head} {{", *lines, "}"])

    def _field(self, item: Field, parent: str) -> str:
        coordinate = f"{parent}.{item.name}"
        arguments = ""
        if item.arguments:
            printed = [
                _description(argument, "", " ")
                + self._input(argument, f"{coordinate}({argument.name}:)")
                for argument in item.arguments.values()
            ]
            arguments = f"({', '.join(printed)})"
        return (
            f"{_description(item, '  ')}  {item.name}{arguments}: {item.type}"
            f"{self._directives(item, coordinate)}"
        )

    def _input(self, item: InputValue, coordinate: str) -> str:
        default = f" = {print_ast(item.default)}" if item.default is not None else ""
        return f"{item.name}: {item.type}{default}{self._directives(item, coordinate)}"

    def _directives(self, element: Element, coordinate: str) -> str:
        return "".join(f" {text}" for text in self._annotate(element, coordinate))


def _description(element: Element, indent: str, end: str = "\n") -> str:
    if element.description is None:
        return ""
    if "\n" in element.description:
        block = print_block_string(element.description).replace("\n", f"\n{indent}")
        return f"{indent}{block}\n"
    return f"{indent}{print_string(element.description)}{end}"
