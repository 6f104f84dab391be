"""Where moto 5.2 does less than AWS and a rule or an action would notice."""

from functools import wraps
from typing import Any

from moto.core.utils import utcnow
from moto.ec2.models.instances import Instance


def install() -> None:
    """Patches this process's moto. Calling it twice changes nothing more."""
    if not hasattr(Instance.start, "__wrapped__"):
        Instance.start = _launched_anew(Instance.start)  # type: ignore[method-assign]


def _launched_anew(start: Any) -> Any:
    """AWS dates an instance's launch anew each time it starts (EC2 API, Instance: launchTime)."""

    @wraps(start)
    def start_and_date(self: Instance) -> Any:
        self.launch_time = utcnow()
        return start(self)

    return start_and_date
