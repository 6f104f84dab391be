"""Behaviours that several services share."""

from collections.abc import Mapping
from typing import Any

from include.simulation.load import Load

GIB = 2.0**30


def ec2(
    cpu: float, peak: float, network_mb_day: float, days: float | None = None, missing: float = 0
) -> Mapping[str, Load]:
    """CPU in percent; network as megabytes (10^6 bytes) a day, in and out together."""
    each = network_mb_day * 1e6 / 2 / 288  # bytes per five minutes, each way
    network = Load(each, each * 1.5, days=days, missing=missing)
    return {
        "CPUUtilization": Load(cpu, peak, days=days, missing=missing),
        "NetworkIn": network,
        "NetworkOut": network,
    }


BUSY = ec2(44, 68, 9_000)
QUIET = ec2(11, 29, 900)
IDLE = ec2(1.2, 3.6, 1.5)


def rds(
    cpu: float, peak: float, free_gib: float, connections: float, days: float | None = None
) -> Mapping[str, Load]:
    """CPU in percent, FreeableMemory around `free_gib` and never 10 % below, open connections."""
    operations = Load(connections * 3, connections * 9, days=days)
    return {
        "CPUUtilization": Load(cpu, peak, days=days),
        "FreeableMemory": Load(free_gib * GIB, free_gib * GIB * 1.1, free_gib * GIB * 0.9, 0.05, days=days),
        "DatabaseConnections": Load(connections, connections * 2, 0, days=days),
        "ReadIOPS": operations,
        "WriteIOPS": operations,
    }


def disk(gib: float, used: float, days: float | None = None) -> Mapping[str, Load]:
    """The storage of a database: `gib` of which the share `used` is in use, and hardly any throughput."""
    free = gib * (1 - used) * GIB
    traffic = Load(2e6, 8e6, days=days)  # bytes per second
    return {
        "FreeStorageSpace": Load(free, free * 1.01, free * 0.99, 0.01, days=days),
        "ReadThroughput": traffic,
        "WriteThroughput": traffic,
    }


def per_second(mean: float, swing: float = 0.3, **more: Any) -> Load:
    """What CloudWatch sums up: so much a second, with its usual daily top a fifth above."""
    samples = {name: value * 300 if name == "per_day" else value for name, value in more.items()}
    return Load(mean * 300, mean * 600, 0, swing, **samples)


def nat(gb_day: float, days: float | None = None) -> Mapping[str, Load]:
    """Gigabytes (10^9 bytes) a day through a NAT gateway; 0 means no connection either."""
    each = Load(gb_day * 1e9 / 288, gb_day * 2e9 / 288, days=days)
    flows = Load(gb_day * 40, gb_day * 90, days=days)
    return {
        "BytesOutToDestination": each,
        "BytesInFromDestination": each,
        "BytesOutToSource": each,
        "BytesInFromSource": each,
        "PacketsOutToDestination": each,
        "PacketsInFromSource": each,
        "ActiveConnectionCount": flows,
        "ConnectionAttemptCount": flows,
        "ConnectionEstablishedCount": flows,
    }


def detached(days: float) -> Mapping[str, Load]:
    """EBS reports a volume while it is attached: until so many days ago."""
    return {"VolumeIdleTime": Load(280, 300, ended_days=days)}


def dynamodb(read: float, write: float, days: float | None = None) -> Mapping[str, Load]:
    """Consumed capacity units per five minutes."""
    return {
        "ConsumedReadCapacityUnits": Load(read, read * 3, days=days),
        "ConsumedWriteCapacityUnits": Load(write, write * 3, days=days),
    }


def balancer(requests: float) -> Mapping[str, Load]:
    """Requests per five minutes, under the names each kind of load balancer gives them."""
    one = Load(requests, requests * 3)
    return {
        "RequestCount": one,
        "ActiveConnectionCount": one,
        "NewConnectionCount": one,
        "ActiveFlowCount": one,
        "NewFlowCount": one,
        "ProcessedBytes": Load(requests * 4_000),
        "ConsumedLCUs": Load(requests / 900),
    }
