"""Travel: legs of a journey are distributed unions, prices are required through three subgraphs,
and keys hold the keys of others."""

from __future__ import annotations

from tests.unit.federation.rule import Ask, Rule
from tests.unit.federation.world import Echo, JsonObject, Ref

FLIGHT, RAIL, HOTEL = Ref("Flight"), Ref("Rail"), Ref("Hotel")

_SUBGRAPHS = {
    "trips": """
        type Query { trip(id: ID!): Trip now: Clock! @shareable }
        type Mutation { book(trip: ID!, seats: [SeatInput!]! = []): Booking! }
        type Trip @key(fields: "id") { id: ID! legs: [Leg!]! stays: [Stay] traveller: Traveller! }
        union Leg = Flight | Rail | Walk
        type Flight @key(fields: "number date") { number: String! date: Date! }
        type Rail @key(fields: "train { id } date") { train: Train! date: Date! }
        type Train @key(fields: "id") { id: ID! }
        type Walk { metres: Int! from: Place @shareable to: Place @shareable }
        type Place @key(fields: "at { lat lon }") @key(fields: "iata") {
          at: Point! iata: ID name: String! @shareable }
        type Point @shareable { lat: Float! lon: Float! }
        interface Stay { nights: Int! place: Place! }
        type Hotel implements Stay @key(fields: "id chain { id }") {
          id: ID! chain: Chain! nights: Int! place: Place! }
        type Camp implements Stay { nights: Int! place: Place! tents: Int }
        type Chain @key(fields: "id") { id: ID! }
        type Booking @key(fields: "code") { code: String! trip: Trip! }
        type Traveller @key(fields: "id") { id: ID! }
        input SeatInput { leg: Int! row: Int = 7 note: String }
        type Clock @shareable { utc: String! }
        scalar Date""",
    "flights": """
        type Query {
          flight(number: String!, date: Date!): Flight search(to: ID): [Leg!]! @shareable }
        union Leg = Flight | Bus
        type Flight implements Vehicle @key(fields: "number date") {
          number: String! date: Date! from: Place! @provides(fields: "name") to: Place!
          seats(class: Class = ECONOMY): [Seat!]! distance: Int! }
        interface Vehicle { from: Place! to: Place! }
        type Bus implements Vehicle @key(fields: "line") { line: ID! from: Place! to: Place! }
        type Place @key(fields: "iata") { iata: ID name: String! @external gates: [String!] }
        type Seat @key(fields: "flight { number date } row letter") {
          flight: Flight! row: Int! letter: Letter! }
        enum Letter { A B C }
        enum Class { ECONOMY BUSINESS }
        scalar Date""",
    "rails": """
        type Query { search(to: ID): [Leg!]! @shareable now: Clock! @shareable }
        union Leg = Flight | Bus
        type Flight @key(fields: "number date", resolvable: false) { number: String! date: Date! }
        type Bus @key(fields: "line", resolvable: false) { line: ID! }
        type Rail @key(fields: "train { id } date") {
          train: Train! date: Date! from: Place! to: Place! distance: Int! }
        type Train @key(fields: "id") { id: ID! name: String! wagons: [[Int!]!] }
        type Place @key(fields: "at { lat lon }") { at: Point! platforms: Int }
        type Point @shareable { lat: Float! lon: Float! }
        type Clock @shareable { utc: String! zone: String }
        scalar Date""",
    "prices": """
        type Flight @key(fields: "number date") { number: String! date: Date!
          distance: Int! @external from: Place! @external
          fare: String @requires(fields: "distance from { iata }")
          taxes(country: Country = DE): String }
        type Place @key(fields: "iata", resolvable: false) { iata: ID }
        type Rail @key(fields: "train { id } date") { train: Train! date: Date!
          distance: Int! @external fare: String @requires(fields: "distance train { name }") }
        type Train @key(fields: "id") { id: ID! name: String! @external }
        type Hotel @key(fields: "id chain { id }") { id: ID! chain: Chain!
          stars: Int @external rate: String @requires(fields: "stars chain { discount(of: 100) }") }
        type Chain @key(fields: "id") { id: ID! discount(of: Int!): Int @external }
        enum Country { DE FR }
        scalar Date""",
    "hotels": """
        type Query { chains: [Chain!]! }
        type Hotel @key(fields: "id chain { id }") {
          id: ID! chain: Chain! stars: Int rooms(beds: Int! = 1): [Room!] }
        type Chain @key(fields: "id") {
          id: ID! name: String! discount(of: Int!): Int hotels: [Hotel!]! }
        type Room @shareable { beds: Int! view: View }
        enum View { SEA YARD }""",
    "seats": """
        type Seat @key(fields: "flight { number date } row letter") {
          flight: Flight! row: Int! letter: Letter! taken: Boolean! by: Traveller
          legroom: Int @inaccessible }
        type Flight @key(fields: "number date", resolvable: false) { number: String! date: Date! }
        enum Letter { A B C }
        type Booking @key(fields: "code") { code: String! seats: [Seat!]! }
        type Traveller @key(fields: "id", resolvable: false) { id: ID! }
        scalar Date""",
    "people": """
        type Mutation { rate(traveller: ID!, stars: Int! = 5): Traveller }
        type Traveller @key(fields: "id") { id: ID! name: Name! trips(after: Date): [Trip!]! }
        type Trip @key(fields: "id", resolvable: false) { id: ID! }
        type Name { first: String! last: String! full(style: NameStyle = LONG): String! }
        enum NameStyle { LONG SHORT }
        scalar Date""",
}
_DATA: dict[str, list[JsonObject]] = {
    "Query": [
        {
            "trip": lambda **given: Ref("Trip") if given["id"] == "t" else None,
            "flight": lambda number, date: FLIGHT if number == "LH1" else None,
            "search": lambda to=None: [Ref("Flight", 1), Ref("Bus"), FLIGHT][: 1 if to else 3],
            "now": Ref("Clock"),
            "chains": [Ref("Chain"), Ref("Chain", 1)],
        }
    ],
    "Mutation": [
        {
            "book": lambda **given: Ref("Booking", 1 if given["seats"] else 0),
            "rate": lambda traveller, stars: Ref("Traveller") if stars > 4 else None,
        }
    ],
    "Clock": [{"utc": "12:00", "zone": None}],
    "Trip": [
        {
            "id": "t",
            "legs": [FLIGHT, Ref("Walk"), RAIL, Ref("Flight", 1)],
            "stays": [HOTEL, None, Ref("Camp")],
            "traveller": Ref("Traveller"),
        }
    ],
    "Flight": [
        {
            "number": "LH1",
            "date": "2026-05-01",
            "from": Ref("Place"),
            "to": Ref("Place", 1),
            "seats": [Ref("Seat"), Ref("Seat", 1)],
            "distance": 700,
            "taxes": Echo("taxes 1"),
        },
        {
            "number": "AF2",
            "date": {"y": 2026, "m": [5]},
            "from": Ref("Place", 1),
            "to": Ref("Place"),
            "seats": lambda **given: [] if given.get("class") == "BUSINESS" else [Ref("Seat", 2)],
            "distance": 0,
            "taxes": Echo("taxes 2"),
        },
    ],
    "Rail": [
        {
            "train": Ref("Train"),
            "date": "2026-05-02",
            "from": Ref("Place", 1),
            "to": Ref("Place", 2),
            "distance": 90,
        }
    ],
    "Train": [{"id": "ice", "name": "ICE 5", "wagons": [[1, 2], [], [3]]}],
    "Walk": [{"metres": 300, "from": Ref("Place", 1), "to": None}],
    "Bus": [{"line": "b9", "from": Ref("Place"), "to": Ref("Place", 1)}],
    "Place": [
        {
            "at": Ref("Point"),
            "iata": "FRA",
            "name": "Frankfurt",
            "gates": ["A", "B"],
            "platforms": 4,
        },
        {"at": Ref("Point", 1), "iata": "CDG", "name": "Paris", "gates": None, "platforms": None},
        {"at": Ref("Point", 2), "iata": None, "name": "Metz", "gates": None, "platforms": 2},
    ],
    "Point": [{"lat": 50.0, "lon": 8.5}, {"lat": 49.0, "lon": -2.25}, {"lat": 0.0, "lon": 6.0}],
    "Hotel": [
        {
            "id": "1",
            "chain": Ref("Chain"),
            "nights": 2,
            "place": Ref("Place", 1),
            "stars": 4,
            "rooms": lambda beds: [Ref("Room"), Ref("Room", 1)][:beds],
        },
        {
            "id": "1",
            "chain": Ref("Chain", 1),
            "nights": 1,
            "place": Ref("Place"),
            "stars": None,
            "rooms": None,
        },
    ],
    "Camp": [{"nights": 3, "place": Ref("Place", 2), "tents": None}],
    "Chain": [
        {"id": "c1", "name": "Inn", "discount": lambda of: of // 10, "hotels": [HOTEL]},
        {"id": "c2", "name": "Out", "discount": None, "hotels": [Ref("Hotel", 1)]},
    ],
    "Room": [{"beds": 1, "view": "SEA"}, {"beds": 2, "view": None}],
    "Seat": [
        {"flight": FLIGHT, "row": 7, "letter": "A", "taken": True, "by": Ref("Traveller")},
        {"flight": FLIGHT, "row": 7, "letter": "B", "taken": False, "by": None},
        {"flight": Ref("Flight", 1), "row": 7, "letter": "A", "taken": False, "by": None},
    ],
    "Booking": [
        {"code": "X", "trip": Ref("Trip"), "seats": []},
        {"code": "Y", "trip": Ref("Trip"), "seats": [Ref("Seat"), Ref("Seat", 2)]},
    ],
    "Traveller": [{"id": "v", "name": Ref("Name"), "trips": [Ref("Trip")]}],
    "Name": [{"first": "Ida", "last": "Ray", "full": Echo("name")}],
}

GRAPH = Rule(
    "travel",
    _SUBGRAPHS,
    _DATA,
    (
        Ask(
            '{ trip(id: "t") { legs { __typename ... on Flight { number fare from { name gates } } '
            "... on Rail { fare date train { name wagons } } ... on Walk { metres start: "
            "from { name } } } } }"
        ),
        Ask(
            '{ trip(id: "t") { stays { nights place { name gates platforms } ... on Hotel { rate '
            "rooms(beds: 2) { beds view } chain { name } } ... on Camp { tents } } } }"
        ),
        Ask(
            '{ trip(id: "t") { legs { ... on Flight { seats { row letter taken by { name { full '
            "short: full(style: SHORT) } } flight { fare } } taxes(country: FR) t: taxes } } } }"
        ),
        Ask("{ search { __typename ... on Vehicle { from { name } to { platforms } } } now { utc } "
            "}"),
        Ask('{ search(to: "FRA") { ... on Flight { fare seats(class: BUSINESS) { row } } '
            "... on Bus { line from { iata at { lat } } } ... on Rail { fare } } }"),
        Ask(
            'query ($d: Date!) { flight(number: "LH1", date: $d) { date fare distance to { name at '
            "{ lon } gates } } }",
            variables={"d": {"any": ["thing", 1]}},
        ),
        Ask("{ chains { name hotels { id stars rate nights place { name } chain { discount(of: 50) "
            "} } } }"),
        Ask("{ now { utc zone } }"),
        Ask(
            'mutation { book(trip: "t") { code seats { taken } trip { traveller { name { first } } '
            '} } rate(traveller: "v") { name { last } trips { legs { ... on Rail { fare } } } } }'
        ),
        Ask(
            "mutation ($s: [SeatInput!]!) { b: book(trip: \"t\", seats: $s) { code seats { taken "
            "flight { number fare to { name } } } } r: rate(traveller: \"v\", stars: 1) { id } "
            'c: book(trip: "t") { code } }',
            variables={"s": [{"leg": 1}, {"leg": 2, "row": None, "note": "aisle"}]},
        ),
        Ask(
            '{ a: trip(id: "t") { traveller { trips { id traveller { name { full } } } } } '
            'b: trip(id: "u") { id } }'
        ),
        Ask(
            "query ($no: Boolean!) { search { ... on Flight @skip(if: $no) { fare } "
            "... on Bus @include(if: $no) { from { gates } } } }",
            variables={"no": True},
        ),
    ),
)  # fmt: skip
