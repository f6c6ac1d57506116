"""Sending a part: an address from the editor, the bytes to storage, and the check."""

from typing import Any

import httpx

from partline.demo.caller import Caller
from partline.demo.outcome import Ended, OutOfReach
from partline.demo.part import Part
from partline.demo.patience import Patience

_PUT_SECONDS = 120.0

_CREATE = """mutation($name: String!, $size: Int!) {
  createUpload(fileName: $name, size: $size) {
    model { id } url method headers { name value } } }"""
_COMPLETE = "mutation($id: ID!) { completeUpload(modelId: $id) { id } }"
_MODEL = """query($id: ID!) { model(id: $id) {
  status rejection { message }
  report { boxMm volumeMm3 triangles warnings { message } } } }"""


async def upload(caller: Caller, patience: Patience, part: Part) -> tuple[str, dict[str, Any]]:
    """The id of the checked model, and the report of its check. Raises Ended for a model that was
    rejected, with the reason."""

    async def create() -> dict[str, Any]:
        data = await caller.ask(_CREATE, name=part.name, size=len(part.content))
        created: dict[str, Any] = data["createUpload"]
        return created

    created = await patience.until("an address to upload to", create)
    model_id = str(created["model"]["id"])

    async def put() -> bool:
        return await _put(caller.http, created, part.content)

    await patience.until("storage to take the file", put)

    async def checked() -> dict[str, Any] | None:
        return await _checked(caller, model_id, part.name)

    return model_id, await patience.until(f"{part.name} to be checked", checked)


async def _put(http: httpx.AsyncClient, created: dict[str, Any], content: bytes) -> bool:
    headers = {header["name"]: header["value"] for header in created["headers"]}
    try:
        response = await http.request(
            created["method"],
            created["url"],
            content=content,
            headers=headers,
            timeout=_PUT_SECONDS,
        )
    except httpx.TransportError as error:
        raise OutOfReach(f"storage does not answer: {type(error).__name__}") from error
    if response.is_server_error:
        raise OutOfReach(f"storage answers {response.status_code}")
    if response.is_error:
        raise Ended(f"Storage refused the file with status {response.status_code}.")
    return True


async def _checked(caller: Caller, model_id: str, name: str) -> dict[str, Any] | None:
    model = (await caller.ask(_MODEL, id=model_id))["model"]
    if model is None:
        raise OutOfReach("the model cannot be seen")
    match model["status"]:
        case "READY":
            report: dict[str, Any] = model["report"]
            return report
        case "AWAITING_UPLOAD":
            await caller.ask(_COMPLETE, id=model_id)
        case "REJECTED":
            raise Ended(f"{name} was rejected: {model['rejection']['message']}")
        case "EXPIRED":
            raise Ended(f"{name} has expired before it could be ordered.")
    return None
