"""EBS volumes. Sizes: AWS, Amazon EBS volume types (1 GiB to 64 TiB)."""

from datetime import datetime

from great_expectations.expectations.expectation import Expectation

from include.quality.expect import WARNING, between, entity, one_of, past, present


def expectations(as_of: datetime) -> list[Expectation]:
    return [
        *entity("ebs_volumes"),
        present("state", severity=WARNING),
        one_of("state", "creating", "available", "in-use", "deleting", "deleted", "error"),
        present("volume_type", severity=WARNING),
        one_of("volume_type", "gp2", "gp3", "io1", "io2", "st1", "sc1", "standard"),
        present("size_gib", severity=WARNING),
        between("size_gib", 1, 65_536),
        between("iops", 1),
        between("throughput_mibps", 0),
        past("created_at", as_of),
    ]
