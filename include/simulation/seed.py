"""Seeds the declared estate into the moto server of this very process, dated as AWS would have dated it."""

from collections.abc import Iterable
from datetime import datetime

from moto.moto_api._internal import mock_random

from include.core.discovery import modules
from include.policies.targets import targets
from include.simulation.manifest import PLACES, Place, Resource
from include.simulation.seeding.lambda_functions import ROLE as FUNCTION_ROLE
from include.simulation.series import series
from include.simulation.stage import Stage, seeding_time
from include.simulation.telemetry import Telemetry

TRUST = (
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole",'
    '"Principal":{"AWS":"*","Service":"lambda.amazonaws.com"}}]}'
)


class Estate:
    """What was seeded: ids by logical name, when, and by which number."""

    def __init__(self, seeded_at: datetime, number: int) -> None:
        self.seeded_at = seeded_at
        self.number = number
        self.ids: dict[str, str] = {}


def seed(endpoint: str, resources: Iterable[Resource], number: int) -> Estate:
    """Creates every resource in the given order. The same `number` gives the same ids."""
    mock_random.seed(number)
    estate = Estate(seeding_time(), number)
    stages = {place: Stage(place, endpoint, estate.ids, estate.seeded_at) for place in PLACES}
    telemetry = {place: Telemetry(stages[place].backend("cloudwatch"), estate.seeded_at) for place in PLACES}
    _roles(stages)
    builders = modules("include.simulation.seeding")
    for resource in resources:
        resource_id = builders[resource.kind].build(stages[resource.place], resource)
        estate.ids[resource.name] = resource_id
        for one in series(resource, resource_id, number):
            telemetry[resource.place].add(*one)
    return estate


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
