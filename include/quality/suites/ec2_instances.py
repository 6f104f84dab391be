"""EC2 instances."""

from datetime import datetime

from great_expectations.expectations.expectation import Expectation

from include.quality.expect import WARNING, entity, one_of, past, present


def expectations(as_of: datetime) -> list[Expectation]:
    return [
        *entity("ec2_instances"),
        present("instance_type", severity=WARNING),
        present("state", severity=WARNING),
        one_of("state", "pending", "running", "stopping", "stopped", "shutting-down", "terminated"),
        one_of("platform", "linux", "windows", "rhel", "suse"),
        one_of("lifecycle", "on-demand", "spot", "capacity-block"),
        one_of("tenancy", "default", "dedicated", "host"),
        one_of("root_device_type", "ebs", "instance-store"),
        past("launched_at", as_of),
        past("stopped_at", as_of),
    ]
