"""A media library: compound and nested keys, overrides, a chain of requirements, Federation 1."""

from __future__ import annotations

from tests.unit.federation.rule import Ask, Rule
from tests.unit.federation.world import JsonObject, Ref

FILM, SHOW, SONG = Ref("Film"), Ref("Show"), Ref("Song")

_SUBGRAPHS = {
    "titles": """
        type Query {
          title(slug: String!, country: Country!): Title titles(filter: Filter): [Title!]! }
        union Title = Film | Show
        type Film @key(fields: "slug country { code }") @key(fields: "eidr") {
          slug: String! country: Territory! eidr: ID name: String! minutes: Int
          cast: [Credit!]! @shareable }
        type Show @key(fields: "slug country { code }") {
          slug: String! country: Territory! name: String! seasons: [Season!]! }
        type Season @key(fields: "show { slug country { code } } number") {
          show: Show! number: Int! episodes: [Episode!]! }
        type Episode @key(fields: "id") { id: ID! title: String minutes: Int! }
        type Territory @shareable { code: Country! }
        enum Country { DE FR US }
        type Credit @shareable { person: Person! role: CreditRole! }
        type Person @key(fields: "id") { id: ID! }
        enum CreditRole { ACTOR DIRECTOR }
        input Filter { country: Country minimum: Int text: String = "*" }""",
    "people": """#1
        extend type Query { person(id: ID!): Person }
        type Person @key(fields: "id") { id: ID! name: String! born: Int spouse: Person }""",
    "rights": """
        type Film @key(fields: "slug country { code }") {
          slug: String! country: Territory! licence: Licence
          minutes: Int @override(from: "titles") }
        type Season @key(fields: "show { slug country { code } } number") {
          show: Show! number: Int! licence: Licence }
        type Show @key(fields: "slug country { code }", resolvable: false) {
          slug: String! country: Territory! }
        type Territory @shareable { code: Country! }
        enum Country { DE FR US }
        interface Licence { until: Date fee: Float! @inaccessible }
        type Purchase implements Licence { until: Date fee: Float! }
        type Lease implements Licence { until: Date fee: Float! lessor: Studio! }
        type Studio @key(fields: "vat") { vat: ID! }
        scalar Date""",
    "stats": """
        type Query { trending(limit: Int! = 2, filter: Filter): [Trend!]! }
        type Trend { title: Playable rank: Int! }
        union Playable = Film | Episode | Song
        type Film @key(fields: "eidr") { eidr: ID plays: Int! minutes: Int @external
          watched: String @requires(fields: "minutes") }
        type Episode @key(fields: "id") { id: ID! plays: Int! title: String @external
          minutes: Int! @external watched: String @requires(fields: "title minutes") }
        type Song @key(fields: "isrc") { isrc: ID! plays: Int! }
        input Filter { country: Country minimum: Int secret: Boolean }
        enum Country { DE FR US }""",
    "music": """
        type Query { song(isrc: ID!): Song }
        type Song @key(fields: "isrc") { isrc: ID! name: String! artists: [Person!]! film: Film }
        type Person @key(fields: "id") { id: ID! songs: [Song!]! }
        type Film @key(fields: "eidr") { eidr: ID soundtrack: [Song] }""",
    "recommendations": """
        type Film @key(fields: "eidr") { eidr: ID watched: String @external
          similar: [Film!]! score: String @requires(fields: "watched") }
        type Person @key(fields: "id") { id: ID! name: String! @external
          greeting: String @requires(fields: "name") }""",
    "studios": """
        type Query { studio(vat: ID!): Studio }
        type Studio @key(fields: "vat") { vat: ID! name: String! @shareable films: [Film!]! }
        type Film @key(fields: "eidr", resolvable: false) { eidr: ID }""",
}
_DATA: dict[str, list[JsonObject]] = {
    "Query": [
        {
            "title": lambda slug, country: {"up": FILM, "dark": SHOW}.get(slug),
            "titles": lambda **given: [
                SHOW if "minimum" in (given.get("filter") or ()) else Ref("Film", 1), FILM
            ],
            "person": lambda **given: Ref("Person") if given["id"] == "p1" else None,
            "trending": lambda limit, **given: [Ref("Trend", n) for n in range(4)][: max(limit, 0)],
            "song": SONG,
            "studio": Ref("Studio"),
        }
    ],
    "Film": [
        {
            "slug": "up",
            "country": Ref("Territory"),
            "eidr": "e1",
            "name": "Up",
            "minutes": 96,
            "cast": [Ref("Credit"), Ref("Credit", 1)],
            "licence": Ref("Lease"),
            "plays": 5,
            "soundtrack": [SONG, None],
            "similar": [Ref("Film", 1)],
        },
        {
            "slug": "go",
            "country": Ref("Territory", 1),
            "eidr": "e2",
            "name": "Go",
            "minutes": None,
            "cast": [],
            "licence": None,
            "plays": 0,
            "soundtrack": None,
            "similar": [FILM],
        },
    ],
    "Show": [
        {
            "slug": "dark",
            "country": Ref("Territory"),
            "name": "Dark",
            "seasons": [Ref("Season"), Ref("Season", 1)],
        }
    ],
    "Season": [
        {"show": SHOW, "number": 1, "episodes": [Ref("Episode")], "licence": Ref("Purchase")},
        {"show": SHOW, "number": 2, "episodes": [Ref("Episode", 1)], "licence": None},
    ],
    "Episode": [
        {"id": "e1", "title": None, "minutes": 50, "plays": 8},
        {"id": "e2", "title": "Two", "minutes": 51, "plays": 9},
    ],
    "Territory": [{"code": "DE"}, {"code": "US"}],
    "Credit": [
        {"person": Ref("Person"), "role": "DIRECTOR"},
        {"person": Ref("Person", 1), "role": "ACTOR"},
    ],
    "Person": [
        {"id": "p1", "name": "Pete", "born": 1968, "spouse": Ref("Person", 1), "songs": []},
        {"id": "p2", "name": "Ed", "born": None, "spouse": None, "songs": [SONG]},
    ],
    "Purchase": [{"until": None, "fee": 1.5}],
    "Lease": [{"until": "2030-01-01", "fee": 2.0, "lessor": Ref("Studio")}],
    "Studio": [{"vat": "v", "name": "Pix", "films": [FILM, Ref("Film", 1)]}],
    "Trend": [
        {"title": SONG, "rank": 1},
        {"title": FILM, "rank": 2},
        {"title": None, "rank": 3},
        {"title": Ref("Episode"), "rank": 4},
    ],
    "Song": [
        {"isrc": "s1", "name": "Spirit", "artists": [Ref("Person", 1)], "film": FILM, "plays": 77}
    ],
}  # fmt: skip

GRAPH = Rule(
    "a media library",
    _SUBGRAPHS,
    _DATA,
    (
        Ask(
            '{ title(slug: "up", country: DE) { ... on Film { name minutes watched score '
            "licence { until __typename ... on Lease { lessor { name } } } } } }"
        ),
        Ask("{ titles { ... on Film { watched similar { score similar { name } } } } }"),
        Ask(
            "{ titles(filter: {minimum: 2, country: FR}) { __typename ... on Show { name seasons { "
            "number licence { until } episodes { watched plays title } show { country { code } } } "
            "} ... on Film { cast { role person { name greeting songs { name } } } } } }"
        ),
        Ask(
            "{ trending(limit: 4) { rank title { ... on Film { name plays country { code } } "
            "... on Episode { title watched } ... on Song { name artists { greeting spouse { born "
            "} } } } } }"
        ),
        Ask(
            "query ($f: Filter) { trending(filter: $f) { title { __typename ... on Song { plays "
            "film { licence { __typename } } } } } }",
            variables={"f": {"country": "US"}},
        ),
        Ask(
            '{ person(id: "p1") { name greeting spouse { greeting songs { plays '
            "film { score } } } } }"
        ),
        Ask('{ person(id: "none") { songs { name } } }', {"person": None}),
        Ask(
            '{ song(isrc: "s1") { name film { soundtrack { name plays } licence { ... on Lease { '
            "lessor { films { name minutes } } } } slug cast { person { name } } } } }"
        ),
        Ask('{ studio(vat: "v") { films { name watched licence { until } similar { eidr } } } }'),
        Ask(
            '{ a: title(slug: "dark", country: DE) { ... on Show { seasons { licence { '
            '__typename } } } } b: title(slug: "dark", country: FR) { ... on Show { seasons { '
            "episodes { plays } number } slug } } }"
        ),
        Ask('{ __type(name: "Filter") { inputFields { name type { name } } } }'),
        Ask(
            '{ __type(name: "Licence") { fields { name } possibleTypes { name } } }',
            {
                "__type": {
                    "fields": [{"name": "until"}],
                    "possibleTypes": [{"name": "Lease"}, {"name": "Purchase"}],
                }
            },
        ),
    ),
)
