"""Limits on operations, checked in linear time before anything expensive."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from graphql import DocumentNode

from gateway.federation.errors import OperationError
from gateway.federation.operations.size import ENORMOUS, sizes_of

TOO_LARGE = "OPERATION_TOO_LARGE"


@dataclass(frozen=True, slots=True)
class Limits:
    """What an operation may ask at most; fragments count each time they are spread.

    `characters` and `tokens` limit the text, `definitions` its operations and fragments,
    `depth` the nesting of fields, `fields` all selected fields, `aliases` the renamed ones,
    `root_fields` those at the top, `directives` those at one place, `variables` those that an
    operation declares, `nesting` lists and objects within each other in a value, be it written
    out or sent as a variable.

    `introspection` says whether `__schema` and `__type` may be asked for, `introspection_fields`
    how often, and `introspection_depth` how many of their lists of types and fields may be
    nested: each multiplies the size of the answer.

    `cost` limits what `operations/cost.py` estimates, None lets everything pass; `list_size` is
    the length that is assumed of lists of which `@listSize` says nothing. `planning_effort` is
    in steps of the search for the best plan.
    """

    characters: int = 200_000
    tokens: int = 20_000
    definitions: int = 1_000
    depth: int = 40
    fields: int = 10_000
    aliases: int = 1_000
    root_fields: int = 500
    directives: int = 20
    variables: int = 500
    nesting: int = 50
    introspection: bool = True
    introspection_fields: int = 5
    introspection_depth: int = 3
    cost: int | None = None
    list_size: int = 10
    planning_effort: int = 200_000


def check_text(text: str, limits: Limits) -> None:
    """Raise OperationError when a document is too long to be read."""
    _check("characters", len(text), limits.characters, "Make it shorter.")


def too_many_tokens(limits: Limits) -> OperationError:
    """The error for a document of which reading was given up."""
    return OperationError.single(
        TOO_LARGE,
        f"The document has more than {limits.tokens} tokens, or is nested too deeply to be read. "
        "Make it shorter.",
    )


def check_limits(document: DocumentNode, limits: Limits) -> None:
    """Raise OperationError when an operation of the document is over a limit."""
    _check(
        "operations and fragments",
        len(document.definitions),
        limits.definitions,
        "Send only the operation that is meant, with its fragments.",
    )
    for size in sizes_of(document):
        _check("levels", size.depth, limits.depth, "Select less deeply.")
        _check("fields", size.fields, limits.fields, "Select fewer fields.")
        _check("aliases", size.aliases, limits.aliases, "Use fewer aliases.")
        _check("root fields", size.root_fields, limits.root_fields, "Split the operation.")
        _check("variables", size.variables, limits.variables, "Put them into an input object.")
        advice = "Apply fewer to one element."
        _check("directives at one place", size.directives, limits.directives, advice)
        advice = "Send a flatter value."
        _check("levels in a value", size.nesting, limits.nesting, advice)
        if size.introspection_fields and not limits.introspection:
            raise OperationError.single(
                "INTROSPECTION_DISABLED",
                "The schema cannot be asked for here. Take out __schema and __type; the schema's "
                "owner can give you its text.",
            )
        _check(
            "fields __schema or __type",
            size.introspection_fields,
            limits.introspection_fields,
            "Ask for the schema once.",
        )
        _check(
            "lists within each other in its introspection",
            size.introspection_depth,
            limits.introspection_depth,
            "Ask for the types by name, and not through the fields of other types.",
        )


def check_values(values: Mapping[str, object], limits: Limits) -> None:
    """Raise OperationError when a value of a variable is nested too deeply."""
    for name, value in values.items():
        if not isinstance(value, dict | list):
            continue
        level: list[object] = [value]
        depth = 0
        while level:
            depth += 1
            if depth > limits.nesting:
                raise OperationError.single(
                    "VARIABLES_TOO_LARGE",
                    f'The variable "${name[:100]}" has more than {limits.nesting} levels, which is '
                    "the most that is allowed. Send a flatter value.",
                )
            level = [
                inner
                for outer in level
                for inner in (outer.values() if isinstance(outer, dict) else _items(outer))
                if isinstance(inner, dict | list)
            ]


def _items(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _check(what: str, value: int, limit: int, advice: str) -> None:
    if value > limit:
        found = str(value) if value < ENORMOUS else "very many"
        raise OperationError.single(
            TOO_LARGE, f"The operation has {found} {what}; at most {limit} are allowed. {advice}"
        )
