"""Makes a case with a wrong answer as small as it gets."""

from __future__ import annotations

import traceback
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from itertools import islice
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLError,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    parse,
    print_ast,
)

from gateway.federation import CompositionError, OperationError
from tests.unit.federation.federated import Federated
from tests.unit.federation.random_case import Case
from tests.unit.federation.world import Ref

Fails = Callable[[Case], Awaitable[bool]]
_KINDS = ("no plan", "no error is expected", "nulls with errors", "the order of", "got   ")


async def story(seed: int, case: Case) -> str:
    """The case as small as it gets, and what is wrong with its answer."""
    kind = await _kind(case)
    if not kind:
        return f"seed {seed} fails only beside other operations\n{case}"

    async def fails(smaller: Case) -> bool:
        return await _kind(smaller) == kind

    small = await shrunk(case, fails)
    try:
        await small.check()
    except Exception as error:
        return f"seed {seed}\n{small}\n--- why\n{error}"
    return f"seed {seed}\n{case}"


_INVALID = ("does not exist inside the schema", "is not a possible type")
_last: dict[str, tuple[Case, Federated]] = {}


def _made(case: Case) -> Federated:
    """The federated case, made once while only the operation shrinks."""
    known = _last.get("made")
    if known is not None and known[0].sdls is case.sdls and known[0].world is case.world:
        for server in known[1].servers.values():
            server.violations.clear()
        return known[1]
    made = case.federated()
    _last["made"] = (case, made)
    return made


async def _kind(case: Case) -> str:
    """In what way the answer is wrong; empty when it is right or the case is not valid."""
    try:
        await case.check(_made(case))
    except (CompositionError, OperationError, GraphQLError):
        return ""
    except AssertionError as error:
        text = str(error)
        if "GraphQLError" in text or any(one in text for one in _INVALID):
            return ""
        return next((kind for kind in _KINDS if kind in text), "refused")
    except Exception as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        return f"{type(error).__name__} in {last.name}" if "gateway" in last.filename else ""
    return ""


async def shrunk(case: Case, fails: Fails, *, attempts: int = 1_500) -> Case:
    """A smaller case that still fails: less query first, then less schema, then less data."""
    before = None
    while case is not before and attempts > 0:
        before = case
        for smaller in (_smaller_operations, _smaller_sdls, _smaller_worlds):
            number = 0
            while attempts > 0:
                # What is taken away moves the next candidate to the same number.
                candidate = next(islice(smaller(case), number, None), None)
                if candidate is None:
                    break
                attempts -= 1
                if await fails(candidate):
                    case = candidate
                else:
                    number += 1
    return case


def _smaller_operations(case: Case) -> Iterator[Case]:
    document = parse(case.operation.text)
    for smaller in _without_one(document):
        yield replace(case, operation=replace(case.operation, text=print_ast(smaller)))
    for name in case.operation.variables:
        kept = {key: value for key, value in case.operation.variables.items() if key != name}
        yield replace(case, operation=replace(case.operation, variables=kept))
    for label in case.labels:
        yield replace(case, labels=[one for one in case.labels if one != label])


def _smaller_sdls(case: Case) -> Iterator[Case]:
    for name in case.sdls:
        yield replace(case, sdls={key: sdl for key, sdl in case.sdls.items() if key != name})
    documents = {name: parse(sdl) for name, sdl in case.sdls.items()}
    for without in (_without_type, _without_field):
        for name in _coordinates(documents, fields=without is _without_field):
            smaller_documents = {key: without(one, name) for key, one in documents.items()}
            yield replace(
                case, sdls={key: print_ast(one) for key, one in smaller_documents.items()}
            )
    for name, sdl in case.sdls.items():
        for smaller in _without_one(parse(sdl)):
            yield replace(case, sdls={**case.sdls, name: print_ast(smaller)})


def _coordinates(documents: dict[str, DocumentNode], *, fields: bool) -> list[str]:
    found: dict[str, None] = {}
    for document in documents.values():
        for one in document.definitions:
            if getattr(one, "name", None) is None:
                continue
            name = one.name.value
            for item in getattr(one, "fields", None) or () if fields else ():
                found[f"{name}.{item.name.value}"] = None
            if not fields:
                found[name] = None
    return list(found)


def _without_type(document: DocumentNode, name: str) -> DocumentNode:
    kept = []
    for one in document.definitions:
        if getattr(getattr(one, "name", None), "value", "") == name:
            continue
        changed: Any = one
        for key in ("types", "interfaces"):
            items = getattr(changed, key, None)
            if items:
                changed = replace(
                    changed, **{key: tuple(one for one in items if one.name.value != name)}
                )
        kept.append(changed)
    return replace(document, definitions=tuple(kept))


def _without_field(document: DocumentNode, coordinate: str) -> DocumentNode:
    type_name, _, name = coordinate.partition(".")
    kept: list[Any] = []
    for one in document.definitions:
        changed: Any = one
        if getattr(getattr(one, "name", None), "value", "") == type_name:
            fields = tuple(item for item in changed.fields or () if item.name.value != name)
            changed = replace(changed, fields=fields)
        if getattr(changed, "fields", True):
            kept.append(changed)
    return replace(document, definitions=tuple(kept))


def _smaller_worlds(case: Case) -> Iterator[Case]:
    for name, items in case.world.items():
        for number, item in enumerate(items):
            for key, value in item.items():
                for smaller in _smaller_values(value):
                    made = [*items]
                    made[number] = {**item, key: smaller}
                    yield replace(case, world={**case.world, name: made})
    used = repr(case.world) + str(case.sdls)
    for name in list(case.world):
        if f"Ref(type='{name}'" not in used and f"type {name}" not in used:
            kept = {key: items for key, items in case.world.items() if key != name}
            yield replace(case, world=kept)


def _smaller_values(value: Any) -> Iterator[Any]:
    if isinstance(value, list) and value:
        yield []
        if len(value) > 1:
            yield value[:1]
            yield value[1:]
        for smaller in _smaller_values(value[0]):
            yield [smaller, *value[1:]]
    if isinstance(value, Ref) and value.number:
        yield Ref(value.type, 0)
    if isinstance(value, Ref | list):
        yield None


_PARTS = {
    "fields": 1,
    "directives": 0,
    "interfaces": 0,
    "types": 1,
    "arguments": 0,
    "values": 1,
    "selections": 1,
    "definitions": 1,
    "variable_definitions": 0,
}


def _without_one(node: Any) -> Iterator[Any]:
    """The tree without one of its branches, the large ones first."""
    for name, least in _PARTS.items():
        items = getattr(node, name, None)
        if not items:
            continue
        if len(items) > least:
            for index in range(len(items)):
                if not isinstance(items[index], OperationDefinitionNode):
                    yield replace(node, **{name: (*items[:index], *items[index + 1 :])})
        for index, item in enumerate(items):
            for smaller in _without_one(item):
                yield replace(node, **{name: (*items[:index], smaller, *items[index + 1 :])})
            if isinstance(item, InlineFragmentNode) and name == "selections":
                inner = item.selection_set.selections
                yield replace(node, selections=(*items[:index], *inner, *items[index + 1 :]))
    if isinstance(
        node, FieldNode | OperationDefinitionNode | FragmentDefinitionNode | InlineFragmentNode
    ):
        if isinstance(node, FieldNode) and node.alias is not None:
            yield replace(node, alias=None)
        if isinstance(node.selection_set, SelectionSetNode):
            for smaller in _without_one(node.selection_set):
                yield replace(node, selection_set=smaller)
