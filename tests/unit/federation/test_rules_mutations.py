"""Rules about mutations: their order, what is read after them, what fails between them."""

from __future__ import annotations

from typing import Any

from tests.unit.federation.rule import Ask, Rule, shown_by
from tests.unit.federation.world import Ref

P = Ref("P")


class Counter:
    """A number that every call raises."""

    def __init__(self) -> None:
        self.value = 0

    def add(self, by: int = 1) -> int:
        self.value += by
        return self.value

    def times(self, by: int) -> int:
        self.value *= by
        return self.value


def counting() -> list[dict[str, Any]]:
    counter = Counter()
    return [{"add": counter.add, "times": counter.times}]


TWO = {
    "a": """type Query { a: Int } type Mutation { add(by: Int = 1): Int! }""",
    "b": """type Query { b: Int } type Mutation { times(by: Int!): Int! }""",
}

RULES = [
    *(
        Rule(
            f"mutations of two subgraphs take turns ({number})",
            TWO,
            {"Query": [{}], "Mutation": counting()},
            (Ask(query, expected, {"n": 3}, alone=True, fetches=fetches),),
        )
        for number, (query, expected, fetches) in enumerate(
            (
                (
                    "mutation ($n: Int!) { x: add(by: 5) y: times(by: $n) z: add }",
                    {"x": 5, "y": 15, "z": 16},
                    3,
                ),
                (
                    "mutation ($n: Int!) { x: add y: add(by: $n) z: times(by: 2) "
                    "w: times(by: $n) }",
                    {"x": 1, "y": 4, "z": 8, "w": 24},
                    2,
                ),
                (
                    "mutation ($n: Int!) { ...F y: add(by: $n) } "
                    "fragment F on Mutation { times(by: 9) ... { add } }",
                    {"times": 0, "add": 1, "y": 4},
                    2,
                ),
            )
        )
    ),
    Rule(
        "the same mutation under two names runs twice",
        TWO,
        {"Query": [{}], "Mutation": counting()},
        (Ask("mutation { a: add(by: 2) b: add(by: 2) }", {"a": 2, "b": 4}, alone=True),),
    ),
    Rule(
        "what a mutation returns is completed by other subgraphs",
        {
            "a": """type Query { p: P } type Mutation { make(in: In!): P! }
                input In { name: String! tags: [String!] }
                type P @key(fields: "id") { id: ID! name: String }""",
            "b": """type P @key(fields: "id") { id: ID! name: String @external stock: Int
                label: String @requires(fields: "name") }
                type Mutation { restock(id: ID!, by: Int): P }""",
        },
        {
            "Query": [{"p": P}],
            "Mutation": [{"make": lambda **_: P, "restock": lambda **_: P}],
            "P": [{"id": "1", "name": "N", "stock": 2}],
        },
        (
            Ask(
                """mutation ($in: In!) { make(in: $in) { id name stock label } }""",
                {"make": {"id": "1", "name": "N", "stock": 2, "label": '{"name": "N"}'}},
                {"in": {"name": "N", "tags": "t"}},
                fetches=2,
            ),
            Ask(
                """mutation ($t: [String!]) { make(in: { name: "N", tags: $t }) { stock }
                restock(id: 1) { name stock label } }""",
                variables={"t": ["a"]},
            ),
            Ask('mutation { restock(id: 1) { id } make(in: { name: "x" }) { id } }', fetches=2),
        ),
    ),
    Rule(
        "a mutation may return the query type to read after it",
        {
            "a": """type Query { a: Int p: P } type Mutation { go: Result }
                type Result { query: Query ok: Boolean } type P @key(fields: "id") { id: ID! }""",
            "b": """type Query { b: Int } type P @key(fields: "id") { id: ID! x: Int }""",
        },
        {
            "Query": [{"a": 1, "b": 2, "p": P}],
            "Mutation": [{"go": Ref("Result")}],
            "Result": [{"query": Ref("Query"), "ok": True}],
            "P": [{"id": "1", "x": 3}],
        },
        (
            Ask(
                "mutation { go { ok query { a b p { x } } } }",
                {"go": {"ok": True, "query": {"a": 1, "b": 2, "p": {"x": 3}}}},
            ),
        ),
    ),
    Rule(
        "a mutation that fails leaves the others their answers",
        {
            "a": """type Query { a: Int } type Mutation { bad: Int good: Int }""",
            "b": """type Query { b: Int } type Mutation { other: Int }""",
        },
        {"Query": [{}], "Mutation": [{"bad": ValueError("no"), "good": 1, "other": 2}]},
        (
            Ask(
                "mutation { good bad other }",
                {"good": 1, "bad": None, "other": 2},
                errors=(("bad",),),
            ),
            Ask(
                "mutation { x: bad y: other z: good }",
                {"x": None, "y": 2, "z": 1},
                errors=(("x",),),
            ),
            Ask("mutation { other good }", {"other": None, "good": 1}, down=("b",), errors=((),)),
        ),
    ),
    Rule(
        "conditions decide whether a mutation runs",
        TWO,
        {"Query": [{}], "Mutation": counting()},
        (
            Ask(
                "mutation ($i: Boolean!) { a: add @include(if: $i) b: times(by: 5) "
                "c: add @skip(if: $i) }",
                {"b": 0, "c": 1},
                {"i": False},
                alone=True,
            ),
        ),
    ),
    Rule(
        "a shared mutation runs once",
        {
            "a": """type Query { a: Int } type Mutation { add(by: Int = 1): Int @shareable }""",
            "b": """type Query { b: Int } type Mutation { add(by: Int = 1): Int @shareable }""",
        },
        {"Query": [{}], "Mutation": counting()},
        (Ask("mutation { add }", {"add": 1}, alone=True, fetches=1),),
    ),
]


@shown_by(RULES)
async def test_the_rule_holds(rule: Rule) -> None:
    await rule.check()
