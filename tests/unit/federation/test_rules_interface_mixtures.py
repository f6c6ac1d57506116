"""Rules about `@interfaceObject` together with unions, shared values, overrides and provides."""

from __future__ import annotations

from tests.unit.federation.rule import Ask, Rule, shown_by
from tests.unit.federation.world import Ref

A, B, P, U = Ref("A"), Ref("B"), Ref("P"), Ref("U")
REAL = """interface I @key(fields: "id") { id: ID! name: String }
    type A implements I @key(fields: "id") { id: ID! name: String x: Int }
    type B implements I @key(fields: "id") { id: ID! name: String y: Int }"""
TWO = {
    "A": [{"id": "1", "name": "one", "x": 1, "rank": 3, "v": Ref("V"), "of": P}],
    "B": [{"id": "2", "name": "two", "y": 2, "rank": 4, "v": None, "of": None}],
    "V": [{"p": 5, "q": 6}],
    "P": [{"id": "p", "i": B, "is": [A, B], "best": A, "size": 7}],
}

RULES = [
    Rule(
        "an interface object holds shared values and entities",
        {
            "a": "type Query { is: [I] }" + REAL,
            "b": """type I @key(fields: "id") @interfaceObject { id: ID! v: V of: P }
                type V @shareable { p: Int q: Int } type P @key(fields: "id") { id: ID! }""",
            "c": """type P @key(fields: "id") { id: ID! size: Int best: I }
                type I @key(fields: "id") @interfaceObject { id: ID! rank: Int }""",
        },
        {"Query": [{"is": [B, A]}], **TWO},
        (
            Ask("{ is { v { p q } of { size } } }", fetches=3),
            Ask("{ is { of { best { rank name of { id } } } } }"),
            Ask("{ is { ... on A { of { best { __typename ... on A { v { q } x } } } } rank } }"),
        ),
    ),
    Rule(
        "members of a union have the fields of their interface's object",
        {
            "a": "type Query { any: [Any] } union Any = A | P type P { n: Int } " + REAL,
            "b": """type I @key(fields: "id") @interfaceObject { id: ID! rank: Int }""",
        },
        {"Query": [{"any": [A, P]}], **TWO, "P": [{"n": 1}]},
        (
            Ask("{ any { ... on I { rank } ... on P { n } } }", {"any": [{"rank": 3}, {"n": 1}]}),
            Ask("{ any { ... on A { rank x } } }"),
            Ask("{ any { __typename ... on I { ... on A { rank } ... on B { rank y } } } }"),
        ),
    ),
    Rule(
        "an entity of another subgraph points to interface objects in lists",
        {
            "a": REAL + ' type Query { p: P } type P @key(fields: "id") { id: ID! }',
            "b": """type P @key(fields: "id") { id: ID! i: I! is: [[I!]!] }
                type I @key(fields: "id") @interfaceObject { id: ID! rank: Int! }""",
        },
        {"Query": [{"p": P}], **TWO, "P": [{"id": "p", "i": B, "is": [[A, B], [], [B]]}]},
        (
            Ask("{ p { is { rank } i { rank } } }", fetches=2),
            Ask("{ p { is { name rank } i { __typename } } }", fetches=3),
            Ask(
                "{ p { is { ... on B { y rank } } } }",
                {"p": {"is": [[{}, {"y": 2, "rank": 4}], [], [{"y": 2, "rank": 4}]]}},
            ),
            Ask(
                "query ($s: Boolean!) { p { is { ... on B @skip(if: $s) { y } rank } } }",
                variables={"s": True},
            ),
        ),
    ),
    Rule(
        "two interfaces have objects of their own for the same type",
        {
            "a": """type Query { a: A js: [J] } interface I @key(fields: "id") { id: ID! }
                interface J @key(fields: "id") { id: ID! }
                type A implements I & J @key(fields: "id") { id: ID! x: Int }
                type B implements J @key(fields: "id") { id: ID! }""",
            "b": """type I @key(fields: "id") @interfaceObject { id: ID! rank: Int }""",
            "c": """type J @key(fields: "id") @interfaceObject { id: ID! name: String }""",
        },
        {"Query": [{"a": A, "js": [A, B]}], **TWO},
        (
            Ask("{ a { rank name x } }", {"a": {"rank": 3, "name": "one", "x": 1}}, fetches=3),
            Ask(
                "{ js { name ... on I { rank } } }",
                {"js": [{"name": "one", "rank": 3}, {"name": "two"}]},
            ),
        ),
    ),
    Rule(
        "an interface object has several keys",
        {
            "a": """type Query { is: [I] }
                interface I @key(fields: "id") @key(fields: "code") { id: ID! code: String! }
                type A implements I @key(fields: "id") @key(fields: "code") {
                  id: ID! code: String! }
                type B implements I @key(fields: "id") @key(fields: "code") {
                  id: ID! code: String! y: Int }""",
            "b": """type Query { j: I } type I @key(fields: "code") @interfaceObject {
                code: String! rank: Int }""",
            "c": """type Query { k: I } type I @key(fields: "id") @interfaceObject {
                id: ID! name: String }""",
        },
        {
            "Query": [{"is": [A, B], "j": B, "k": A}],
            "A": [{"id": "1", "code": "a", "rank": 1, "name": "n"}],
            "B": [{"id": "2", "code": "b", "rank": 2, "name": "m", "y": 3}],
        },
        (
            Ask("{ is { rank name } }", fetches=3),
            Ask("{ j { name rank } }", {"j": {"name": "m", "rank": 2}}, fetches=3),
            Ask("{ k { rank __typename } j { ... on B { y } id } }"),
        ),
    ),
    Rule(
        "a null or missing object behind an interface object is null",
        {
            "a": "type Query { n: Int } " + REAL,
            "b": """type Query { i: I is: [I] }
                type I @key(fields: "id") @interfaceObject { id: ID! rank: Int }""",
        },
        {"Query": [{"i": None, "is": [None, A], "n": 1}], **TWO},
        (
            Ask(
                "{ i { rank name } is { rank name } }",
                {"i": None, "is": [None, {"rank": 3, "name": "one"}]},
            ),
            Ask("{ is { rank } n }", {"is": [None, {"rank": 3}], "n": 1}),
            Ask(
                "{ is { rank name } }",
                {"is": [None, {"rank": 3, "name": None}]},
                down=("a",),
                errors=(("is",),),
                alone=True,
            ),
        ),
    ),
    Rule(
        "a provided field is on the path of an interface object",
        {
            "a": "type Query { x: Int } "
            + REAL.replace("name: String", "name: String @shareable", 3).replace(
                'interface I @key(fields: "id") { id: ID! name: String @shareable }',
                'interface I @key(fields: "id") { id: ID! name: String }',
            ),
            "b": """type Query { i: I @provides(fields: "name") j: I }
                type I @key(fields: "id") @interfaceObject { id: ID! name: String @external }""",
        },
        {"Query": [{"i": A, "j": B}], **TWO},
        (
            Ask("{ i { name } }", {"i": {"name": "one"}}, fetches=1),
            Ask("{ j { name } }", {"j": {"name": "two"}}, fetches=2),
            Ask("{ i { name ... on A { x } } j { id } }"),
        ),
    ),
    Rule(
        "the same field is asked of interface, object and interface object at once",
        {
            "a": "type Query { is: [I] a: A } " + REAL,
            "b": """type Query { js: [I] }
                type I @key(fields: "id") @interfaceObject { id: ID! rank(n: Int): Int }""",
        },
        {
            "Query": [{"is": [A, B], "a": A, "js": [B, A]}],
            **{
                **TWO,
                "A": [{**TWO["A"][0], "rank": lambda n=0: 10 + (n or 0)}],
                "B": [{**TWO["B"][0], "rank": lambda n=0: 20 + (n or 0)}],
            },
        },
        (
            Ask(
                "{ is { rank ... on A { r: rank(n: 1) } ... on B { r: rank(n: 2) } } }",
                {"is": [{"rank": 10, "r": 11}, {"rank": 20, "r": 22}]},
            ),
            Ask("{ js { ... on A { rank(n: 3) } ... on B { rank(n: 4) } } a { rank } }"),
            Ask(
                "query ($n: Int) { js { rank(n: $n) name: rank } is { name: id id: name } }",
                variables={"n": 5},
            ),
        ),
    ),
]


@shown_by(RULES)
async def test_the_rule_holds(rule: Rule) -> None:
    await rule.check()
