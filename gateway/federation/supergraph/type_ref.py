"""References to types with their list and non-null wrappers."""

from __future__ import annotations

from dataclasses import dataclass

from graphql import ListTypeNode, NamedTypeNode, NonNullTypeNode, TypeNode

LIST = "["
NON_NULL = "!"


@dataclass(frozen=True, slots=True)
class TypeRef:
    """A named type and its wrappers, outermost first: `[Int!]!` is `Int` in `![!`."""

    name: str
    wrapping: str = ""

    @classmethod
    def of(cls, node: TypeNode) -> TypeRef:
        """The reference that an SDL or query document spells."""
        wrapping = ""
        while not isinstance(node, NamedTypeNode):
            if isinstance(node, NonNullTypeNode):
                wrapping += NON_NULL
                node = node.type
            elif isinstance(node, ListTypeNode):
                wrapping += LIST
                node = node.type
        return cls(node.name.value, wrapping)

    @property
    def is_non_null(self) -> bool:
        return self.wrapping.startswith(NON_NULL)

    @property
    def is_list(self) -> bool:
        return LIST in self.wrapping

    @property
    def nullable(self) -> TypeRef:
        """The same type without an outermost non-null wrapper."""
        return TypeRef(self.name, self.wrapping.removeprefix(NON_NULL))

    @property
    def list_depth(self) -> int:
        return self.wrapping.count(LIST)

    def renamed(self, name: str) -> TypeRef:
        return TypeRef(name, self.wrapping)

    def layers(self) -> tuple[bool, ...]:
        """For each list level from the outside, then the item: is it non-null?"""
        flags: list[bool] = []
        non_null = False
        for mark in self.wrapping:
            if mark == NON_NULL:
                non_null = True
            else:
                flags.append(non_null)
                non_null = False
        return (*flags, non_null)

    @classmethod
    def from_layers(cls, name: str, layers: tuple[bool, ...]) -> TypeRef:
        """The inverse of `layers`."""
        marks = [NON_NULL if flag else "" for flag in layers]
        return cls(name, LIST.join(marks))

    def __str__(self) -> str:
        text = self.name
        for mark in reversed(self.wrapping):
            text = f"[{text}]" if mark == LIST else f"{text}!"
        return text
