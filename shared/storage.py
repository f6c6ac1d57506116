"""Object storage over the S3 protocol. Our own keys are never used twice."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from shared.settings import Settings

_THREADS = 8
_PART_BYTES = 1024 * 1024
Result = TypeVar("Result")


class StorageUnavailable(Exception):
    """The storage cannot be reached, or refused; try again later."""


class ObjectMissing(Exception):
    """There is no object under this key."""


@dataclass(frozen=True, slots=True)
class PresignedUpload:
    """A request that whoever holds it may make until it expires, as often as they like: exactly
    this length, type and key. What it wrote can be written again, so it is to be copied before
    anybody relies on it."""

    url: str
    method: str
    headers: dict[str, str]


@dataclass(frozen=True, slots=True)
class StoredObject:
    """An object as a listing tells of it; `size` in bytes."""

    key: str
    size: int
    changed_at: datetime


class ObjectStorage:
    """boto3 in a bounded pool of threads: an await never blocks the event loop."""

    def __init__(self, settings: Settings) -> None:
        self._bucket = settings.s3_bucket
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="storage")
        self._client = _client(settings, settings.s3_endpoint)
        self._public = _client(settings, settings.storage_origin)

    def presign_put(
        self, key: str, *, length: int, content_type: str, seconds: int
    ) -> PresignedUpload:
        """An upload of `length` bytes from a browser, valid for `seconds`. No request is made."""
        url = self._public.generate_presigned_url(
            "put_object",
            Params={
                "Bucket": self._bucket,
                "Key": key,
                "ContentLength": length,
                "ContentType": content_type,
            },
            ExpiresIn=seconds,
        )
        return PresignedUpload(url=url, method="PUT", headers={"Content-Type": content_type})

    def presign_get(self, key: str, *, seconds: int = 3600, file_name: str | None = None) -> str:
        """An address that a browser can read `key` from, valid for `seconds`."""
        params: dict[str, object] = {"Bucket": self._bucket, "Key": key}
        if file_name:
            safe = "".join(c if c.isalnum() or c in " ._-()" else "_" for c in file_name)
            params["ResponseContentDisposition"] = f'attachment; filename="{safe}"'
        return str(
            self._public.generate_presigned_url("get_object", Params=params, ExpiresIn=seconds)
        )

    async def size(self, key: str) -> int:
        """Bytes stored under `key`. Raises ObjectMissing."""
        answer = await self._call(self._client.head_object, Bucket=self._bucket, Key=key)
        return int(answer["ContentLength"])

    async def put(self, key: str, body: bytes, content_type: str) -> None:
        """Store `body`; returns once the storage has it."""
        await self._call(
            self._client.put_object,
            Bucket=self._bucket,
            Key=key,
            Body=body,
            ContentType=content_type,
        )

    async def put_file(self, key: str, path: Path, content_type: str) -> None:
        """Store what is in the file at `path`, read piece by piece."""

        def send() -> None:
            with path.open("rb") as file:
                self._client.put_object(
                    Bucket=self._bucket, Key=key, Body=file, ContentType=content_type
                )

        await self._call(send)

    async def get(self, key: str) -> bytes:
        """All of a small object. Raises ObjectMissing."""

        def read() -> bytes:
            return bytes(self._client.get_object(Bucket=self._bucket, Key=key)["Body"].read())

        return await self._call(read)

    async def download(self, key: str, path: Path, *, limit: int) -> int:
        """Write the object to `path`; gives its bytes. Raises ObjectMissing, or ValueError past
        `limit` bytes.
        """

        def copy() -> int:
            body = self._client.get_object(Bucket=self._bucket, Key=key)["Body"]
            written = 0
            with path.open("wb") as file:
                while part := body.read(_PART_BYTES):
                    written += len(part)
                    if written > limit:
                        raise ValueError(f"{key} is larger than {limit} bytes")
                    file.write(part)
            return written

        return await self._call(copy)

    async def list(self, prefix: str, *, after: str, limit: int) -> Sequence[StoredObject]:
        """At most `limit` (1,000) objects under `prefix`, with keys after `after`, in order."""
        answer = await self._call(
            self._client.list_objects_v2,
            Bucket=self._bucket,
            Prefix=prefix,
            StartAfter=after,
            MaxKeys=limit,
        )
        return [
            StoredObject(one["Key"], int(one["Size"]), one["LastModified"])
            for one in answer.get("Contents", ())
        ]

    async def delete(self, key: str) -> None:
        """Remove the object; one that is not there is no error."""
        await self._call(self._client.delete_object, Bucket=self._bucket, Key=key)

    async def ready(self) -> bool:
        """Whether the bucket answers."""
        try:
            await self._call(self._client.head_bucket, Bucket=self._bucket)
        except (StorageUnavailable, ObjectMissing):
            return False
        return True

    async def _call(self, function: Callable[..., Result], **arguments: object) -> Result:
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._threads, partial(function, **arguments))
        except ClientError as error:
            if error.response["Error"]["Code"] in {"404", "NoSuchKey", "NotFound"}:
                raise ObjectMissing(str(error)) from error
            raise StorageUnavailable(str(error)) from error
        except BotoCoreError as error:
            raise StorageUnavailable(str(error)) from error

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)


def _client(settings: Settings, endpoint: str) -> Any:
    return boto3.client(
        "s3",
        endpoint_url=endpoint,
        region_name=settings.s3_region,
        aws_access_key_id=settings.s3_access_key,
        aws_secret_access_key=settings.s3_secret_key.get_secret_value(),
        config=Config(
            signature_version="s3v4",
            s3={"addressing_style": "path"},
            connect_timeout=5,
            read_timeout=60,
            retries={"max_attempts": 3, "mode": "standard"},
            max_pool_connections=_THREADS,
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        ),
    )
