"""Rules about abstract types that subgraphs see differently, mixed with everything else."""

from __future__ import annotations

from tests.unit.federation.rule import Ask, Rule, shown_by
from tests.unit.federation.world import Ref

A, B, C = Ref("A"), Ref("B"), Ref("C")

RULES = [
    Rule(
        "a type implements an interface in one subgraph only",
        {
            "a": """type Query { any: [Any] } union Any = A | B
                interface I { id: ID! }
                type A implements I @key(fields: "id") { id: ID! }
                type B @key(fields: "id") { id: ID! }""",
            "b": """interface I { id: ID! x: Int }
                type A implements I @key(fields: "id") { id: ID! x: Int }
                type B implements I @key(fields: "id") { id: ID! x: Int }""",
        },
        {
            "Query": [{"any": [B, A]}],
            "A": [{"id": "1", "x": 1}],
            "B": [{"id": "2", "x": 2}],
        },
        (
            Ask("{ any { ... on I { id } } }", {"any": [{"id": "2"}, {"id": "1"}]}, fetches=1),
            Ask("{ any { ... on I { x } __typename } }"),
            Ask("{ any { ... on I { ... on B { x } ... on A { id } } } }"),
        ),
    ),
    Rule(
        "an interface that the asked subgraph does not know is taken apart",
        {
            "a": """type Query { any: [Any] one: J } union Any = A | B
                interface J { id: ID! }
                type A implements J @key(fields: "id") { id: ID! }
                type B implements J @key(fields: "id") { id: ID! }""",
            "b": """interface I { x: Int }
                type A implements I @key(fields: "id") { id: ID! x: Int }""",
        },
        {"Query": [{"any": [A, B], "one": A}], "A": [{"id": "1", "x": 1}], "B": [{"id": "2"}]},
        (
            Ask(
                "{ any { ... on I { x } } one { ... on I { x } id } }",
                {"any": [{"x": 1}, {}], "one": {"x": 1, "id": "1"}},
            ),
            Ask("{ one { ... on I { __typename } } any { ... on I { x ... on J { id } } } }"),
        ),
    ),
    Rule(
        "one name has types in a subgraph that only the graph brings together",
        {
            "a": """type Query { any: [Any] } union Any = A | B | C
                type A @key(fields: "id") { id: ID! v: Int! @shareable }
                type B @key(fields: "id") { id: ID! v: Int @shareable }
                type C @key(fields: "id") { id: ID! v: [Int] w: [Int!]! }""",
            "b": """type A @key(fields: "id") { id: ID! v: Int @shareable w: [Int!] }
                type B @key(fields: "id") { id: ID! v: Int @shareable w: [Int!]! }""",
        },
        {
            "Query": [{"any": [C, B, A]}],
            "A": [{"id": "1", "v": 1, "w": None}],
            "B": [{"id": "2", "v": None, "w": [1]}],
            "C": [{"id": "3", "v": [3], "w": []}],
        },
        (
            Ask(
                "{ any { ... on A { v } ... on B { v } } }",
                {"any": [{}, {"v": None}, {"v": 1}]},
                fetches=1,
            ),
            Ask("{ any { ... on A { v a: w } ... on B { b: w v } ... on C { c: v w } } }"),
            Ask(
                "{ any { ... on A { v } ... on B { v: v } ... on C { id v: id } } }",
                None,
                alone=True,
                errors=((), ()),
            ),
        ),
    ),
    Rule(
        "a field of an interface is narrower on its implementations",
        {
            "a": """type Query { i: [I] } interface I { id: ID! rel: I }
                type A implements I @key(fields: "id") { id: ID! rel: A x: Int }
                type B implements I @key(fields: "id") { id: ID! rel: I! }""",
            "b": """type A @key(fields: "id") { id: ID! y: Int }
                type B @key(fields: "id") { id: ID! y: Int }""",
        },
        {
            "Query": [{"i": [A, B]}],
            "A": [{"id": "1", "rel": A, "x": 1, "y": 2}],
            "B": [{"id": "2", "rel": A, "y": 3}],
        },
        (
            Ask("{ i { rel { id ... on A { y } } } }"),
            Ask(
                "{ i { rel { id } ... on A { rel { x y } } } }",
                {"i": [{"rel": {"id": "1", "x": 1, "y": 2}}, {"rel": {"id": "1"}}]},
            ),
            Ask("{ i { ... on A { rel { y } } ... on B { r: rel { rel { ... on A { y } } } } } }"),
        ),
    ),
    Rule(
        "fields of different objects have the same name and other arguments",
        {
            "a": """type Query { any: [Any] } union Any = A | B
                type A @key(fields: "id") { id: ID! v(x: Int): String }
                type B @key(fields: "id") { id: ID! v(y: String): String }""",
            "b": """type A @key(fields: "id") { id: ID! w(x: Int! = 1): String }
                type B @key(fields: "id") { id: ID! w(x: String): String }""",
        },
        {
            "Query": [{"any": [A, B]}],
            "A": [{"id": "1", "v": lambda x=None: f"x{x}", "w": lambda x: f"i{x}"}],
            "B": [{"id": "2", "v": lambda y=None: f"y{y}", "w": lambda x=None: f"s{x}"}],
        },
        (
            Ask(
                '{ any { ... on A { v(x: 1) w(x: 2) } ... on B { v(y: "q") w(x: "z") } } }',
                {"any": [{"v": "x1", "w": "i2"}, {"v": "yq", "w": "sz"}]},
            ),
            Ask(
                "query ($i: Int = 5, $s: String) { any { ... on A { v(x: $i) w(x: $i) } "
                "... on B { v(y: $s) w(x: $s) } } }",
                variables={"s": "t"},
            ),
        ),
    ),
    Rule(
        "types may be extended by interfaces, members, values and fields",
        {
            "a": """type Query { any: Any e: E i: I f(in: In): Int } union Any = A
                extend union Any = B enum E { ONE } extend enum E { TWO }
                interface I { id: ID! } extend interface I { x: Int }
                input In { a: Int } extend input In { b: Int }
                type A @key(fields: "id") { id: ID! } extend type A implements I { x: Int }
                type B @key(fields: "id") { id: ID! }
                extend scalar Date @specifiedBy(url: "https://d.example") scalar Date""",
            "b": """type B { id: ID! y: Int } extend type B @key(fields: "id")""",
        },
        {
            "Query": [{"any": B, "e": "TWO", "i": A, "f": lambda **k: sum(k["in"].values())}],
            "A": [{"id": "1", "x": 1}],
            "B": [{"id": "2", "y": 2}],
        },
        (
            Ask(
                "{ any { ... on B { y } ... on A { x } } e i { id x } f(in: { a: 1, b: 2 }) }",
                {"any": {"y": 2}, "e": "TWO", "i": {"id": "1", "x": 1}, "f": 3},
            ),
        ),
    ),
    Rule(
        "value types implement interfaces and hold entities",
        {
            "a": """type Query { rows: [Row!]! } interface Row { label: String of: A }
                type Head implements Row @shareable { label: String of: A }
                type Line implements Row @shareable { label: String of: A n: Int }
                type A @key(fields: "id") { id: ID! }""",
            "b": """type A @key(fields: "id") { id: ID! x: Int last: Line }
                interface Row { label: String of: A }
                type Line implements Row @shareable { label: String of: A n: Int }""",
        },
        {
            "Query": [{"rows": [Ref("Head"), Ref("Line"), Ref("Line", 1)]}],
            "Head": [{"label": "h", "of": None}],
            "Line": [{"label": "l", "of": A, "n": 1}, {"label": None, "of": Ref("A", 1), "n": 2}],
            "A": [{"id": "1", "x": 1, "last": Ref("Line")}, {"id": "2", "x": 2, "last": None}],
        },
        (
            Ask("{ rows { label of { x last { n of { x } } } } }", fetches=2),
            Ask("{ rows { ... on Line { n of { last { ... on Row { label __typename } } } } } }"),
        ),
    ),
    Rule(
        "an interface of an interface is implemented across subgraphs",
        {
            "a": """type Query { top: Top } interface Top { id: ID! }
                interface Mid implements Top { id: ID! m: Int }
                type A implements Top & Mid @key(fields: "id") { id: ID! m: Int }
                type B implements Top @key(fields: "id") { id: ID! }""",
            "b": """interface Top { id: ID! } interface Mid implements Top { id: ID! n: Int }
                type Query { mids: [Mid] }
                type A implements Top & Mid @key(fields: "id") { id: ID! n: Int }""",
        },
        {
            "Query": [{"top": A, "mids": [A]}],
            "A": [{"id": "1", "m": 1, "n": 2}],
            "B": [{"id": "2"}],
        },
        (
            Ask(
                "{ top { ... on Mid { m n } } mids { m n __typename } }",
                {"top": {"m": 1, "n": 2}, "mids": [{"m": 1, "n": 2, "__typename": "A"}]},
            ),
            Ask("{ mids { ... on Top { id ... on B { id } } } }"),
        ),
    ),
    Rule(
        "a union inside a shared value comes from whoever has it",
        {
            "a": """type Query { box: Box @shareable } type Box @shareable { any: Any n: Int }
                union Any = A | B type A @key(fields: "id") { id: ID! }
                type B @key(fields: "id") { id: ID! }""",
            "b": """type Query { box: Box @shareable } type Box @shareable { any: Any m: Int }
                union Any = A | B type A @key(fields: "id") { id: ID! x: Int }
                type B @key(fields: "id") { id: ID! y: Int }""",
        },
        {
            "Query": [{"box": Ref("Box")}],
            "Box": [{"any": B, "n": 1, "m": 2}],
            "A": [{"id": "1", "x": 1}],
            "B": [{"id": "2", "y": 2}],
        },
        (
            Ask("{ box { any { ... on B { y } ... on A { x } } m } }", fetches=1),
            Ask("{ box { n any { __typename ... on B { y } ... on A { id } } } }", fetches=2),
        ),
    ),
]


@shown_by(RULES)
async def test_the_rule_holds(rule: Rule) -> None:
    await rule.check()
