"""A GraphQL request as JSON: what is accepted and what is refused."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import orjson

from gateway.edge.refusal import Refusal


@dataclass(frozen=True, slots=True)
class GraphQLRequest:
    """One operation as it was sent."""

    query: str
    operation_name: str | None = None
    variables: Mapping[str, object] = field(default_factory=dict)


def require_json(content_type: str) -> None:
    """Refuse every other media type.

    A browser sends JSON to another site only after asking that site, so this too keeps other
    sites' forms out. File uploads are refused with advice.
    """
    media_type = content_type.partition(";")[0].strip().lower()
    if media_type == "application/json":
        return
    if media_type == "multipart/form-data":
        raise Refusal(
            415,
            "UPLOAD_NOT_SUPPORTED",
            "Files are not sent through GraphQL: ask createUpload for an address to send it to.",
        )
    raise Refusal(
        415, "UNSUPPORTED_MEDIA_TYPE", "Send the operation as JSON: Content-Type application/json."
    )


def parse_request(body: bytes) -> GraphQLRequest:
    """The operation in a JSON body. Raises `Refusal`."""
    try:
        sent = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise Refusal(400, "BAD_JSON", f"The body is not JSON: {error}.") from error
    if isinstance(sent, list):
        raise Refusal(
            400, "BATCHING_NOT_SUPPORTED", "Send one operation per request; it may ask for much."
        )
    if not isinstance(sent, dict) or not isinstance(sent.get("query"), str):
        raise Refusal(
            400, "BAD_REQUEST", 'Send a JSON object with the operation in "query", a string.'
        )
    name, variables = sent.get("operationName"), sent.get("variables")
    if name is not None and not isinstance(name, str):
        raise Refusal(400, "BAD_REQUEST", '"operationName" has to be a string.')
    if variables is not None and not isinstance(variables, dict):
        raise Refusal(400, "BAD_REQUEST", '"variables" has to be an object.')
    return GraphQLRequest(sent["query"], name or None, variables or {})
