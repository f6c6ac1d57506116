"""Reading a request's body within a limit."""

from starlette.requests import Request

from gateway.edge.refusal import Refusal


async def read_body(request: Request, most: int) -> bytes:
    """The request's body, refused as soon as it is known to pass `most` bytes."""
    announced = request.headers.get("content-length", "0")
    if announced.isdigit() and int(announced) > most:
        raise _too_large(most)
    chunks, size = list[bytes](), 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > most:
            raise _too_large(most)
        chunks.append(chunk)
    return b"".join(chunks)


def _too_large(most: int) -> Refusal:
    return Refusal(
        413, "BODY_TOO_LARGE", f"The request is larger than {most // 1024} KB; send less at once."
    )
