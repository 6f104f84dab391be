"""ECS services."""

from datetime import datetime

from great_expectations.expectations.expectation import Expectation

from include.quality.expect import WARNING, between, entity, matches, one_of, past, present


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
        one_of("task_architecture", "X86_64", "ARM64"),
        matches("task_os", r"^(?:LINUX|WINDOWS_SERVER_\w+)$", "LINUX or a Windows server", severity=WARNING),
        between("task_ephemeral_gib", 20, 200, severity=WARNING),
        past("created_at", as_of),
    ]
