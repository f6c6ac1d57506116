"""From the SDL of subgraphs to a supergraph, or to every reason why there is none."""
