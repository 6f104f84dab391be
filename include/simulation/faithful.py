"""Where moto 5.2 does less than AWS and a rule or an action would notice."""

from functools import wraps
from typing import Any

from moto.core.utils import utcnow
from moto.ec2.models.amis import Ami
from moto.ec2.models.instances import Instance
from moto.s3.models import FakeMultipart
from moto.s3.responses import S3Response

from include.simulation import limits


def install() -> None:
    """Patches this process's moto, once."""
    limits.install()
    Instance.start = _launched_anew(Instance.start)  # type: ignore[method-assign]
    Ami.get_filter_value = _by_snapshot(Ami.get_filter_value)  # type: ignore[method-assign]
    FakeMultipart.__init__ = _dated(FakeMultipart.__init__)  # type: ignore[method-assign]
    S3Response.serialized = _with_upload_dates(S3Response.serialized)  # type: ignore[method-assign]


def _launched_anew(start: Any) -> Any:
    """AWS dates an instance's launch anew each time it starts (EC2 API, Instance: launchTime)."""

    @wraps(start)
    def start_and_date(self: Instance) -> Any:
        self.launch_time = utcnow()
        return start(self)

    return start_and_date


def _by_snapshot(get_filter_value: Any) -> Any:
    """DescribeImages finds the images made of a snapshot."""

    @wraps(get_filter_value)
    def get_value(self: Ami, filter_name: str, method_name: str | None = None) -> Any:
        if filter_name == "block-device-mapping.snapshot-id":
            return [mapping["Ebs"]["SnapshotId"] for mapping in self.block_device_mappings]
        return get_filter_value(self, filter_name, method_name)

    return get_value


def _dated(init: Any) -> Any:
    """Multipart uploads remember when they began."""

    @wraps(init)
    def init_and_date(self: Any, *args: Any, **kwargs: Any) -> None:
        init(self, *args, **kwargs)
        self.initiated = utcnow()

    return init_and_date


def _with_upload_dates(serialized: Any) -> Any:
    """ListMultipartUploads tells when, where moto says 2010 of all."""

    @wraps(serialized)
    def dated_and_serialized(self: Any, action_result: Any) -> Any:
        listed = action_result.result.get("Uploads", []) if isinstance(action_result.result, dict) else []
        for upload in listed:
            held = self.backend.list_multipart_uploads(self.bucket_name)[upload["UploadId"]]
            upload["Initiated"] = held.initiated
        return serialized(self, action_result)

    return dated_and_serialized
