"""The arguments of join directives as values."""

from __future__ import annotations

from dataclasses import dataclass

from graphql import BooleanValueNode, EnumValueNode, StringValueNode, parse_type
from graphql.error import GraphQLSyntaxError

from gateway.federation.supergraph.definitions import Directive
from gateway.federation.supergraph.type_ref import TypeRef


class InvalidJoinError(Exception):
    """An argument that says nothing sensible; the message says why."""


@dataclass(frozen=True, slots=True)
class JoinArguments:
    """Reads the arguments of one applied join directive."""

    directive: Directive

    @property
    def graph(self) -> str | None:
        """The value of `join__Graph`; some tools write it as a string."""
        value = self.directive.arguments.get("graph")
        return value.value if isinstance(value, EnumValueNode | StringValueNode) else None

    def text(self, name: str) -> str | None:
        """A string that is not empty."""
        value = self.directive.arguments.get(name)
        return (value.value or None) if isinstance(value, StringValueNode) else None

    def flag(self, name: str, *, default: bool = False) -> bool:
        value = self.directive.arguments.get(name)
        return value.value if isinstance(value, BooleanValueNode) else default

    def type_ref(self, name: str) -> TypeRef | None:
        """A type that is spelt in a string. Raises InvalidJoinError when it is none."""
        text = self.text(name)
        if text is None:
            return None
        try:
            return TypeRef.of(parse_type(text, no_location=True))
        except GraphQLSyntaxError as error:
            raise InvalidJoinError(f'"{text}" is not a type') from error
