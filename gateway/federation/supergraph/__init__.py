"""The composed schema: merged types, and what each subgraph can resolve of them."""
