"""What may be uploaded, decided before the first byte is sent."""

import re
from dataclasses import dataclass
from uuid import UUID

from shared.errors import Conflict, Invalid

DEFAULT_CONTENT_TYPE = "application/octet-stream"
LONGEST_NAME = 200
MIB = 1024 * 1024
PREFIX = "models/"

_CONTENT_TYPE = re.compile(r"[a-z0-9][a-z0-9.+-]*/[a-z0-9][a-z0-9.+-]*", re.IGNORECASE)
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True)
class UploadRequest:
    """A checked wish to upload one file of exactly `size` bytes."""

    file_name: str
    size: int
    content_type: str


def check_upload(
    file_name: str, size: int, content_type: str | None, largest: int
) -> UploadRequest:
    """Clean the name and the type; raises Invalid for an empty or too large file."""
    if size < 1:
        raise Invalid("The file is empty. Export the part again and upload it.", "EMPTY_FILE")
    if size > largest:
        raise Invalid(
            f"The file is {size / MIB:,.0f} MB; at most {largest / MIB:,.0f} MB can be uploaded. "
            "Reduce the number of triangles, or save it as binary STL or 3MF.",
            "FILE_TOO_LARGE",
        )
    declared = content_type or DEFAULT_CONTENT_TYPE
    if len(declared) > 100 or not _CONTENT_TYPE.fullmatch(declared):
        declared = DEFAULT_CONTENT_TYPE
    return UploadRequest(clean_name(file_name), size, declared)


def clean_name(file_name: str) -> str:
    """The last part of a path without control characters, at most 200 characters; never empty.

    The ending survives the cut, since people tell files by it.
    """
    name = _UNPRINTABLE.sub("", re.split(r"[/\\]", file_name)[-1]).strip()
    if len(name) > LONGEST_NAME:
        stem, dot, ending = name.rpartition(".")
        keep = LONGEST_NAME - len(ending) - 1
        name = f"{stem[:keep]}{dot}{ending}" if dot and keep > 0 else name[:LONGEST_NAME]
    return name or "model"


def repaired_name(file_name: str) -> str:
    """What the repaired form of a file is called: it is always an STL."""
    stem = file_name.rpartition(".")[0] or file_name
    return f"{stem[: LONGEST_NAME - 20]} (repaired).stl"


def check_quota(models: int, total: int, wanted: UploadRequest, most: int, largest: int) -> None:
    """Raises Conflict QUOTA when `wanted` is more than who has `models` of `total` bytes may keep:
    `most` models, `largest` bytes."""
    if models < most and total + wanted.size <= largest:
        return
    raise Conflict(
        f"Without an account you can keep {most:,} models and {largest / MIB:,.0f} MB. Delete "
        "models that you no longer need, or register: your models come with you.",
        "QUOTA",
    )


def incoming_key(model_id: UUID) -> str:
    """Where the upload's address writes to, as often as it is used while it is valid. Nobody but
    the check reads from here."""
    return f"{PREFIX}{model_id}/incoming"


def original_key(model_id: UUID) -> str:
    """Where the bytes are that were checked. Its uploader cannot write here, so what is priced and
    made is what was looked at."""
    return f"{PREFIX}{model_id}/original"


def preview_key(model_id: UUID) -> str:
    """Where the rendered picture (PNG) is."""
    return f"{PREFIX}{model_id}/preview.png"


def viewer_key(model_id: UUID) -> str:
    """Where the mesh for the 3D view (GLB) is."""
    return f"{PREFIX}{model_id}/viewer.glb"


def model_of_key(key: str) -> UUID | None:
    """Whose object this is, by its name; None when it is named like no model's."""
    parts = key.removeprefix(PREFIX).split("/")
    try:
        return UUID(parts[0])
    except ValueError:
        return None


def keys_of(model_id: UUID) -> tuple[str, ...]:
    """Everything that may be in storage of a model."""
    keys = (incoming_key, original_key, preview_key, viewer_key)
    return tuple(key(model_id) for key in keys)
