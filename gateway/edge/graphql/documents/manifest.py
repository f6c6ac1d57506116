"""Manifests: the files in which a client's build writes down all operations that it will send."""

import hashlib
from collections.abc import Iterator, Mapping

import orjson

SHA256 = "sha256:"
_APOLLO = "apollo-persisted-query-manifest"


class ManifestError(Exception):
    """A manifest cannot be used; the message says what is wrong where."""


def read_manifest(content: bytes) -> dict[str, str]:
    """The documents of a manifest by their id.

    Two formats are understood: an object of `"sha256:<hex>": "text"`, and Apollo's
    (`"format": "apollo-persisted-query-manifest"`, version 1). Raises `ManifestError`.
    """
    try:
        written = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise ManifestError(f"it is not JSON: {error}") from error
    if not isinstance(written, dict):
        raise ManifestError('it is no object of "sha256:<hex>": "text", nor Apollo\'s format')
    entries = _apollo(written) if written.get("format") == _APOLLO else written.items()
    return checked(dict(entries))


def checked(documents: Mapping[str, object]) -> dict[str, str]:
    """Documents of which those named by a hash have that hash. Raises `ManifestError`."""
    found: dict[str, str] = {}
    for name, text in documents.items():
        if not isinstance(text, str) or not text.strip():
            raise ManifestError(f"{name!r} has no text")
        if name.startswith(SHA256) and name != document_id(text):
            raise ManifestError(f"{name!r} is not the hash of its text, which is {_sha256(text)}")
        found[name] = text
    return found


def document_id(text: str) -> str:
    """The id of a document, as GraphQL over HTTP has it: `sha256:` and the hash in hexadecimal."""
    return SHA256 + _sha256(text)


def _apollo(written: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    operations = written.get("operations")
    if written.get("version") != 1 or not isinstance(operations, list):
        raise ManifestError('of Apollo\'s format version 1 is understood, with "operations"')
    for place, operation in enumerate(operations):
        name = operation.get("id") if isinstance(operation, dict) else None
        if not isinstance(name, str) or not name:
            raise ManifestError(f"operation {place} has no id")
        body = operation.get("body")
        named_by_hash = isinstance(body, str) and name == _sha256(body)
        yield (SHA256 + name if named_by_hash else name), body


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
