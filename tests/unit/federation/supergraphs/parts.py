# ruff: noqa: E501
"""The subgraphs from which the supergraphs in this folder were composed, by their generation."""

from gateway.federation import Subgraph

FEDERATION_1 = (
    Subgraph(
        "catalog",
        """
extend type Query { part(id: ID!): Part  parts: [Part!]!  find(text: String!): [Found!]! }
type Part @key(fields: "id") @key(fields: "sku { code }") { id: ID! sku: Sku! name: String! weight: Float maker: Maker @provides(fields: "name") size: Size unit: Unit }
type Sku { code: String! series: String }
type Size { width: Int! height: Int! }
enum Unit { MM INCH }
interface Named { name: String! }
extend type Maker @key(fields: "id") { id: ID! @external name: String @external }
type Drawing implements Named { name: String! pages: Int }
union Found = Part | Drawing
""",
        "http://catalog.example/graphql",
    ),
    Subgraph(
        "makers",
        """
extend type Query { maker(id: ID!): Maker }
type Maker @key(fields: "id") { id: ID! name: String country: String site: Size }
type Size { width: Int! height: Int! }
extend type Part @key(fields: "id") { id: ID! @external weight: Float @external shipping: Float @requires(fields: "weight") }
""",
        "http://makers.example/graphql",
    ),
    Subgraph(
        "stock",
        """
extend type Part @key(fields: "sku { code }") { sku: Sku! @external amount: Int! }
type Sku { code: String! series: String }
extend type Mutation { reserve(sku: String!, amount: Int = 1): Part }
""",
        "http://stock.example/graphql",
    ),
)
FEDERATION_2_0 = (
    Subgraph(
        "catalog",
        """
extend schema @link(url: "https://specs.apollo.dev/federation/v2.0", import: ["@key", "@shareable", "@provides", "@external", "@inaccessible", "@tag", "@override"])

type Query { part(id: ID!): Part  parts(filter: Filter): [Part!]!  media: [Media!]!  find(text: String!): [Found!]! }
interface Media { id: ID! title: String! }
type Photo implements Media @key(fields: "id") { id: ID! title: String! pixels: Int }
type Film implements Media @key(fields: "id") { id: ID! title: String! minutes: Int }
type Part @key(fields: "id") @key(fields: "sku { code }") { id: ID! sku: Sku! name: String! @tag(name: "public") weight: Float maker: Maker @provides(fields: "name") size: Size unit: Unit cost: Int @inaccessible stockNote: String }
type Sku @shareable { code: String! series: String }
type Size @shareable { width: Int! height: Int! }
enum Unit { MM INCH FURLONG @inaccessible }
input Filter { text: String unit: Unit secret: Int @inaccessible }
type Maker @key(fields: "id") { id: ID! name: String @external }
type Drawing { name: String! pages: Int }
union Found = Part | Drawing
""",
        "http://catalog.example/graphql",
    ),
    Subgraph(
        "makers",
        """
extend schema @link(url: "https://specs.apollo.dev/federation/v2.0", import: ["@key", "@shareable", "@external", "@requires"])

schema { query: MakersQuery }
type MakersQuery { maker(id: ID!): Maker newest: [Found!]! }
type Maker @key(fields: "id") { id: ID! name: String @shareable country: String site: Size }
type Size @shareable { width: Int! height: Int! }
type Part @key(fields: "id") { id: ID! weight: Float @external size: Size @external shipping: Float @requires(fields: "weight size { width }") }
union Found = Part | Maker
""",
        "http://makers.example/graphql",
    ),
    Subgraph(
        "stock-1",
        """
extend schema @link(url: "https://specs.apollo.dev/federation/v2.0", import: ["@key", "@shareable", "@override"])

type Part @key(fields: "sku { code }") { sku: Sku! amount: Int! stockNote: String @override(from: "catalog") }
type Sku @shareable { code: String! }

type Mutation { reserve(sku: String!, amount: Int = 1): Part }
""",
        "http://stock.example/graphql",
    ),
)
FEDERATION_2_3 = (
    Subgraph(
        "catalog",
        """
extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@shareable", "@provides", "@external", "@inaccessible", "@tag", "@override", "@interfaceObject"])

type Query { part(id: ID!): Part  parts(filter: Filter): [Part!]!  media: [Media!]!  find(text: String!): [Found!]! }
interface Media @key(fields: "id") { id: ID! title: String! }
type Photo implements Media @key(fields: "id") { id: ID! title: String! pixels: Int }
type Film implements Media @key(fields: "id") { id: ID! title: String! minutes: Int }
type Part @key(fields: "id") @key(fields: "sku { code }") { id: ID! sku: Sku! name: String! @tag(name: "public") weight: Float maker: Maker @provides(fields: "name") size: Size unit: Unit cost: Int @inaccessible stockNote: String }
type Sku @shareable { code: String! series: String }
type Size @shareable { width: Int! height: Int! }
enum Unit { MM INCH FURLONG @inaccessible }
input Filter { text: String unit: Unit secret: Int @inaccessible }
type Maker @key(fields: "id") { id: ID! name: String @external }
type Drawing { name: String! pages: Int }
union Found = Part | Drawing
""",
        "http://catalog.example/graphql",
    ),
    Subgraph(
        "makers",
        """
extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@shareable", "@external", "@requires"])

schema { query: MakersQuery }
type MakersQuery { maker(id: ID!): Maker newest: [Found!]! }
type Maker @key(fields: "id") { id: ID! name: String @shareable country: String site: Size }
type Size @shareable { width: Int! height: Int! }
type Part @key(fields: "id") { id: ID! weight: Float @external size: Size @external shipping: Float @requires(fields: "weight size { width }") }
union Found = Part | Maker
""",
        "http://makers.example/graphql",
    ),
    Subgraph(
        "stock-1",
        """
extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@shareable", "@override", "@interfaceObject"])

type Part @key(fields: "sku { code }") { sku: Sku! amount: Int! stockNote: String @override(from: "catalog") }
type Sku @shareable { code: String! }
type Media @key(fields: "id") @interfaceObject { id: ID! likes: Int! }
type Mutation { reserve(sku: String!, amount: Int = 1): Part }
""",
        "http://stock.example/graphql",
    ),
)
FEDERATION_2_7 = (
    Subgraph(
        "catalog",
        """
extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key", "@authenticated", "@requiresScopes", "@policy", "@shareable", "@provides", "@external", "@inaccessible", "@tag", "@override", "@interfaceObject"])

type Query { part(id: ID!): Part  parts(filter: Filter): [Part!]!  media: [Media!]!  find(text: String!): [Found!]! }
interface Media @key(fields: "id") { id: ID! title: String! }
type Photo implements Media @key(fields: "id") { id: ID! title: String! pixels: Int @requiresScopes(scopes: [["photo:read"]]) }
type Film implements Media @key(fields: "id") { id: ID! title: String! minutes: Int @authenticated }
type Part @key(fields: "id") @key(fields: "sku { code }") { id: ID! sku: Sku! name: String! @tag(name: "public") weight: Float maker: Maker @provides(fields: "name") size: Size unit: Unit cost: Int @inaccessible stockNote: String }
type Sku @shareable { code: String! series: String }
type Size @shareable { width: Int! height: Int! }
enum Unit { MM INCH FURLONG @inaccessible }
input Filter { text: String unit: Unit secret: Int @inaccessible }
type Maker @key(fields: "id") { id: ID! name: String @external }
type Drawing { name: String! pages: Int }
union Found = Part | Drawing
""",
        "http://catalog.example/graphql",
    ),
    Subgraph(
        "makers",
        """
extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key", "@shareable", "@external", "@requires"])

schema { query: MakersQuery }
type MakersQuery { maker(id: ID!): Maker newest: [Found!]! }
type Maker @key(fields: "id") { id: ID! name: String @shareable country: String site: Size }
type Size @shareable { width: Int! height: Int! }
type Part @key(fields: "id") { id: ID! weight: Float @external size: Size @external shipping: Float @requires(fields: "weight size { width }") }
union Found = Part | Maker
""",
        "http://makers.example/graphql",
    ),
    Subgraph(
        "stock-1",
        """
extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key", "@shareable", "@override", "@interfaceObject"])

type Part @key(fields: "sku { code }") { sku: Sku! amount: Int! stockNote: String @override(from: "catalog", label: "percent(25)") }
type Sku @shareable { code: String! }
type Media @key(fields: "id") @interfaceObject { id: ID! likes: Int! }
type Mutation { reserve(sku: String!, amount: Int = 1): Part }
""",
        "http://stock.example/graphql",
    ),
)
FEDERATION_2_9 = (
    Subgraph(
        "catalog",
        """
extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@cost", "@listSize", "@authenticated", "@requiresScopes", "@policy", "@shareable", "@provides", "@external", "@inaccessible", "@tag", "@override", "@interfaceObject"])

type Query { part(id: ID!): Part  parts(filter: Filter): [Part!]!  media: [Media!]! @listSize(assumedSize: 7)  find(text: String!): [Found!]! }
interface Media @key(fields: "id") { id: ID! title: String! }
type Photo implements Media @key(fields: "id") { id: ID! title: String! pixels: Int @requiresScopes(scopes: [["photo:read"]]) }
type Film implements Media @key(fields: "id") { id: ID! title: String! minutes: Int @authenticated }
type Part @key(fields: "id") @key(fields: "sku { code }") { id: ID! sku: Sku! name: String! @tag(name: "public") weight: Float maker: Maker @provides(fields: "name") size: Size unit: Unit cost: Int @inaccessible stockNote: String }
type Sku @shareable { code: String! series: String }
type Size @shareable { width: Int! height: Int! }
enum Unit { MM INCH FURLONG @inaccessible }
input Filter { text: String unit: Unit secret: Int @inaccessible }
type Maker @key(fields: "id") { id: ID! name: String @external }
type Drawing { name: String! pages: Int @cost(weight: 3) }
union Found = Part | Drawing
""",
        "http://catalog.example/graphql",
    ),
    Subgraph(
        "makers",
        """
extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@external", "@requires"])

schema { query: MakersQuery }
type MakersQuery { maker(id: ID!): Maker newest: [Found!]! }
type Maker @key(fields: "id") { id: ID! name: String @shareable country: String site: Size }
type Size @shareable { width: Int! height: Int! }
type Part @key(fields: "id") { id: ID! weight: Float @external size: Size @external shipping: Float @requires(fields: "weight size { width }") }
union Found = Part | Maker
""",
        "http://makers.example/graphql",
    ),
    Subgraph(
        "stock-1",
        """
extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@override", "@interfaceObject"])

type Part @key(fields: "sku { code }") { sku: Sku! amount: Int! stockNote: String @override(from: "catalog", label: "percent(25)") }
type Sku @shareable { code: String! }
type Media @key(fields: "id") @interfaceObject { id: ID! likes: Int! }
type Mutation { reserve(sku: String!, amount: Int = 1): Part }
""",
        "http://stock.example/graphql",
    ),
)
FEDERATION_2_8 = (
    Subgraph(
        "shop-1",
        """
extend schema @link(url: "https://specs.apollo.dev/federation/v2.8", import: ["@key", "@context", "@fromContext", "@shareable"])

type Query { shop: Shop any: Place }
interface Place @context(name: "place") { currency: String! }
type Shop implements Place @key(fields: "id") { id: ID! currency: String! locale: String! parts: [Part!]! }
type Market implements Place @key(fields: "id") { id: ID! currency: String! parts: [Part!]! }
type Part @key(fields: "id") { id: ID! price(digits: Int, in: String @fromContext(field: "$place { currency }")): String }
""",
        "http://a",
    ),
    Subgraph(
        "b",
        """
extend schema @link(url: "https://specs.apollo.dev/federation/v2.8", import: ["@key", "@context", "@fromContext", "@shareable"])
type Shop @key(fields: "id") @context(name: "shop") { id: ID! city: String! shelves: [Shelf!]! } type Shelf @key(fields: "id") { id: ID! label(of: String @fromContext(field: "$shop { city }")): String }
""",
        "http://b",
    ),
)
