"""Composition rule by rule: small sets of subgraphs, and the codes that each must give.

The cases are those of the comparison with other composers, `tests/oracles/composition/cases`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.federation import CompositionError, Subgraph, compose
from tests.oracles.composition import corpus
from tests.oracles.composition.corpus import Case, read_cases
from tests.unit.federation.federated import subgraph

CASES = {case.title: case for case in read_cases()}
_CODES = Path(corpus.__file__).parent
DOCUMENTED_ERRORS = (_CODES / "error_codes.txt").read_text().split()
"""Federation's codes, but for those of supergraphs, requests and connectors, and for
LINK_IMPORT_NAME_MISMATCH, which names that are our own in the supergraph make unnecessary."""
DOCUMENTED_HINTS = (_CODES / "hint_codes.txt").read_text().split()
"""Federation's hints, but for those of directives that stay in their subgraph."""


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_composition_gives_the_codes_of_the_case(case: Case) -> None:
    if not case.errors:
        assert {hint.code for hint in compose(case.subgraphs).hints} == case.hints
        return
    with pytest.raises(CompositionError) as caught:
        compose(case.subgraphs)
    assert set(caught.value.codes) == case.errors, caught.value
    names = {one.name for one in case.subgraphs}
    for problem in caught.value.problems:
        assert problem.message.endswith((".", "?", ")")), problem
        assert set(problem.subgraphs) <= names


@pytest.mark.parametrize("code", DOCUMENTED_ERRORS)
def test_every_documented_error_has_a_case(code: str) -> None:
    assert any(code in case.errors for case in CASES.values())


@pytest.mark.parametrize("code", DOCUMENTED_HINTS)
def test_every_documented_hint_has_a_case(code: str) -> None:
    assert any(code in case.hints for case in CASES.values())


def test_all_problems_are_told_at_once_with_coordinates_and_subgraphs() -> None:
    with pytest.raises(CompositionError) as caught:
        compose(
            [
                subgraph(
                    "a",
                    'type Query { q: Int } type T @key(fields: "id") '
                    "{ id: ID x: Int y(n: Int): Int @shareable }",
                ),
                subgraph(
                    "b",
                    'type T @key(fields: "id") { id: ID x: Int y(n: String): Int @shareable }',
                ),
            ]
        )
    found = [(one.code, one.coordinates, one.subgraphs) for one in caught.value.problems]
    assert found == [
        ("FIELD_ARGUMENT_TYPE_MISMATCH", ("T.y(n:)",), ("a", "b")),
        ("INVALID_FIELD_SHARING", ("T.x",), ("a", "b")),
    ]


def test_problems_of_several_subgraphs_are_told_together() -> None:
    with pytest.raises(CompositionError) as caught:
        compose([Subgraph("a", "type Query {"), Subgraph("b", "type Query { x: Nope }")])
    assert [problem.subgraphs for problem in caught.value.problems] == [("a",), ("b",)]
