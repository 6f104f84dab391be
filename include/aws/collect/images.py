"""Machine images this account owns, and the launch templates that keep images and snapshots in use."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from include.aws.collect._calls import items, only, wanted
from include.aws.collect._collector import Row, collector
from include.aws.collect._rows import common, utc


@collector(
    "amis",
    client="ec2",
    permissions=("ec2:DescribeImages",),
    arn="arn:{partition}:ec2:{region}::image/{resource_id}",
)
def amis(ec2: Any, ids: Sequence[str] | None = None) -> Iterator[Row]:
    """Every image of this account in the client's region; deprecated and disabled ones cost as much."""
    for asked in only("image-id", ids):
        pages = items(
            ec2,
            "describe_images",
            "Images",
            Owners=["self"],
            IncludeDeprecated=True,
            IncludeDisabled=True,
            PaginationConfig={"PageSize": 500},
            **asked,
        )
        for image in pages:
            yield _image(ec2, image)


@collector(
    "launch_templates",
    client="ec2",
    permissions=("ec2:DescribeLaunchTemplates", "ec2:DescribeLaunchTemplateVersions"),
    arn="arn:{partition}:ec2:{region}:{account_id}:launch-template/{resource_id}",
)
def launch_templates(ec2: Any, ids: Sequence[str] | None = None) -> Iterator[Row]:
    """Every launch template with the images and snapshots of its default and latest version.

    All templates' versions come in one listing (EC2 API reference, DescribeLaunchTemplateVersions: `$Latest`
    and `$Default` without a template id).
    """
    templates = items(ec2, "describe_launch_templates", "LaunchTemplates", PaginationConfig={"PageSize": 200})
    chosen = [template for template in templates if wanted(template["LaunchTemplateId"], ids)]
    if not chosen:
        return
    images: dict[str, set[str]] = defaultdict(set)
    snapshots: dict[str, set[str]] = defaultdict(set)
    versions = items(
        ec2,
        "describe_launch_template_versions",
        "LaunchTemplateVersions",
        Versions=["$Latest", "$Default"],
        PaginationConfig={"PageSize": 200},
    )
    for version in versions:
        data = version["LaunchTemplateData"]
        images[version["LaunchTemplateId"]] |= {data["ImageId"]} if data.get("ImageId") else set()
        snapshots[version["LaunchTemplateId"]] |= set(snapshot_ids(data))
    for template in chosen:
        own = template["LaunchTemplateId"]
        yield common(ec2, own, template.get("Tags", []), name=template.get("LaunchTemplateName")) | {
            "image_ids": sorted(images[own]),
            "snapshot_ids": sorted(snapshots[own]),
        }


def snapshot_ids(block_devices_of: dict[str, Any]) -> list[str]:
    """Snapshots that the block devices of an image or a template are made from."""
    mappings = block_devices_of.get("BlockDeviceMappings") or []
    found = [mapping.get("Ebs", {}).get("SnapshotId") for mapping in mappings]
    return [snapshot for snapshot in found if snapshot]


def _image(ec2: Any, image: dict[str, Any]) -> Row:
    return common(ec2, image["ImageId"], image.get("Tags", []), name=image.get("Name")) | {
        "state": image["State"],
        "created_at": utc(image.get("CreationDate")),
        "last_launched_at": utc(image.get("LastLaunchedTime")),
        "snapshot_ids": snapshot_ids(image),
        "public": image.get("Public"),
    }
