"""Merges the definitions of all subgraphs, kind by kind."""
