"""S3 buckets with their lifecycle rules and unfinished uploads."""

from typing import Any

from include.simulation.manifest import Resource
from include.simulation.stage import Stage, aws_tags


def build(stage: Stage, resource: Resource) -> str:
    """`spec`: rules (lifecycle, as S3 takes them), uploads (GiB of each left unfinished)."""
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
    bucket = _bucket(stage, name)
    bucket.creation_date = stage.ago(resource.age_days)
    for number, gib in enumerate(spec.get("uploads", ())):
        key = f"dumps/{number:03}.bin"
        upload = s3.create_multipart_upload(Bucket=name, Key=key)["UploadId"]
        s3.upload_part(Bucket=name, Key=key, UploadId=upload, PartNumber=1, Body=b"x")
        bucket.multiparts[upload].initiated = stage.ago_naive(20 + 30 * number)
        bucket.multiparts[upload].parts[1].contentsize = int(gib * 2**30)
    return name


def _bucket(stage: Stage, name: str) -> Any:
    from moto.s3.models import s3_backends

    return s3_backends[stage.place.account_id]["aws"].buckets[name]
