"""The embedded S3 server: nanio behind the cross-origin rules that browsers ask for."""

import os
import re
import sys
from pathlib import Path

from partline.embedded.ports import HOST
from partline.supervisor.program import Program
from partline.supervisor.readiness import port_open

REGION = "us-east-1"
_UNFINISHED = re.compile(r"\.tmp\.[0-9a-f]{32}")
"""nanio's name for an object that it has not written to its end; it lists them as any other."""


def objects_program(
    folder: Path, port: int, access_key: str, secret_key: str, origins: tuple[str, ...]
) -> Program:
    """An S3 server on the loopback address that keeps its buckets in `folder`.

    Pages from `origins` may read and write with presigned addresses.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return Program(
        name="objects",
        command=(sys.executable, "-m", "partline.embedded.objects"),
        environment={
            "NANIO_DATA_DIR": str(folder),
            "NANIO_ACCESS_KEY": access_key,
            "NANIO_SECRET_KEY": secret_key,
            "NANIO_REGION": REGION,
            "PARTLINE_HOST": HOST,
            "PARTLINE_OBJECTS_PORT": str(port),
            "PARTLINE_OBJECTS_ORIGINS": ",".join(origins),
        },
        ready=port_open(port),
        address=f"http://{HOST}:{port}",
    )


def remove_unfinished(folder: Path) -> None:
    """Remove what a server that was killed had begun to write.

    Nobody was told that it is stored. To be called while no server uses the folder.
    """
    for path in list(folder.rglob(".tmp.*")):
        if _UNFINISHED.fullmatch(path.name):
            path.unlink()


def main() -> None:
    """Serve until a signal comes; the environment is what `objects_program` set."""
    import uvicorn  # noqa: PLC0415 — only the server's own process pays for these imports
    from nanio.app import build_app  # noqa: PLC0415
    from starlette.middleware.cors import CORSMiddleware  # noqa: PLC0415

    remove_unfinished(Path(os.environ["NANIO_DATA_DIR"]))
    application = CORSMiddleware(
        build_app(),
        allow_origins=os.environ["PARTLINE_OBJECTS_ORIGINS"].split(","),
        allow_methods=["GET", "HEAD", "PUT"],
        allow_headers=["*"],
        expose_headers=["ETag"],
        max_age=600,
    )
    uvicorn.run(
        application,
        host=os.environ["PARTLINE_HOST"],
        port=int(os.environ["PARTLINE_OBJECTS_PORT"]),
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=5,
    )


if __name__ == "__main__":
    main()
