"""A gateway for anyone's subgraphs: no account, no database, no other part of Partline."""
