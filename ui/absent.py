"""What stands on a page for a part of another service that did not come.

A line of an order names a material (pricing's) and a model (the editor's). When one of these
services is away the line still shows, with this in its place.
"""

from collections.abc import Mapping
from typing import Any

_NAMED = {"code": "", "name": "not known just now", "description": ""}
_MATERIAL = {**_NAMED, "technology": "", "finishes": ()}
_MODEL = {
    "id": "",
    "fileName": "",
    "status": "",
    "previewUrl": None,
    "viewerUrl": None,
    "downloadUrl": None,
    "report": None,
}
_STAND_INS: Mapping[str, Mapping[str, Any]] = {
    "material": _MATERIAL,
    "defaultMaterial": _MATERIAL,
    "finish": _NAMED,
    "defaultFinish": _NAMED,
    "model": _MODEL,
}


def with_stand_ins(data: dict[str, Any]) -> dict[str, Any]:
    """An answer whose absent materials, finishes and models can be shown.

    What the page itself is about, a field of the root, stays None.
    """
    return {name: _filled(value) for name, value in data.items()}


def _filled(value: Any) -> Any:
    if isinstance(value, list):
        return [_filled(item) for item in value]
    if isinstance(value, dict):
        return {
            name: _STAND_INS[name] if held is None and name in _STAND_INS else _filled(held)
            for name, held in value.items()
        }
    return value
