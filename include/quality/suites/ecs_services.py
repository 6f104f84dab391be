"""ECS services."""

from datetime import datetime

from great_expectations.expectations.expectation import Expectation

from include.quality.expect import WARNING, between, entity, one_of, past, present


def expectations(as_of: datetime) -> list[Expectation]:
    return [
        *entity("ecs_services"),
        present("cluster_name"),
        present("service_name"),
        one_of("state", "ACTIVE", "DRAINING"),
        one_of("launch_type", "EC2", "FARGATE", "EXTERNAL", "MANAGED_INSTANCES"),
        one_of("scheduling", "REPLICA", "DAEMON"),
        present("desired_count", severity=WARNING),
        between("desired_count", 0),
        between("running_count", 0),
        between("pending_count", 0),
        between("task_cpu_units", 1),
        between("task_memory_mib", 1),
        past("created_at", as_of),
    ]
