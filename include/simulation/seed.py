"""Seeds the declared estate into the moto server of this very process, dated as AWS would have dated it."""

from collections.abc import Callable, Iterable
from datetime import datetime
from zlib import crc32

from moto.moto_api._internal import mock_random

from include.core.discovery import modules
from include.policies.targets import targets
from include.simulation.manifest import PLACES, Place, Resource
from include.simulation.seeding.lambda_functions import ROLE as FUNCTION_ROLE
from include.simulation.stage import Stage, seeding_time
from include.simulation.telemetry import Telemetry

TRUST = (
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole",'
    '"Principal":{"AWS":"*","Service":"lambda.amazonaws.com"}}]}'
)


class Estate:
    """What was seeded: ids by logical name, and when."""

    def __init__(self, seeded_at: datetime) -> None:
        self.seeded_at = seeded_at
        self.ids: dict[str, str] = {}


def seed(endpoint: str, resources: Iterable[Resource], number: int) -> Estate:
    """Creates every resource in the given order. The same `number` gives the same ids."""
    mock_random.seed(number)
    estate = Estate(seeding_time())
    stages = {place: Stage(place, endpoint, estate.ids, estate.seeded_at) for place in PLACES}
    telemetry = {place: Telemetry(stages[place].backend("cloudwatch"), estate.seeded_at) for place in PLACES}
    _roles(stages)
    builders = modules("include.simulation.seeding")
    for resource in resources:
        builder = builders[resource.kind]
        estate.ids[resource.name] = builder.build(stages[resource.place], resource)
        if resource.telemetry:
            _measure(telemetry[resource.place], builder, resource, estate.ids[resource.name], number)
    return estate


def _measure(
    telemetry: Telemetry, builder: object, resource: Resource, resource_id: str, number: int
) -> None:
    """Declares the resource's series, under the name CloudWatch knows it by."""
    to_value: Callable[[str], str] = getattr(builder, "dimension", str)
    namespace_of: Callable[[Resource], str] = getattr(builder, "namespace", lambda _: builder.NAMESPACE)  # type: ignore[attr-defined]
    name_of: Callable[[Resource], str] = getattr(builder, "dimension_name", lambda _: builder.DIMENSION)  # type: ignore[attr-defined]
    dimensions = {name_of(resource): to_value(resource_id)}
    for metric, load in resource.telemetry.items():
        salt = crc32(f"{number}/{resource.name}/{metric}".encode())
        telemetry.add(namespace_of(resource), metric, dimensions, load, salt)


def _roles(stages: dict[Place, Stage]) -> None:
    """Watchkeeper's two roles of `targets.yaml`, and the one the shop's functions run with."""
    wanted: dict[str, set[str]] = {place.account_id: {FUNCTION_ROLE} for place in stages}
    for target in targets():
        if target.account_id in wanted:
            wanted[target.account_id] |= {_name(target.read_role), _name(target.change_role)}
    for place, stage in stages.items():
        for name in sorted(wanted.pop(place.account_id, ())):
            stage.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=TRUST)


def _name(role_arn: str) -> str:
    return role_arn.rpartition("/")[2]
