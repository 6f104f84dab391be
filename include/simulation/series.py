"""The CloudWatch series a declared resource sends, under the names CloudWatch knows them by."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple
from zlib import crc32

from include.core.discovery import modules
from include.simulation.load import Load
from include.simulation.manifest import Resource


class Declared(NamedTuple):
    """One series. `salt` makes its noise its own."""

    namespace: str
    metric: str
    dimensions: Mapping[str, str]
    load: Load
    salt: int


def series(resource: Resource, resource_id: str, number: int) -> Iterator[Declared]:
    """Every series of a resource; `number` is the server's `--seed`.

    A key of its `telemetry` is a metric, or namespace and metric (`AWS/EC2 CPUUtilization`) where that is
    not its kind's own namespace.
    """
    if not resource.telemetry:
        return
    builder: Any = modules("include.simulation.seeding")[resource.kind]
    namespace: Callable[[Resource], str] = getattr(builder, "namespace", lambda _: builder.NAMESPACE)
    named: Callable[[Resource, str], Mapping[str, str]] = getattr(builder, "dimensions", _only(builder))
    for key, load in resource.telemetry.items():
        own, _, metric = key.rpartition(" ")
        salt = crc32(f"{number}/{resource.name}/{key}".encode())
        yield Declared(own or namespace(resource), metric, named(resource, resource_id), load, salt)


def _only(builder: Any) -> Callable[[Resource, str], Mapping[str, str]]:
    """The one dimension of most kinds."""
    return lambda _, resource_id: {builder.DIMENSION: resource_id}
