"""The supergraph that is served: read from the subgraphs, composed, and kept current."""
