"""16: what is in storage belongs to a row, and what a row promises is in storage."""

import asyncio
import re
from collections.abc import Mapping, Set
from typing import Any
from uuid import UUID

import boto3

from shared.settings import Settings
from tests.torture.invariants.report import Violation
from tests.torture.world import World

_KEY = re.compile(r"models/([0-9a-f-]{36})/(incoming|original|preview\.png|viewer\.glb)")
_OF_A_MODEL = frozenset({"original", "preview.png", "viewer.glb"})
_MODELS = "select id, status, objects_deleted_at from model"


async def belong_to_rows(world: World) -> list[Violation]:
    """Both ways. What was uploaded and not yet looked at is `incoming`."""
    if world.settings is None:
        return [Violation("editor", "storage", "was not given to the invariants")]
    strange, stored = sort(await asyncio.to_thread(keys, world.settings))
    rows = {row["id"]: row for row in await world.rows("editor", _MODELS)}
    wrong = [Violation("editor", f"object {key}", "belongs to nothing") for key in strange]
    for model_id, names in stored.items():
        row = rows.get(model_id)
        subject = f"objects of model {model_id}"
        if row is None:
            wrong.append(Violation("editor", subject, f"have no row: {sorted(names)}"))
        elif row["status"] == "expired" and row["objects_deleted_at"] is not None:
            wrong.append(Violation("editor", subject, f"outlived the model: {sorted(names)}"))
    for model_id, row in rows.items():
        missing = _promised(row["status"]) - stored.get(model_id, frozenset())
        if missing:
            text = f"is {row['status']}, and storage lacks {sorted(missing)}"
            wrong.append(Violation("editor", f"model {model_id}", text, lost=1))
    return wrong


def _promised(status: str) -> frozenset[str]:
    match status:
        case "ready":
            return _OF_A_MODEL
        case "processing":
            return frozenset({"incoming"})
        case _:
            return frozenset()


def sort(keys: Set[str]) -> tuple[list[str], Mapping[UUID, frozenset[str]]]:
    """Keys that are none of ours, and the names below each model's."""
    strange: list[str] = []
    stored: dict[UUID, set[str]] = {}
    for key in keys:
        found = _KEY.fullmatch(key)
        if found is None:
            strange.append(key)
        else:
            stored.setdefault(UUID(found[1]), set()).add(found[2])
    return strange, {model_id: frozenset(names) for model_id, names in stored.items()}


def keys(settings: Settings) -> Set[str]:
    """Of everything in the bucket. Blocks."""
    pages = client_of(settings).get_paginator("list_objects_v2").paginate(Bucket=settings.s3_bucket)
    return {entry["Key"] for page in pages for entry in page.get("Contents", ())}


def client_of(settings: Settings) -> Any:
    """A client of the storage, past the services' own code."""
    return boto3.client(
        "s3",
        endpoint_url=settings.s3_endpoint,
        region_name=settings.s3_region,
        aws_access_key_id=settings.s3_access_key,
        aws_secret_access_key=settings.s3_secret_key.get_secret_value(),
    )
