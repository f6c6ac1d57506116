"""What a caller may see, and what the parts of a schema require."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from graphql import ListValueNode, StringValueNode, ValueNode

from gateway.federation.supergraph.definitions import Element

Alternatives = frozenset[frozenset[str]]
"""Groups of names: one group must be had completely."""


@dataclass(frozen=True, slots=True)
class Access:
    """Who asks, as far as `@authenticated`, `@requiresScopes` and `@policy` want to know.

    The default is a stranger.
    """

    authenticated: bool = False
    scopes: frozenset[str] = frozenset()
    policies: frozenset[str] = frozenset()

    @classmethod
    def of_claims(cls, claims: Mapping[str, object]) -> Access:
        """What the claims of a verified token grant.

        `scope` is a text with spaces between the scopes (RFC 8693) or a list, `scopes` and
        `policies` are such as well; anything else in their places grants nothing.
        """
        return cls(
            authenticated=True,
            scopes=_names(claims.get("scope")) | _names(claims.get("scopes")),
            policies=_names(claims.get("policies")),
        )


STRANGER = Access()


@dataclass(frozen=True, slots=True)
class Requirement:
    """What one type or field requires of whoever wants to see it: all that is set here."""

    authenticated: bool = False
    scopes: Alternatives | None = None
    policies: Alternatives | None = None

    def met_by(self, access: Access) -> bool:
        """May whoever has this access see it?"""
        return (
            (access.authenticated or not self.authenticated)
            and (self.scopes is None or any(group <= access.scopes for group in self.scopes))
            and (self.policies is None or any(group <= access.policies for group in self.policies))
        )

    def __str__(self) -> str:
        parts = ["signing in"] if self.authenticated else []
        for word, groups in (("scope", self.scopes), ("policy", self.policies)):
            if groups is not None:
                texts = sorted(" and ".join(sorted(group)) for group in groups)
                parts.append(f"the {word} {', or '.join(texts)}")
        return " and ".join(parts)


def requirement_of(element: Element) -> Requirement | None:
    """What the directives of a type or field require; None when everybody may see it."""
    authenticated = element.has("authenticated")
    scopes = _alternatives(element, "requiresScopes", "scopes")
    policies = _alternatives(element, "policy", "policies")
    if not authenticated and scopes is None and policies is None:
        return None
    return Requirement(authenticated, scopes, policies)


def _alternatives(element: Element, directive: str, argument: str) -> Alternatives | None:
    result: Alternatives | None = None
    for applied in element.applied(directive):
        groups = _groups(applied.arguments.get(argument))
        if result is None:
            result = groups
        else:  # each application must be met
            result = frozenset(one | other for one in result for other in groups)
    return result


def _groups(value: ValueNode | None) -> Alternatives:
    """The groups of a list of lists; a single item stands for a list of it, as GraphQL has it."""
    return frozenset(
        frozenset(item.value for item in _items(group) if isinstance(item, StringValueNode))
        for group in _items(value)
    )


def _items(value: ValueNode | None) -> tuple[ValueNode, ...]:
    if isinstance(value, ListValueNode):
        return tuple(value.values)
    return () if value is None else (value,)


def _names(claim: object) -> frozenset[str]:
    if isinstance(claim, str):
        return frozenset(claim.split())
    if isinstance(claim, list | tuple):
        return frozenset(item for item in claim if isinstance(item, str))
    return frozenset()
