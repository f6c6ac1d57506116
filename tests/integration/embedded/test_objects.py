"""The embedded S3 server after it was killed."""

import secrets
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from partline.embedded.objects import REGION, objects_program
from partline.embedded.ports import free_port
from tests.servers import running


def _client(endpoint: str) -> Any:
    return boto3.client(
        "s3",
        endpoint_url=endpoint,
        aws_access_key_id="key",
        aws_secret_access_key="secret",
        region_name=REGION,
        config=Config(s3={"addressing_style": "path"}),
    )


def test_what_a_killed_server_had_begun_to_write_is_no_object(tmp_path: Path) -> None:
    folder = tmp_path / "objects"
    program = objects_program(folder, free_port(), "key", "secret", ())
    with running(program, tmp_path / "log"):
        client = _client(program.address)
        client.create_bucket(Bucket="parts")
        client.put_object(Bucket="parts", Key="models/1/original", Body=b"solid")
        client.put_object(Bucket="parts", Key="models/1/.tmp.mine", Body=b"solid")
    (kept,) = folder.rglob("original")
    (kept.parent / f".tmp.{secrets.token_hex(16)}").write_bytes(b"sol")
    with running(program, tmp_path / "log"):
        listed = _client(program.address).list_objects_v2(Bucket="parts")["Contents"]
    assert {one["Key"] for one in listed} == {"models/1/original", "models/1/.tmp.mine"}
