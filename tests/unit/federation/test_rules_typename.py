"""Rules about `__typename` and introspection."""

from __future__ import annotations

from tests.unit.federation.rule import Ask, Rule, shown_by
from tests.unit.federation.world import Ref

A, B = Ref("A"), Ref("B")
FIELDS = (
    "{ name description isDeprecated deprecationReason args(includeDeprecated: true) "
    "{ name description defaultValue isDeprecated deprecationReason type { name } } }"
)

RULES = [
    Rule(
        "the root's own type is known without asking",
        {"a": "type Query { a: Int } type Mutation { m: Int }", "b": "type Query { b: Int }"},
        {"Query": [{"a": 1, "b": 2}], "Mutation": [{"m": 3}]},
        (
            Ask("{ __typename }", {"__typename": "Query"}, fetches=0),
            Ask("{ a x: __typename b }", {"a": 1, "x": "Query", "b": 2}, fetches=2),
            Ask("mutation { m __typename }", {"m": 3, "__typename": "Mutation"}, fetches=1),
            Ask("mutation { t: __typename }", {"t": "Mutation"}, fetches=0),
            Ask("query { ...F } fragment F on Query { __typename ... { y: __typename } }"),
        ),
    ),
    Rule(
        "__typename is the object type through interfaces, unions and entities",
        {
            "a": """type Query { n: [N] u: [W] a: A } interface N { id: ID! } union W = A | B
                type A implements N @key(fields: "id") { id: ID! b: B }
                type B implements N @key(fields: "id") { id: ID! }""",
            "b": """type A @key(fields: "id") { id: ID! x: V } type V { n: N } interface N { id:
                ID! }
                type B implements N @key(fields: "id") { id: ID! }""",
        },
        {
            "Query": [{"n": [B, A], "u": [A, B], "a": A}],
            "A": [{"id": "1", "b": B, "x": Ref("V")}],
            "B": [{"id": "2"}],
            "V": [{"n": B}],
        },
        (
            Ask(
                "{ n { __typename } u { __typename } a { __typename b { t: __typename } } }",
                {
                    "n": [{"__typename": "B"}, {"__typename": "A"}],
                    "u": [{"__typename": "A"}, {"__typename": "B"}],
                    "a": {"__typename": "A", "b": {"t": "B"}},
                },
                fetches=1,
            ),
            Ask("{ a { x { __typename n { __typename id x: __typename } } } }", fetches=2),
            Ask("{ n { ... on A { t: __typename } ... on N { __typename } } }"),
            Ask(
                "{ u { ... on N { a: __typename } b: __typename ...F } } "
                "fragment F on B { __typename c: __typename }"
            ),
            Ask("{ a { __typename: id } }", {"a": {"__typename": "1"}}),
            Ask("{ n { __typename: id } a { x { __typename: __typename } } }"),
        ),
    ),
    Rule(
        "descriptions, deprecations and defaults are introspected",
        {
            "a": '''"The root" type Query { """Gives an a""" a("how many" n: Int = 3,
                  old: Int @deprecated(reason: "use n"), e: E = A, i: In = { x: 1 }): A
                  gone: Int @deprecated }
                "A thing" type A { x: Int } "Kinds" enum E { "first" A B @deprecated(reason: "no") }
                "Input" input In { "x" x: Int = 2 y: [String!] @deprecated(reason: "y") }''',
        },
        {"Query": [{"gone": 1}]},
        (
            Ask(
                '{ __type(name: "Query") { description fields(includeDeprecated: true) '
                + FIELDS
                + " } }"
            ),
            Ask(
                '{ __type(name: "Query") { fields { name args { name } } } }',
                {
                    "__type": {
                        "fields": [
                            {"name": "a", "args": [{"name": "n"}, {"name": "e"}, {"name": "i"}]}
                        ]
                    }
                },
            ),
            Ask(
                '{ __type(name: "E") { description enumValues(includeDeprecated: true) '
                "{ name description isDeprecated deprecationReason } } }"
            ),
            Ask('{ __type(name: "E") { enumValues { name } } }'),
            Ask(
                '{ __type(name: "In") { inputFields { name defaultValue } all: '
                "inputFields(includeDeprecated: true) { name isDeprecated } isOneOf } }"
            ),
        ),
    ),
    Rule(
        "introspection shows nothing of federation",
        {
            "a": """type Query { a: A @tag(name: "x") n: N } interface N @key(fields: "id") { id:
                ID! }
                type A implements N @key(fields: "id") { id: ID! u: Url } scalar Url
                  @specifiedBy(url: "https://url.spec.whatwg.org/")""",
            "b": """type A @key(fields: "id") { id: ID! x: Int @shareable }
                type Secret @inaccessible { x: Int } type Query { s: Secret @inaccessible }""",
        },
        {"Query": [{"a": A}], "A": [{"id": "1", "x": 1}]},
        (
            Ask("{ __schema { types { name kind } } }"),
            Ask(
                "{ __schema { directives { name } } }",
                {
                    "__schema": {
                        "directives": [
                            {"name": "include"},
                            {"name": "skip"},
                            {"name": "deprecated"},
                            {"name": "specifiedBy"},
                            {"name": "oneOf"},
                            {"name": "defer"},
                        ]
                    }
                },
                alone=True,
            ),
            Ask(
                "{ __schema { queryType { name } mutationType { name } "
                "subscriptionType { name } } }",
                {
                    "__schema": {
                        "queryType": {"name": "Query"},
                        "mutationType": None,
                        "subscriptionType": None,
                    }
                },
            ),
            Ask(
                '{ __type(name: "_Entity") { name } b: __type(name: "_Any") { name } '
                'c: __type(name: "join__Graph") { name } d: __type(name: "Secret") { name } '
                'e: __type(name: "FieldSet") { name } }',
                {"__type": None, "b": None, "c": None, "d": None, "e": None},
            ),
            Ask(
                '{ __type(name: "Query") { fields { name } } }',
                {"__type": {"fields": [{"name": "a"}, {"name": "n"}]}},
            ),
            Ask(
                '{ __type(name: "Url") { specifiedByURL kind } }',
                {"__type": {"specifiedByURL": "https://url.spec.whatwg.org/", "kind": "SCALAR"}},
            ),
            Ask(
                '{ __type(name: "N") { kind possibleTypes { name } interfaces { name } } '
                'a: __type(name: "A") { interfaces { name } fields { name type { kind name '
                "ofType { name } } } } }"
            ),
        ),
    ),
    Rule(
        "introspection stands beside data, through fragments, names and variables",
        {
            "a": """type Query { a: A } type A @key(fields: "id") { id: ID! }""",
            "b": """type A @key(fields: "id") { id: ID! x: Int }""",
        },
        {"Query": [{"a": A}], "A": [{"id": "1", "x": 1}]},
        (
            Ask(
                "query ($n: String!) { s: __type(name: $n) { ...T } a { x } "
                'r: __type(name: "Int") { ...T } } fragment T on __Type { name kind }',
                {
                    "s": {"name": "A", "kind": "OBJECT"},
                    "a": {"x": 1},
                    "r": {"name": "Int", "kind": "SCALAR"},
                },
                {"n": "A"},
            ),
            Ask(
                "{ ...F } fragment F on Query { __schema { ...S } a { id } } "
                "fragment S on __Schema { queryType { name fields { name type { ...T } } } } "
                "fragment T on __Type { name __typename }"
            ),
            Ask('{ __type(name: "A") { a: name } __type(name: "A") { b: kind } }'),
            Ask('{ __type(name: "Nope") { name } }', {"__type": None}, fetches=0),
        ),
    ),
]


@shown_by(RULES)
async def test_the_rule_holds(rule: Rule) -> None:
    await rule.check()
