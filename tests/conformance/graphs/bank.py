"""A bank: interfaces of interfaces with keys, a union that each subgraph knows in part, fields that
moved twice, and requirements on lists of abstract values."""

from __future__ import annotations

from tests.unit.federation.rule import Ask, Rule
from tests.unit.federation.world import JsonObject, Ref

GIRO, DEPOT, ANN, FIRM = Ref("Giro"), Ref("Depot"), Ref("Human"), Ref("Firm")

_SUBGRAPHS = {
    "ledger": """
        type Query { account(iban: ID!): Account accounts(order: Order! = ASC): [Account!]! }
        type Mutation { transfer(input: TransferInput!): Transfer! close(iban: ID!): Account }
        interface Asset { worth: Amount! }
        interface Account implements Asset @key(fields: "iban") {
          iban: ID! worth: Amount! owners: [Party!]! opened: Day }
        type Giro implements Account & Asset @key(fields: "iban") {
          iban: ID! worth: Amount! owners: [Party!]! opened: Day overdraft: Amount }
        type Depot implements Account & Asset @key(fields: "iban") {
          iban: ID! worth: Amount! owners: [Party!]! opened: Day positions: [Position!]! }
        type Amount @shareable { cents: Int! currency: Currency! }
        enum Currency { EUR CHF }
        enum Order { ASC DESC }
        type Position { share: Share! count: Int! }
        type Share @key(fields: "isin market") @key(fields: "wkn") {
          isin: ID! market: Market! wkn: ID! }
        enum Market { FRA ZRH }
        interface Party { ref: ID! }
        type Human implements Party @key(fields: "ref") { ref: ID! }
        type Firm implements Party @key(fields: "ref") { ref: ID! }
        type Transfer @key(fields: "id") { id: ID! from: Account! to: Account! amount: Amount! }
        input TransferInput { from: ID! to: ID! cents: Int! = 100 memo: String currency: Currency }
        scalar Day""",
    "parties": """
        type Query { party(ref: ID!): Party contacts: [Contact!]! }
        interface Party @key(fields: "ref") { ref: ID! name: String! address: Address }
        type Human implements Party @key(fields: "ref") {
          ref: ID! name: String! address: Address born: Day @shareable
          nick: String @shareable }
        type Firm implements Party @key(fields: "ref") {
          ref: ID! name: String! address: Address heads: [Human!]! }
        type Address @shareable { lines: [String!]! zip: Zip! }
        type Zip @shareable { code: String! country: Country! }
        enum Country { DE CH AT }
        union Contact = Human | Firm | Robot
        type Robot { version: Float }
        scalar Day""",
    "risk": """
        type Account @key(fields: "iban") @interfaceObject {
          iban: ID! owners: [Party!]! @external worth: Amount! @external
          score: String @requires(fields: "owners { ref } worth { cents currency }")
          holds(active: Boolean): [Hold!]! }
        interface Party { ref: ID! }
        type Human implements Party @key(fields: "ref") { ref: ID! flags: [Flag] }
        type Firm implements Party @key(fields: "ref") { ref: ID! flags: [Flag] }
        type Amount { cents: Int! @external currency: Currency! @external }
        enum Currency { EUR CHF }
        enum Flag { PEP SANCTION }
        type Hold { reason: Flag until: Day }
        scalar Day""",
    "market": """
        type Query { share(wkn: ID!): Share }
        type Share @key(fields: "isin market") {
          isin: ID! market: Market! quote(day: Day): Amount issuer: Firm! tags: [[String]!] }
        type Firm @key(fields: "ref", resolvable: false) { ref: ID! }
        type Amount @shareable { cents: Int! currency: Currency! }
        enum Currency { EUR CHF }
        enum Market { FRA ZRH }
        scalar Day""",
    "analysts": """
        type Share @key(fields: "wkn") { wkn: ID! isin: ID! @external market: Market! @external
          advice: Advice ticker: String @requires(fields: "isin market") }
        enum Market { FRA ZRH }
        union Advice = Buy | Sell
        type Buy { until: Day target: Amount }
        type Sell { reason: String! }
        type Amount @shareable { cents: Int! currency: Currency! }
        enum Currency { EUR CHF }
        type Human @key(fields: "ref") { ref: ID! nick: String @override(from: "parties")
          covers: [Share!]! }
        scalar Day""",
    "cards": """
        type Query { card(number: ID!): Card }
        type Mutation { lock(number: ID!): Card! }
        type Card @key(fields: "number account { iban }") {
          number: ID! account: Account! locked: Boolean! holder: Human @provides(fields: "born") }
        type Account @key(fields: "iban") @interfaceObject { iban: ID! cards: [Card!]! }
        type Human @key(fields: "ref") { ref: ID! born: Day @external cards: [Card!] }
        scalar Day""",
    "taxes": """
        type Human @key(fields: "ref") { ref: ID! address: Address @external
          office: String @requires(fields: "address { zip { code country } }") }
        type Firm @key(fields: "ref") { ref: ID! address: Address @external
          office: String @requires(fields: "address { lines zip { country } }") vat: ID }
        type Address { lines: [String!]! @external zip: Zip! @external }
        type Zip { code: String! @external country: Country! @external }
        enum Country { DE CH AT }
        input TransferInput { from: ID! to: ID! cents: Int! = 100 currency: Currency }
        enum Currency { EUR CHF }
        type Transfer @key(fields: "id") { id: ID! duty: Int }
        type Mutation { declare(inputs: [TransferInput!]!): [Transfer]! }""",
}
_DATA: dict[str, list[JsonObject]] = {
    "Query": [
        {
            "account": lambda **given: {"g": GIRO, "d": DEPOT}.get(given["iban"]),
            "accounts": lambda order: [GIRO, DEPOT][:: 1 if order == "ASC" else -1],
            "party": lambda **given: FIRM if given["ref"] == "f" else None,
            "contacts": [Ref("Robot"), FIRM, ANN, Ref("Robot", 1)],
            "share": lambda wkn: Ref("Share", 1) if wkn == "w2" else None,
            "card": Ref("Card", 1),
        }
    ],
    "Mutation": [
        {
            "transfer": Ref("Transfer"),
            "close": lambda **given: DEPOT if given["iban"] == "d" else None,
            "lock": Ref("Card"),
            "declare": lambda inputs: [Ref("Transfer"), *(None for _ in inputs[1:])],
        }
    ],
    "Giro": [
        {
            "iban": "g",
            "worth": Ref("Amount"),
            "owners": [ANN, FIRM],
            "opened": "2020",
            "overdraft": None,
            "holds": [],
            "cards": [Ref("Card"), Ref("Card", 1)],
        }
    ],
    "Depot": [
        {
            "iban": "d",
            "worth": Ref("Amount", 1),
            "owners": [],
            "opened": None,
            "positions": [Ref("Position"), Ref("Position", 1)],
            "holds": lambda active=None: [Ref("Hold"), Ref("Hold", 1)][: 1 if active else 2],
            "cards": [],
        }
    ],
    "Amount": [{"cents": 5, "currency": "EUR"}, {"cents": -7, "currency": "CHF"}],
    "Position": [{"share": Ref("Share"), "count": 3}, {"share": Ref("Share", 1), "count": 0}],
    "Share": [
        {
            "isin": "i1",
            "market": "FRA",
            "wkn": "w1",
            "quote": lambda day=None: Ref("Amount") if day else None,
            "issuer": FIRM,
            "tags": [["a", None], []],
            "advice": Ref("Sell"),
        },
        {
            "isin": "i1",
            "market": "ZRH",
            "wkn": "w2",
            "quote": Ref("Amount", 1),
            "issuer": FIRM,
            "tags": None,
            "advice": Ref("Buy"),
        },
    ],
    "Human": [
        {
            "ref": "a",
            "name": "Ann",
            "address": Ref("Address"),
            "born": "1990",
            "nick": "annie",
            "flags": ["PEP", None],
            "covers": [Ref("Share", 1)],
            "cards": [Ref("Card")],
        }
    ],
    "Firm": [{"ref": "f", "name": "F", "address": None, "heads": [ANN], "flags": None, "vat": "v"}],
    "Robot": [{"version": 1.5}, {"version": None}],
    "Address": [{"lines": ["Way 1", ""], "zip": Ref("Zip")}],
    "Zip": [{"code": "01", "country": "AT"}],
    "Hold": [{"reason": None, "until": "2027"}, {"reason": "PEP", "until": None}],
    "Buy": [{"until": None, "target": Ref("Amount")}],
    "Sell": [{"reason": "late"}],
    "Card": [
        {"number": "1", "account": GIRO, "locked": True, "holder": ANN},
        {"number": "2", "account": GIRO, "locked": False, "holder": None},
    ],
    "Transfer": [{"id": "t", "from": GIRO, "to": DEPOT, "amount": Ref("Amount"), "duty": 2}],
}

GRAPH = Rule(
    "a bank",
    _SUBGRAPHS,
    _DATA,
    (
        Ask("{ accounts { __typename iban score holds { reason } cards { locked number } } }"),
        Ask(
            "{ accounts(order: DESC) { worth { cents } owners { ref name address { zip { country } "
            "} ... on Human { nick covers { ticker } office } ... on Firm { vat o: office heads { "
            "born } } } ... on Depot { positions { count share { wkn ticker tags } } } } }"
        ),
        Ask(
            '{ account(iban: "d") { ... on Asset { worth { currency } } ... on Depot { positions { '
            "share { advice { __typename ... on Buy { target { cents } } ... on Sell { reason } } "
            "quote(day: 1) { cents } issuer { name flags } } } } holds(active: true) { until } } }"
        ),
        Ask(
            "{ contacts { __typename ... on Robot { version } ... on Party { name ref } "
            "... on Human { flags cards { account { score } } } ... on Firm { office vat } } }"
        ),
        Ask('{ party(ref: "f") { __typename name ... on Firm { heads { nick office born } } } }'),
        Ask('{ party(ref: "x") { name } }', {"party": None}),
        Ask(
            '{ share(wkn: "w2") { isin ticker advice { ... on Buy { until } } issuer { vat heads { '
            "covers { market quote { currency } } } } } }"
        ),
        Ask(
            '{ card(number: "2") { locked holder { born } account { __typename iban score '
            "owners { name } ... on Giro { overdraft { cents } } } } }"
        ),
        Ask(
            'mutation { transfer(input: {from: "g", to: "d"}) { id duty amount { cents } from { '
            "score cards { holder { born nick } } } to { __typename holds { until } } } "
            'lock(number: "1") { account { worth { cents } } } close(iban: "d") { iban score } '
            'no: close(iban: "n") { iban } }'
        ),
        Ask(
            "mutation ($all: [TransferInput!]!) { declare(inputs: $all) { duty from { owners { "
            "... on Firm { office } } } } transfer(input: {from: 1, to: 2}) { duty } }",
            variables={
                "all": [{"from": "g", "to": "d", "currency": "CHF"}, {"from": 1, "to": "2"}]
            },
        ),
        Ask(
            '{ __type(name: "TransferInput") { inputFields { name defaultValue } } }',
            {
                "__type": {
                    "inputFields": [
                        {"name": "from", "defaultValue": None},
                        {"name": "to", "defaultValue": None},
                        {"name": "cents", "defaultValue": "100"},
                        {"name": "currency", "defaultValue": None},
                    ]
                }
            },
        ),
        Ask(
            "query ($a: Boolean!, $d: Day) { accounts { ...D @include(if: $a) cards @skip(if: $a) "
            "{ number } } } fragment D on Depot { positions { share { quote(day: $d) { cents } } } "
            "}",
            variables={"a": True, "d": [1, {"x": None}]},
        ),
    ),
)
