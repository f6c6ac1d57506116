"""Rules about arguments, input objects and enums: what is merged, what goes through."""

from __future__ import annotations

from typing import Any

from tests.unit.federation.rule import Ask, Rule, shown_by
from tests.unit.federation.world import Ref

T = Ref("T")


def told(**arguments: Any) -> str:
    return repr(sorted(arguments.items()))


RULES = [
    Rule(
        "an input object has the fields that all subgraphs know",
        {
            "a": """type Query { a(in: In): String } input In { x: Int! y: [String!] only: Int }""",
            "b": """type Query { b(in: In!): String } input In { x: Int y: [String!]! = ["d"] }""",
        },
        {"Query": [{"a": told, "b": told}]},
        asks=(
            Ask('{ a(in: { x: 1, y: ["q"] }) }', {"a": "[('in', {'x': 1, 'y': ['q']})]"}),
            Ask("{ a(in: null) }", {"a": "[('in', None)]"}),
            Ask("query ($in: In!) { a(in: $in) b(in: $in) }", variables={"in": {"x": 1, "y": "s"}}),
        ),
    ),
    Rule(
        "defaults of fields and arguments hold in the subgraph and in the graph",
        {
            "a": """type Query { a(n: Int = 3, in: In = { k: 1 }, e: E! = B, l: [Int!]! = [1]):
                String }
                input In { k: Int! = 5 s: String = "x" deep: In } enum E { A B }""",
            "b": """type Query { b: E } enum E { A B }""",
        },
        {"Query": [{"a": told, "b": "A"}]},
        (
            Ask(
                "{ a b }",
                {"a": "[('e', 'B'), ('in', {'k': 1, 's': 'x'}), ('l', [1]), ('n', 3)]", "b": "A"},
            ),
            Ask("{ a(n: null, in: { deep: {} }) }"),
            Ask("query ($n: Int, $e: E! = A, $k: Int = 9) { a(n: $n, e: $e, in: { k: $k }) }"),
            Ask("query ($n: Int = 4) { a(n: $n) }", variables={"n": None}),
            Ask("query ($l: [Int!]! = 7, $s: String) { a(l: $l, in: { s: $s }) }"),
            Ask(
                "query ($l: [Int!]! = 7, $s: String) { a(l: $l, in: { s: $s }) }",
                variables={"l": 8, "s": None},
            ),
            Ask(
                "query ($d: In) { a(in: { k: 0, deep: $d }) }", variables={"d": {"deep": {"k": 2}}}
            ),
        ),
    ),
    Rule(
        "an argument that one subgraph lacks is not part of the graph",
        {
            "a": """type Query { t(a: Int, b: Int): T @shareable }
                type T @key(fields: "id") { id: ID! x: Int }""",
            "b": """type Query { t(a: Int): T @shareable }
                type T @key(fields: "id") { id: ID! y: Int }""",
        },
        {"Query": [{"t": lambda a=None, b=None: T}], "T": [{"id": "1", "x": 1, "y": 2}]},
        (
            Ask("{ t(a: 1) { x y } }", {"t": {"x": 1, "y": 2}}, fetches=2),
            Ask("{ t(b: 1) { x } }", alone=True, expected=None, errors=((),)),
        ),
    ),
    Rule(
        "an argument that is required somewhere is required in the graph",
        {
            "a": """type Query { t(a: Int!): T @shareable } type T @shareable { x: String }""",
            "b": """type Query { t(a: Int): T @shareable } type T @shareable { x: String }""",
        },
        {"Query": [{"t": lambda a: T}], "T": [{"x": "X"}]},
        (
            Ask("{ t(a: 1) { x } }", {"t": {"x": "X"}}),
            Ask("{ t { x } }", expected=None, alone=True, errors=((),)),
            Ask("query ($a: Int) { t(a: $a) { x } }", None, {"a": 1}, alone=True, errors=((),)),
            Ask("query ($a: Int = 2) { t(a: $a) { x } }", {"t": {"x": "X"}}),
        ),
    ),
    Rule(
        "an enum that is only returned has the values of all subgraphs",
        {
            "a": """type Query { a: E as: [E!] } enum E { ONE TWO }""",
            "b": """type Query { b: E } enum E { TWO THREE }""",
        },
        {"Query": [{"a": "ONE", "as": ["TWO", "ONE"], "b": "THREE"}]},
        (
            Ask("{ a as b }", {"a": "ONE", "as": ["TWO", "ONE"], "b": "THREE"}),
            Ask(
                '{ __type(name: "E") { enumValues { name } } }',
                {"__type": {"enumValues": [{"name": "ONE"}, {"name": "TWO"}, {"name": "THREE"}]}},
            ),
        ),
    ),
    Rule(
        "an enum that is only taken has the values that all subgraphs know",
        {
            "a": """type Query { a(e: E): String } enum E { ONE TWO }""",
            "b": """type Query { b(e: E): String } enum E { TWO THREE }""",
        },
        {"Query": [{"a": told, "b": told}]},
        (
            Ask("{ a(e: TWO) b(e: TWO) }", {"a": "[('e', 'TWO')]", "b": "[('e', 'TWO')]"}),
            Ask("{ a(e: ONE) }", None, alone=True, errors=((),)),
            Ask("query ($e: E) { b(e: $e) }", None, {"e": "THREE"}, alone=True, errors=((),)),
        ),
    ),
    Rule(
        "variables reach every subgraph that mentions them, and no other",
        {
            "a": """type Query { t(n: Int, in: In): T } input In { ids: [ID!] deep: In n: Int }
                type T @key(fields: "id") { id: ID! }""",
            "b": """type T @key(fields: "id") { id: ID! x(n: Int, in: In): String }
                input In { ids: [ID!] deep: In n: Int }""",
        },
        {"Query": [{"t": lambda n=None, **_: T}], "T": [{"id": "1", "x": told}]},
        (
            Ask(
                "query ($n: Int!) { t(n: $n) { x(n: $n) y: x(in: { deep: { n: $n } }) } }",
                {"t": {"x": "[('n', 5)]", "y": "[('in', {'deep': {'n': 5}})]"}},
                {"n": 5},
            ),
            Ask('query ($i: ID!) { t { x(in: { ids: [$i, "b", $i] }) } }', variables={"i": 4}),
            Ask("query ($l: [ID!]) { t(in: { ids: $l }) { id } }", variables={"l": [1, "2"]}),
            Ask("query ($a: Int, $b: Int) { t(n: $a) { x(n: $b) } }", variables={"b": 2}),
            Ask("query ($n: Int) { t { ...F } } fragment F on T { x(n: $n) }", variables={"n": 1}),
        ),
    ),
    Rule(
        "lists of literals, empty ones and single values are coerced as GraphQL says",
        {
            "a": """type Query { a(l: [[Int]], s: [String!], i: ID, f: Float): String }""",
        },
        {"Query": [{"a": told}]},
        (
            Ask('{ a(l: [[1, null], []], s: "x", i: 5, f: 3) }'),
            Ask("{ a(l: 1) b: a(l: [1, 2]) c: a(l: []) }"),
            Ask(
                "query ($l: [[Int]], $i: ID, $f: Float) { a(l: $l, i: $i, f: $f) }",
                variables={"l": [[1], None], "i": 12, "f": 2},
            ),
            Ask('{ a(s: ["\\u00e9\\n", """block "quoted" text"""]) }'),
        ),
    ),
    Rule(
        "a custom scalar is passed as it is, nested objects and variables inside",
        {
            "a": """scalar JSON type Query { a(j: JSON): JSON t: T }
                type T @key(fields: "id") { id: ID! }""",
            "b": """scalar JSON type T @key(fields: "id") { id: ID! j(j: JSON): JSON }""",
        },
        {"Query": [{"a": lambda j=None: j, "t": T}], "T": [{"id": "1", "j": lambda j=None: [j]}]},
        (
            Ask('{ a(j: { k: [1, 2.5, "s", true, null, { n: ENUM }] }) }'),
            Ask(
                "query ($j: JSON) { a(j: $j) t { j(j: $j) } }",
                {"a": {"k": [1, 2.5, None]}, "t": {"j": [{"k": [1, 2.5, None]}]}},
                {"j": {"k": [1, 2.5, None]}},
            ),
            Ask("query ($v: ID) { a(j: { k: $v }) }", {"a": {"k": "3"}}, {"v": 3}),
            Ask(
                "query ($j: JSON!) { a(j: $j) }", {"a": 12345678901234567}, {"j": 12345678901234567}
            ),
        ),
    ),
    Rule(
        "a oneOf input takes exactly one field",
        {
            "a": """type Query { find(by: By!): String }
                input By @oneOf { id: ID name: String deep: By }""",
        },
        {"Query": [{"find": told}]},
        (
            Ask('{ find(by: { name: "n" }) }'),
            Ask("query ($by: By!) { find(by: $by) }", variables={"by": {"deep": {"id": 1}}}),
            Ask('{ find(by: { id: 1, name: "n" }) }', None, alone=True, errors=((),)),
            Ask("query ($by: By!) { find(by: $by) }", None, {"by": {}}, alone=True, errors=((),)),
            Ask(
                "query ($by: By!) { find(by: $by) }",
                None,
                {"by": {"id": None}},
                alone=True,
                errors=((),),
            ),
            Ask("query ($id: ID!) { find(by: { id: $id }) }", variables={"id": "x"}),
        ),
    ),
]


@shown_by(RULES)
async def test_the_rule_holds(rule: Rule) -> None:
    await rule.check()
