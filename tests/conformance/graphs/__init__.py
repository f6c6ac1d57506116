"""Whole graphs of five to eight subgraphs, as shops, networks, libraries and banks have them."""
