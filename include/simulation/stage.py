"""One target while it is being seeded: clients, moto's backends, the ids made so far, and the clock."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import botocore.loaders
import botocore.session
from moto import backends as moto_backends

from include.simulation.manifest import Place

_backends_of: Callable[[str], Any] = moto_backends.get_backend  # type: ignore[assignment]
MODELS = botocore.loaders.Loader()
"""Service descriptions, read once for all sessions."""


class Stage:
    """Everything a builder may use. `ids` maps logical names to AWS's ids, over the whole estate."""

    def __init__(self, place: Place, endpoint: str, ids: dict[str, str], now: datetime) -> None:
        self.place = place
        self.ids = ids
        self.now = now
        self._endpoint = endpoint
        self._clients: dict[str, Any] = {}
        self._session: Any = assumed(endpoint, place, "watchkeeper-seed")

    def client(self, service: str) -> Any:
        if service not in self._clients:
            self._clients[service] = self._session.client(service, endpoint_url=self._endpoint)
        return self._clients[service]

    def backend(self, service: str) -> Any:
        """moto's own objects for this account and region: for what no API lets anyone date."""
        return _backends_of(service)[self.place.account_id][self.place.region]

    def ago(self, days: float) -> datetime:
        """A moment in UTC, with its time zone."""
        return self.now - timedelta(days=days)

    def ago_naive(self, days: float) -> datetime:
        """The same without time zone, as moto keeps most of its times."""
        return self.ago(days).replace(tzinfo=None)

    @property
    def zone(self) -> str:
        return self.place.region + "a"

    def subnet(self, zone: str = "a") -> str:
        """The default subnet of an availability zone."""
        wanted = [{"Name": "availability-zone", "Values": [self.place.region + zone]}]
        found: str = self.client("ec2").describe_subnets(Filters=wanted)["Subnets"][0]["SubnetId"]
        return found

    def vpc(self) -> str:
        """The default VPC."""
        found: str = self.client("ec2").describe_vpcs()["Vpcs"][0]["VpcId"]
        return found


def assumed(endpoint: str, place: Place, role: str) -> boto3.Session:
    """A session in the place's account, through sts:AssumeRole as a real caller would."""
    sts = boto3.client(
        "sts",
        region_name=place.region,
        endpoint_url=endpoint,
        aws_access_key_id="simulation",
        aws_secret_access_key="simulation",  # noqa: S106 - any value will do
    )
    arn = f"arn:aws:iam::{place.account_id}:role/{role}"
    keys = sts.assume_role(RoleArn=arn, RoleSessionName="simulation")["Credentials"]
    core = botocore.session.Session()
    core.register_component("data_loader", MODELS)
    return boto3.Session(
        botocore_session=core,
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys["SessionToken"],
        region_name=place.region,
    )


def aws_tags(tags: Any) -> list[dict[str, str]]:
    """Tags as most AWS APIs take them."""
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def seeding_time() -> datetime:
    """Now, to the second."""
    return datetime.now(UTC).replace(microsecond=0)
