"""Calls to the account's own APIs, as CloudFormation makes them: what they refuse fails the deployment."""

from typing import Any

import boto3
from botocore.config import Config

PORT = 0

CONFIG = Config(retries={"max_attempts": 1}, s3={"addressing_style": "path"})


def client(service: str, region: str) -> Any:
    return boto3.client(
        service,
        region_name=region,
        endpoint_url=f"http://localhost:{PORT}",
        aws_access_key_id="rehearsal",
        aws_secret_access_key="rehearsal",
        config=CONFIG,
    )
