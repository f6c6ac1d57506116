"""A GraphQL request as it was sent: what is accepted and what is refused."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import orjson

from gateway.edge.refusal import Refusal

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
UPLOAD_ADVICE = (
    "Files are not sent through GraphQL: send them to the service that takes them, and their "
    "names or ids here."
)


@dataclass(frozen=True, slots=True)
class GraphQLRequest:
    """One operation as it was sent.

    Who names a document instead of sending it leaves `query` empty: by `document_id`, as GraphQL
    over HTTP has it (`sha256:…`), or by `persisted_hash`, as Apollo's clients do. The latter may
    stand beside the text, which asks to remember it. `changes_allowed` is False for GET.
    """

    query: str
    operation_name: str | None = None
    variables: Mapping[str, object] = field(default_factory=dict)
    document_id: str | None = None
    persisted_hash: str | None = None
    changes_allowed: bool = True


def require_json(content_type: str, upload_advice: str = UPLOAD_ADVICE) -> None:
    """Refuse every other media type.

    A browser sends JSON to another site only after asking that site, so this too keeps other
    sites' forms out. File uploads are refused with `upload_advice`.
    """
    media_type = content_type.partition(";")[0].strip().lower()
    if media_type == "application/json":
        return
    if media_type == "multipart/form-data":
        raise Refusal(415, "UPLOAD_NOT_SUPPORTED", upload_advice)
    raise Refusal(
        415, "UNSUPPORTED_MEDIA_TYPE", "Send the operation as JSON: Content-Type application/json."
    )


def require_plain(content_encoding: str) -> None:
    """Refuse a packed body: a small one could unpack to more than is taken."""
    if content_encoding.strip().lower() not in ("", "identity"):
        raise Refusal(
            415,
            "ENCODING_NOT_SUPPORTED",
            "Send the body as it is, without Content-Encoding.",
            {"accept-encoding": "identity"},
        )


def parse_request(body: bytes) -> GraphQLRequest:
    """The operation in a JSON body. Raises `Refusal`."""
    try:
        sent = orjson.loads(body.removeprefix(_BYTE_ORDER_MARK))
    except orjson.JSONDecodeError as error:
        raise Refusal(400, "BAD_JSON", f"The body is not JSON: {error}.") from error
    if isinstance(sent, list):
        raise Refusal(
            400,
            "BATCHING_NOT_SUPPORTED",
            "Send one operation per request: one operation may ask for much, with aliases for "
            "what is asked twice, and several requests may be under way at once.",
        )
    if not isinstance(sent, dict):
        raise _bad('Send a JSON object with the operation in "query", a string.')
    return _request(sent)


def parse_parameters(parameters: Mapping[str, str]) -> GraphQLRequest:
    """The operation in the parameters of a GET request's address. Raises `Refusal`."""
    sent: dict[str, object] = {
        name: parameters[name]
        for name in ("query", "operationName", "documentId")
        if name in parameters
    }
    for name in ("variables", "extensions"):
        if parameters.get(name):
            try:
                sent[name] = orjson.loads(parameters[name])
            except orjson.JSONDecodeError as error:
                raise Refusal(400, "BAD_JSON", f'"{name}" is not JSON: {error}.') from error
    return _request(sent, changes_allowed=False)


def _request(sent: Mapping[str, object], *, changes_allowed: bool = True) -> GraphQLRequest:
    query, document_id = sent.get("query"), sent.get("documentId")
    name, variables = sent.get("operationName"), sent.get("variables")
    persisted_hash = _persisted_hash(sent.get("extensions"))
    if document_id is not None:
        if not isinstance(document_id, str):
            raise _bad('"documentId" has to be a string.')
        if query is not None:
            raise _bad('Send "documentId" or "query", not both.')
    if query is None and (document_id or persisted_hash):
        query = ""
    elif not isinstance(query, str):
        raise _bad('Send a JSON object with the operation in "query", a string.')
    if name is not None and not isinstance(name, str):
        raise _bad('"operationName" has to be a string.')
    if variables is not None and not isinstance(variables, dict):
        raise _bad('"variables" has to be an object.')
    return GraphQLRequest(
        query, name or None, variables or {}, document_id, persisted_hash, changes_allowed
    )


def _persisted_hash(extensions: object) -> str | None:
    if extensions is None:
        return None
    if not isinstance(extensions, dict):
        raise _bad('"extensions" has to be an object.')
    persisted = extensions.get("persistedQuery")
    if persisted is None:
        return None
    sent = persisted.get("sha256Hash") if isinstance(persisted, dict) else None
    if not isinstance(sent, str) or not sent:
        raise _bad('"extensions.persistedQuery" needs "version": 1 and "sha256Hash".')
    if persisted.get("version") != 1:
        raise _bad('Version 1 of "extensions.persistedQuery" is understood, no other.')
    return sent


def _bad(message: str) -> Refusal:
    return Refusal(400, "BAD_REQUEST", message)
