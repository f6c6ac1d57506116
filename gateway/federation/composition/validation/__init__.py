"""Rules that hold for one subgraph by itself."""
