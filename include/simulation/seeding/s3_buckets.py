"""S3 buckets with their lifecycle rules and unfinished uploads."""

from typing import Any

from include.simulation.manifest import Resource
from include.simulation.stage import Stage, aws_tags

PART = b"x" * 65_536  # small: what counts is that the part is there


def build(stage: Stage, resource: Resource) -> str:
    """`spec`: rules (lifecycle, as S3 takes them), uploads (so many multipart uploads left unfinished)."""
    s3, spec, name = stage.client("s3"), resource.spec, resource.name
    asked: dict[str, Any] = {"Bucket": name}
    if stage.place.region != "us-east-1":
        asked["CreateBucketConfiguration"] = {"LocationConstraint": stage.place.region}
    s3.create_bucket(**asked)
    if resource.tags:
        s3.put_bucket_tagging(Bucket=name, Tagging={"TagSet": aws_tags(resource.tags)})
    if spec.get("rules"):
        s3.put_bucket_lifecycle_configuration(
            Bucket=name, LifecycleConfiguration={"Rules": list(spec["rules"])}
        )
    for number in range(spec.get("uploads", 0)):
        upload = s3.create_multipart_upload(Bucket=name, Key=f"dumps/part-{number}.bin")
        s3.upload_part(Bucket=name, Key=upload["Key"], UploadId=upload["UploadId"], PartNumber=1, Body=PART)
    _bucket(stage, name).creation_date = stage.ago(resource.age_days)
    return name


def _bucket(stage: Stage, name: str) -> Any:
    from moto.s3.models import s3_backends

    return s3_backends[stage.place.account_id]["aws"].buckets[name]
