"""The pages of the consoles, behind the same address as the graph."""
