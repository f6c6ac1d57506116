"""What every process of layer B has loaded before it is forked, so that starting one is cheap."""

from importlib import import_module

import boto3

from shared.settings import SERVICES

for _name in SERVICES:
    import_module(f"subgraphs.{_name}.main")
for _name in ("house", "commands"):
    import_module(f"tests.torture.crash_points.{_name}")
import_module("shared.messaging.rabbitmq")

# The first client reads a megabyte of descriptions; the others find them in the session.
boto3.client("s3", region_name="us-east-1", aws_access_key_id="-", aws_secret_access_key="-")
