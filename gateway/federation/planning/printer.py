"""Prints plans for people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from graphql import parse, print_ast

from gateway.federation.operations.selection import Conditions
from gateway.federation.planning.fetch import RepresentationField
from gateway.federation.planning.path import path_text
from gateway.federation.planning.plan import (
    Deferred,
    Entities,
    EntityPart,
    Fetch,
    Flatten,
    Parallel,
    PlanNode,
    Sequence,
)

_INDENT = "  "


def print_plan(node: PlanNode | None, deferred: Iterable[Deferred] = ()) -> str:
    """The plan as indented text, in the way that Federation tools usually show it."""
    parts = [line for number, one in enumerate(deferred) for line in _deferred_lines(number, one)]
    lines = list(_lines(node)) if node is not None else []
    if parts:
        first = ["Primary {", *_indented(lines), "}"] if lines else ["Primary {}"]
        lines = ["Defer {", *_indented([*first, *parts]), "}"]
    if not lines:
        return "QueryPlan {}"
    return "\n".join(["QueryPlan {", *_indented(lines), "}"])


def _deferred_lines(number: int, part: Deferred) -> Iterator[str]:
    notes = [f'path: "{".".join(part.path)}"']
    if part.label is not None:
        notes.append(f'label: "{part.label}"')
    if part.conditions:
        notes.append(f"if: {_conditions_text((part.conditions,))}")
    if part.depends:
        notes.append(f"after: {', '.join(str(one) for one in part.depends)}")
    head = f"Deferred {number} ({', '.join(notes)})"
    if part.node is None:
        yield f"{head} {{}}"
        return
    yield f"{head} {{"
    yield from _indented(_lines(part.node))
    yield "}"


def _indented(lines: Iterable[str]) -> Iterator[str]:
    return (f"{_INDENT}{line}" for line in lines)


def _lines(node: PlanNode) -> Iterator[str]:
    if isinstance(node, Sequence | Parallel):
        yield f"{type(node).__name__} {{"
        for inner in node.nodes:
            yield from _indented(_lines(inner))
        yield "}"
    elif isinstance(node, Entities):
        paths = dict.fromkeys(path_text(path) for part in node.parts for path in part.paths)
        path = " and ".join(f'"{text}"' for text in paths)
        yield f"Flatten(path: {path}) {{"
        yield from _indented(_fetch_lines(node.fetch, node.parts))
        yield "}"
    elif isinstance(node, Flatten):
        yield f'Flatten(path: "{path_text(node.path)}") {{'
        yield from _indented(_fetch_lines(node.fetch, ()))
        yield "}"
    else:
        yield from _fetch_lines(node, ())


def _fetch_lines(fetch: Fetch, parts: tuple[EntityPart, ...]) -> Iterator[str]:
    conditions = [one for one in (fetch.conditions, *(part.conditions for part in parts)) if one]
    condition = ""
    if conditions and len(parts) < 2:
        condition = f", if: {_conditions_text(conditions[0])}"
    yield f'Fetch(service: "{fetch.subgraph}"{condition}) {{'
    for part in parts:
        several = f" ${part.variable}" if len(parts) > 1 else ""
        if len(parts) > 1 and part.conditions:
            several += f", if: {_conditions_text(part.conditions)}"
        yield f"{_INDENT}{{"
        for name, template in part.templates.items():
            yield f"{_INDENT * 2}... on {name or template.typename} {{"
            if name is not None and name != template.typename:
                yield f'{_INDENT * 3}__typename as "{template.typename}"'
            for field in template.fields.values():
                yield f"{_INDENT * 3}{_field_text(field)}"
            yield f"{_INDENT * 2}}}"
        yield f"{_INDENT}}} =>{several}"
    for one in (one for part in parts for one in part.contexts):
        source = " ".join(_field_text(field) for field in one.fields)
        above = path_text(parts[0].paths[0][: one.depth])
        yield f'{_INDENT}${one.name} from "{above}" {{ {source} }}'
    for line in print_ast(parse(fetch.query)).splitlines():
        yield f"{_INDENT}{line}"
    yield "}"


def _field_text(field: RepresentationField) -> str:
    renamed = f"{field.name} from {field.key}" if field.name != field.key else field.name
    if field.shapes is None:
        return renamed
    parts = []
    for name, fields in field.shapes.items():
        inner = " ".join(_field_text(one) for one in fields)
        if inner:
            parts.append(f"... on {name} {{ {inner} }}" if name else inner)
    return f"{renamed} {{ {' '.join(parts)} }}"


def _conditions_text(alternatives: tuple[Conditions, ...]) -> str:
    return " or ".join(
        " and ".join(f"{'' if wanted else 'not '}${name}" for name, wanted in sorted(conditions))
        for conditions in alternatives
    )
