"""Where the lake's files are: a folder, or a bucket reached with the usual AWS variables."""

import os
import shutil
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

PERMISSIONS = ("s3:DeleteObject", "s3:ListBucket")
"""What it asks of boto3, for a lake on S3. The bucket is Watchkeeper's own: no role of the estate has it."""


class Storage:
    """The few file operations Delta does not do itself: addresses, listing, deleting.

    `root` is a folder or `s3://bucket/prefix`. Delta and polars read AWS credentials and the region from the
    environment; AWS_ENDPOINT_URL (or AWS_ENDPOINT_URL_S3) is handed to them, as they would not look for it.
    """

    def __init__(self, root: str) -> None:
        self.root = root.rstrip("/") if root.startswith("s3://") else str(Path(root).absolute())
        self.remote = root.startswith("s3://")

    @property
    def options(self) -> dict[str, str] | None:
        """`storage_options` for polars and deltalake; None for a folder."""
        if not self.remote:
            return None
        endpoint = os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL")
        region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
        options = {"aws_conditional_put": "etag"}  # two writers never both win one version of a table
        if region:
            options["aws_region"] = region
        if endpoint:
            options["aws_endpoint_url"] = endpoint
            options["aws_allow_http"] = str(endpoint.startswith("http://")).lower()
        return options

    def address(self, *parts: str) -> str:
        """The address of a file or folder below the root."""
        return "/".join([self.root, *parts])

    def write(self, frame: pl.DataFrame, address: str) -> None:
        """One Parquet file, whole or not at all; in place of what was there."""
        if self.remote:
            frame.write_parquet(address, storage_options=self.options)
            return
        unfinished = Path(f"{address}.unfinished")
        unfinished.parent.mkdir(parents=True, exist_ok=True)
        frame.write_parquet(unfinished)
        unfinished.replace(address)

    def files(self, *parts: str, suffix: str = ".parquet") -> list[str]:
        """Addresses of the files directly or deeper below a folder, sorted; none when there is none such."""
        if self.remote:
            found = [f"s3://{self._bucket}/{key}" for key in self._keys(*parts)]
        else:
            found = [str(path) for path in Path(self.address(*parts)).rglob("*")]
        return sorted(address for address in found if address.endswith(suffix))

    def folders(self, *parts: str) -> list[str]:
        """Names of the folders directly in a folder, sorted; none when it is not there."""
        if self.remote:
            depth = len([*self._prefix, *parts])
            return sorted({key.split("/")[depth] for key in self._keys(*parts)})
        there = Path(self.address(*parts))
        return sorted(path.name for path in there.iterdir() if path.is_dir()) if there.is_dir() else []

    def delete(self, *parts: str) -> None:
        """Delete a folder and all below it; nothing happens when there is none."""
        if not self.remote:
            if Path(self.address(*parts)).is_dir():
                shutil.rmtree(self.address(*parts))
            return
        for key in self._keys(*parts):
            self._s3.delete_object(Bucket=self._bucket, Key=key)

    def _keys(self, *parts: str) -> Iterator[str]:
        prefix = "/".join([*self._prefix, *parts, ""])
        for page in self._s3.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=prefix):
            for one in page.get("Contents", []):
                yield one["Key"]

    @property
    def _bucket(self) -> str:
        return self.root.removeprefix("s3://").split("/")[0]

    @property
    def _prefix(self) -> list[str]:
        return self.root.removeprefix("s3://").split("/")[1:]

    @cached_property
    def _s3(self) -> Any:
        import boto3

        return boto3.client("s3")
