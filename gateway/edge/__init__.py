"""The one door to Partline: GraphQL, pages and live hints for the public."""
