"""Validation by the rules that an operation can break says what all rules say."""

from __future__ import annotations

from random import Random

import pytest
from graphql import GraphQLSyntaxError, build_schema, parse, specified_rules, validate

from gateway.federation.operations.rules import rules_for

_SCHEMA = build_schema(
    """
    directive @mark(n: Int) on FIELD
    interface Node { id: ID! next(n: Int! = 1, of: Filter): Node }
    type A implements Node { id: ID! next(n: Int! = 1, of: Filter): Node a: [A!] need(x: Int!): A }
    type B implements Node { id: ID! next(n: Int! = 1, of: Filter): Node b: AB }
    union AB = A | B
    input Filter { x: Int! y: [Filter!] }
    type Query { a: A node(id: ID): Node ab: AB }
    type Subscription { a: A b: B }
    """
)
_PIECES = (
    (
        "id a b next node ab need nope __typename x:id x:a {id} {a{id}} {b} {nope} ...F ...G ... "
        "...on(A){id} ...on(B){b} ...on(AB){__typename} ...on(Nope){id} {...F} next(n:1){id} "
        'next(n:"x"){id} next(n:$n){id} next(of:{x:1}){id} next(of:{x:1,x:2}){id} next(m:1){id} '
        "next(n:1,n:2){id} need(x:$u){id} id@skip(if:true) id@nope id@mark@mark id@include(if:$b) "
        "...F@defer a@stream"
    )
    .replace("(A)", " A")
    .replace("(B)", " B")
    .replace("(AB)", " AB")
    .replace("(Nope)", " Nope")
)
_HEADS = ("", "query", "query Q", "query Q($n:Int!)", "query($b:Boolean!,$b:Int)", "subscription")
_TAILS = ("", "fragment F on A{id a{id}}", "fragment F on B{...G}fragment G on B{...F}")


def _document(random: Random) -> str:
    def selections(depth: int) -> str:
        pieces = random.choices(_split(), k=random.randint(1, 4))
        nested = f" a{selections(depth - 1)}" if depth and random.random() < 0.6 else ""
        return f"{{{' '.join(pieces)}{nested}}}"

    operations = [
        f"{random.choice(_HEADS)}{selections(2)}" for _ in range(random.choice([1, 1, 2]))
    ]
    return " ".join([*operations, random.choice(_TAILS)])


def _split() -> list[str]:
    pieces: list[str] = []
    for word in _PIECES.split(" "):
        if pieces and pieces[-1].endswith("...on"):
            pieces[-1] += f" {word}"
        else:
            pieces.append(word)
    return pieces


@pytest.mark.parametrize("seed", range(20))
def test_no_rule_that_is_left_out_would_have_found_anything(seed: int) -> None:
    random = Random(seed)
    invalid = fewer = 0
    for _ in range(60):
        text = _document(random)
        try:
            document = parse(text)
        except GraphQLSyntaxError:
            continue
        everything = validate(_SCHEMA, document)
        rules = rules_for(text)
        assert [str(one) for one in validate(_SCHEMA, document, rules)] == [
            str(one) for one in everything
        ], text
        invalid += bool(everything)
        fewer += len(rules) < len(specified_rules)
    assert invalid > 5
    assert fewer > 5
