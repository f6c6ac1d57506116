"""Rules about `@interfaceObject` and keys on interfaces."""

from __future__ import annotations

from tests.unit.federation.rule import Ask, Rule, shown_by
from tests.unit.federation.world import Ref

A, B = Ref("A"), Ref("B")
TWO = {
    "A": [{"id": "1", "name": "one", "rank": 1, "x": "X", "rel": Ref("B"), "user": Ref("U")}],
    "B": [{"id": "2", "name": "two", "rank": 2, "y": "Y", "rel": Ref("A"), "user": None}],
    "U": [{"id": "u", "n": "Ann"}],
}
NODES = """type Query { nodes: [Node] a: A }
    interface Node @key(fields: "id") { id: ID! name: String }
    type A implements Node @key(fields: "id") { id: ID! name: String x: String }
    type B implements Node @key(fields: "id") { id: ID! name: String y: String }"""

RULES = [
    Rule(
        "every implementation has the fields of the interface object",
        {
            "a": NODES,
            "b": """type Node @key(fields: "id") @interfaceObject { id: ID! rank: Int }""",
        },
        {"Query": [{"nodes": [B, None, A], "a": A}], **TWO},
        (
            Ask(
                "{ nodes { rank name } a { rank x } }",
                {
                    "nodes": [{"rank": 2, "name": "two"}, None, {"rank": 1, "name": "one"}],
                    "a": {"rank": 1, "x": "X"},
                },
            ),
            Ask("{ nodes { ... on A { rank } } }", {"nodes": [{}, None, {"rank": 1}]}),
            Ask("{ nodes { ...N ... on B { y rank } } } fragment N on Node { r: rank }"),
            Ask("{ nodes { __typename rank } }", fetches=2),
        ),
    ),
    Rule(
        "an interface object at the root answers without knowing the type",
        {
            "a": NODES,
            "b": """type Query { ranked: [Node!] top: Node }
                type Node @key(fields: "id") @interfaceObject { id: ID! rank: Int rel: Node }""",
        },
        {"Query": [{"nodes": [], "a": A, "ranked": [A, B], "top": B}], **TWO},
        (
            Ask("{ ranked { id rank } }", fetches=1),
            Ask("{ ranked { id rank rel { rank } } }", fetches=1),
            Ask(
                "{ ranked { name } top { name } }",
                {"ranked": [{"name": "one"}, {"name": "two"}], "top": {"name": "two"}},
            ),
            Ask("{ ranked { __typename rel { __typename } } }"),
            Ask("{ top { ... on B { y } ... on A { x } } }", {"top": {"y": "Y"}}),
            Ask("{ top { rel { ... on A { x rank } id } } }"),
            Ask("{ ranked { ... on Node { rank ... on A { rank } } } }"),
            Ask(
                "query ($f: Boolean!) { top { rank name @include(if: $f) } }",
                {"top": {"rank": 2}},
                {"f": False},
            ),
            Ask(
                "query ($f: Boolean!) { top { rank name @include(if: $f) } }", variables={"f": True}
            ),
        ),
    ),
    Rule(
        "an interface object requires fields of the interface",
        {
            "a": NODES,
            "b": """type Query { top: Node }
                type Node @key(fields: "id") @interfaceObject { id: ID! name: String @external
                  shout: String @requires(fields: "name") }""",
        },
        {"Query": [{"nodes": [A, B], "a": A, "top": B}], **TWO},
        (
            Ask(
                "{ nodes { shout } }",
                {"nodes": [{"shout": '{"name": "one"}'}, {"shout": '{"name": "two"}'}]},
                fetches=2,
            ),
            Ask("{ top { shout } }", {"top": {"shout": '{"name": "two"}'}}),
            Ask("{ a { shout } top { id shout __typename } }"),
            Ask("{ nodes { ... on A { shout } ... on B { name: y shout } } }"),
        ),
    ),
    Rule(
        "several interface objects add to one interface",
        {
            "a": NODES,
            "b": """type Node @key(fields: "id") @interfaceObject { id: ID! rank: Int }""",
            "c": """type Query { all: [Node] }
                type Node @key(fields: "id") @interfaceObject { id: ID! rank: Int @external
                  medal: String @requires(fields: "rank") user: U }
                type U @key(fields: "id") { id: ID! }""",
            "d": """type U @key(fields: "id") { id: ID! n: String }""",
        },
        {"Query": [{"nodes": [A, B], "a": A, "all": [B, A]}], **TWO},
        (
            Ask("{ nodes { medal } }"),
            Ask("{ all { medal rank user { n } } }"),
            Ask("{ all { user { n } ... on A { x medal } } a { user { id } } }"),
            Ask("{ all { name medal __typename } }"),
        ),
    ),
    Rule(
        "an interface object shares a field with the interface",
        {
            "a": """type Query { nodes: [Node] }
                interface Node @key(fields: "id") { id: ID! name: String }
                type A implements Node @key(fields: "id") { id: ID! name: String @shareable }
                type B implements Node @key(fields: "id") { id: ID! name: String @shareable }""",
            "b": """type Query { top: Node }
                type Node @key(fields: "id") @interfaceObject { id: ID! name: String @shareable
                }""",
        },
        {"Query": [{"nodes": [A, B], "top": B}], **TWO},
        (
            Ask("{ nodes { name } top { name } }", fetches=2),
            Ask("{ top { ... on B { name } } }"),
            Ask("{ top { ... on A { name } } }", {"top": {}}),
        ),
    ),
    Rule(
        "an interface object that cannot be entered still passes its key on",
        {
            "a": NODES,
            "b": """type Query { tops: [Node] }
                type Node @key(fields: "id", resolvable: false) @interfaceObject { id: ID! }""",
        },
        {"Query": [{"nodes": [], "a": A, "tops": [B, A, None]}], **TWO},
        (
            Ask("{ tops { id } }", fetches=1),
            Ask("{ tops { id name __typename } }", fetches=2),
            Ask("{ tops { ... on A { x } } }", {"tops": [{}, {"x": "X"}, None]}),
        ),
    ),
    Rule(
        "a key of an interface leads to the interface elsewhere",
        {
            "a": NODES,
            "b": """type Query { picks: [Node] }
                interface Node @key(fields: "id") { id: ID! rank: Int }
                type A implements Node @key(fields: "id") { id: ID! rank: Int }
                type B implements Node @key(fields: "id") { id: ID! rank: Int rel: Node }""",
        },
        {"Query": [{"nodes": [A, B], "a": A, "picks": [B]}], **TWO},
        (
            Ask("{ nodes { rank } picks { name } }"),
            Ask("{ picks { name ... on B { y rel { name } } } }"),
            Ask("{ picks { __typename } }", fetches=1),
        ),
    ),
    Rule(
        "an interface object is reached from another entity's field",
        {
            "a": NODES,
            "b": """type U @key(fields: "id") { id: ID! n: String likes: [Node!] }
                type Node @key(fields: "id") @interfaceObject { id: ID! rank: Int fans: [U] }""",
            "c": """type Query { me: U } type U @key(fields: "id") { id: ID! }""",
        },
        {
            "Query": [{"nodes": [A], "a": A, "me": Ref("U")}],
            "A": [{**TWO["A"][0], "fans": [Ref("U")]}],
            "B": [{**TWO["B"][0], "fans": []}],
            "U": [{"id": "u", "n": "Ann", "likes": [A, B]}],
        },
        (
            Ask("{ me { likes { rank } } }", fetches=2),
            Ask("{ me { likes { name rank fans { n } } } }", fetches=3),
            Ask("{ me { likes { ... on A { fans { likes { __typename } } } } } }"),
        ),
    ),
]


@shown_by(RULES)
async def test_the_rule_holds(rule: Rule) -> None:
    await rule.check()
