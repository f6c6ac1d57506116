"""Sending a model through the public addresses, as the editor and a partner do."""

import time
from pathlib import Path
from typing import Any

import httpx

from tests.system import Caller

PROCESSING_SECONDS = 180
_CREATE = """mutation ($name: String!, $size: Int!) { createUpload(fileName: $name, size: $size) {
  model { id } url method headers { name value } } }"""
_COMPLETE = "mutation ($id: ID!) { completeUpload(modelId: $id) { id status } }"
_MODEL = """query ($id: ID!) { model(id: $id) { id status format contentHash previewUrl viewerUrl
  rejection { code message }
  report { units unitsCertain boxMm volumeMm3 triangles watertight
    warnings { code message } } } }"""


def upload(caller: Caller, file: Path) -> dict[str, Any]:
    """Send `file` and wait until it is ready or rejected; gives the model."""
    size = file.stat().st_size
    answer = caller.data(_CREATE, {"name": file.name, "size": size})["createUpload"]
    with file.open("rb") as body:
        stored = httpx.request(
            answer["method"],
            answer["url"],
            headers={h["name"]: h["value"] for h in answer["headers"]}
            | {"Content-Length": str(size)},
            content=body,
            timeout=120,
        )
    assert stored.status_code == 200, stored.text
    model_id = answer["model"]["id"]
    caller.data(_COMPLETE, {"id": model_id})
    return processed(caller, model_id)


def processed(caller: Caller, model_id: str) -> dict[str, Any]:
    """The model once it is ready or rejected."""
    deadline = time.monotonic() + PROCESSING_SECONDS
    while time.monotonic() < deadline:
        model = caller.data(_MODEL, {"id": model_id})["model"]
        if model["status"] in {"READY", "REJECTED"}:
            return dict(model)
        time.sleep(0.1)
    raise AssertionError(f"model {model_id} is still {model['status']}")
