"""Bringing a model in: straight to storage with JavaScript, through us without."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ui.console import console
from ui.editor import documents
from ui.flash import on_to
from ui.formats import size
from ui.forms import Form
from ui.frame import frame
from ui.problems import Problem
from ui.repetition import FIELD, command_key

FORMATS = (".stl", ".3mf", ".step", ".stp", ".obj", ".ply", ".off", ".glb", ".gltf")
FORMAT_NAMES = "STL, 3MF, STEP, OBJ, PLY, OFF, GLB or glTF"
CHUNK = 1024 * 1024
FORM_OVERHEAD = 64 * 1024  # bytes that a multipart body may have besides the file
STORAGE_SILENT = "Storage did not take the file. Try again in a moment."


async def show_uploads(request: Request, *, problem: Problem | None = None) -> Response:
    variables = {"after": request.query_params.get("after")}
    answer = await console(request).gateway.query(request, documents.UPLOADS, variables)
    return console(request).pages.render(
        request,
        "editor/uploads.html",
        frame("editor", "upload", answer.data, answer.problems),
        {
            "models": answer.data["myModels"],
            "formats": FORMATS,
            "format_names": FORMAT_NAMES,
            "largest": console(request).max_upload_bytes,
            "refused": problem.message if problem else None,
        },
        status=problem.status if problem else 200,
    )


async def open_upload(request: Request) -> Response:
    """For the page's script: where to PUT the file, as JSON. A refusal is JSON too."""
    form = await Form.read(request)
    limit = console(request).max_upload_bytes
    count = form.whole("size", least=1, most=limit)
    if "size" in form.errors:
        said = _too_large(limit) if count == limit else "The file is empty. Export it again."
        return _refusal(Problem("INVALID", said))
    try:
        kind, once = form.text("contentType"), form.text(FIELD)
        upload = await _create(request, form.text("fileName"), count, kind, once)
    except Problem as problem:
        return _refusal(problem)
    return JSONResponse(
        {
            "id": upload["model"]["id"],
            "url": upload["url"],
            "method": upload["method"],
            "headers": {header["name"]: header["value"] for header in upload["headers"]},
        },
        201,
    )


async def complete_upload(request: Request) -> Response:
    """For the page's script, once the file is stored: where the model's page is."""
    model_id = request.path_params["model"]
    try:
        await _complete(request, model_id)
    except Problem as problem:
        return _refusal(problem)
    return JSONResponse({"next": f"/editor/{model_id}"})


async def receive_upload(request: Request) -> Response:
    """Without JavaScript: takes the file as a form, and puts it into storage piece by piece."""
    limit = console(request).max_upload_bytes
    length = request.headers.get("content-length", "")
    if not length.isdigit():
        problem = Problem("INVALID", "The browser did not say how large the file is. Try again.")
        return await show_uploads(request, problem=problem)
    if int(length) > limit + FORM_OVERHEAD:
        return await show_uploads(request, problem=Problem("INVALID", _too_large(limit)))
    async with request.form(max_files=1, max_fields=4) as form:
        file = form.get("file")
        if not isinstance(file, UploadFile) or not file.filename or not file.size:
            problem = Problem("INVALID", "Choose a file that is not empty first.")
            return await show_uploads(request, problem=problem)
        try:
            kind, once = file.content_type or "", str(form.get(FIELD, ""))
            upload = await _create(request, file.filename, file.size, kind, once)
            await _store(request, upload, file)
            await _complete(request, upload["model"]["id"])
        except Problem as problem:
            if not problem.belongs_on_the_page:
                raise
            return await show_uploads(request, problem=problem)
    return on_to(
        f"/editor/{upload['model']['id']}", f"{file.filename} is here. We are checking it."
    )


async def _create(
    request: Request, name: str, count: int, content_type: str, once: str
) -> dict[str, Any]:
    variables: dict[str, Any] = {
        "fileName": name,
        "size": count,
        "contentType": content_type or "application/octet-stream",
    }
    variables["key"] = command_key(once, variables)
    data = await console(request).gateway.command(request, documents.CREATE_UPLOAD, variables)
    upload: dict[str, Any] = data["createUpload"]
    return upload


async def _complete(request: Request, model_id: str) -> None:
    await console(request).gateway.command(request, documents.COMPLETE_UPLOAD, {"id": model_id})


async def _store(request: Request, upload: dict[str, Any], file: UploadFile) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        while piece := await file.read(CHUNK):
            yield piece

    headers = {header["name"]: header["value"] for header in upload["headers"]}
    headers = {name: value for name, value in headers.items() if name.lower() != "host"}
    headers["Content-Length"] = str(file.size)
    try:
        stored = await console(request).storage.request(
            upload["method"], upload["url"], content=pieces(), headers=headers
        )
    except httpx.HTTPError as error:
        raise Problem("CONFLICT", STORAGE_SILENT) from error
    if stored.is_error:
        raise Problem("CONFLICT", STORAGE_SILENT)


def _too_large(limit: int) -> str:
    return f"The file is larger than {size(limit)}. Simplify the mesh and try again."


def _refusal(problem: Problem) -> JSONResponse:
    return JSONResponse({"code": problem.code, "message": problem.message}, problem.status)
