"""EC2 instances with shared tenancy, EBS volumes and snapshots."""

from collections.abc import Callable

from include.aws.prices._query import Attributes, Query

SYSTEMS = {"Linux": "linux", "Windows": "windows", "RHEL": "rhel", "SUSE": "suse"}
SNAPSHOTS = {"EBS:SnapshotUsage": "snapshot", "EBS:SnapshotArchiveStorage": "snapshot-archive"}


def _instance(a: Attributes) -> str | None:
    system = SYSTEMS.get(a.get("operatingSystem", ""))
    return f"ec2:{a['instanceType']}:{system}" if system and "instanceType" in a else None


def _volume(what: str) -> Callable[[Attributes], str | None]:
    return lambda a: f"ebs:{a['volumeApiName']}:{what}" if "volumeApiName" in a else None


def _snapshot(a: Attributes) -> str | None:
    kind = next((name for end, name in SNAPSHOTS.items() if a.get("usagetype", "").endswith(end)), None)
    return f"ebs:{kind}:gib-month" if kind else None


def _iops(a: Attributes) -> str | None:
    """The first tier only: io2 is cheaper beyond 32,000 IOPS."""
    return _volume("iops-month")(a) if a.get("group") == "EBS IOPS" else None


QUERIES = (
    *(
        Query(
            "AmazonEC2",
            {
                "productFamily": "Compute Instance",
                "operatingSystem": system,
                "tenancy": "Shared",
                "preInstalledSw": "NA",
                "capacitystatus": "Used",
                "licenseModel": "No License required",
            },
            _instance,
            "hour",
        )
        for system in SYSTEMS
    ),
    Query("AmazonEC2", {"productFamily": "Storage"}, _volume("gib-month"), "gib-month"),
    Query("AmazonEC2", {"productFamily": "System Operation"}, _iops, "iops-month"),
    Query("AmazonEC2", {"productFamily": "Provisioned Throughput"}, _volume("mibps-month"), "mibps-month"),
    Query("AmazonEC2", {"productFamily": "Storage Snapshot"}, _snapshot, "gib-month"),
)
