"""The headers between the gateway and a subgraph."""

TOKEN_HEADER = "x-partline-token"  # noqa: S105 - the header's name
REQUEST_ID_HEADER = "x-request-id"
