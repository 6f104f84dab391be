"""Outcome alarms: OK before, or nothing is applied; in ALARM during, and the plan is stopped and rolled back.

What cannot be judged (denied, throttled out, missing, INSUFFICIENT_DATA) is not OK either: it blocks before,
and stops during, but rolls nothing back.
"""

from collections.abc import Callable, Sequence
from functools import partial
from itertools import groupby
from typing import NamedTuple

from include.aws.alarms import AlarmState, alarm_states
from include.change._types import AWS_ERRORS, ClientFor, error_code
from include.change.patience import Patience, Pause
from include.change.text import plain
from include.change.waves import Stop
from include.core.changes import ChangePlan
from include.core.errors import WatchkeeperError
from include.policies.change import Alarm, ChangePolicy, change_policy

PATIENCE_SECONDS = 120.0
"""How long reading an alarm waits out throttling: while it waits, nobody watches."""
LOOK_EVERY_SECONDS = 15.0


class Seen(NamedTuple):
    """One sentence for each alarm that is not OK."""

    ringing: tuple[str, ...]
    unclear: tuple[str, ...]

    def stop(self) -> Stop | None:
        if self.ringing:
            return Stop("alarm", "; ".join(self.ringing))
        return Stop("unclear", "; ".join(self.unclear)) if self.unclear else None


def look(alarms: Sequence[Alarm], clients: ClientFor | None, pause: Pause) -> Seen:
    """What is not OK at this moment. `clients` use the read role; None: nothing can be read."""
    ringing: list[str] = []
    unclear: list[str] = []
    for (account, region), group in groupby(sorted(alarms, key=_place), key=_place):
        names = [alarm.name for alarm in group]
        where = f"({account}/{region})"
        try:
            found = _read(clients, account, region, names, pause)
        except AWS_ERRORS as error:
            unclear += [f"alarm {plain(name)} {where} cannot be read: {error_code(error)}" for name in names]
            continue
        except WatchkeeperError as error:
            unclear += [f"alarm {plain(name)} {where} cannot be read: {plain(error)}" for name in names]
            continue
        for name in names:
            state = found.get(name)
            said = f"alarm {plain(name)} {where}"
            if state is None:
                unclear.append(f"{said} does not exist")
            elif state.value == "ALARM":
                ringing.append(f"{said} is in ALARM: {plain(state.reason, 200)}")
            elif state.value != "OK":
                unclear.append(f"{said} has {state.value}: {plain(state.reason, 200)}")
    return Seen(tuple(ringing), tuple(unclear))


def guarding(policy: ChangePolicy, plan: ChangePlan) -> list[Alarm]:
    """The alarms that must be OK while this plan is applied."""
    return [alarm for alarm in policy.alarms if alarm.guards(plan.changes)]


def not_ok(plan: ChangePlan, *, clients: ClientFor, pause: Pause) -> list[str]:
    """What holds a plan back at this moment, by the policy in force; empty when every alarm is OK."""
    policy, _ = change_policy()
    seen = look(guarding(policy, plan), clients, pause)
    return [*seen.ringing, *seen.unclear]


class Watch:
    """Looks at one plan's alarms while it is applied: `Look` for the waves."""

    def __init__(
        self,
        alarms: Sequence[Alarm],
        clients: ClientFor | None,
        *,
        pause: Pause,
        hold: Callable[[float], None],
        seconds: float,
    ) -> None:
        """`hold` pauses too, and fails when the plan's lock is lost; `seconds`: watched on after the last
        wave."""
        self._look = partial(look, alarms, clients, pause)
        self._hold = hold
        self._seconds = seconds if alarms else 0.0

    def __call__(self, last: bool) -> Stop | None:
        seen, left = self._look(), self._seconds if last else 0.0
        while not seen.ringing and left > 0:
            step = min(LOOK_EVERY_SECONDS, left)
            self._hold(step)
            left -= step
            seen = self._look()
        return seen.stop()


def _read(
    clients: ClientFor | None, account: str, region: str, names: list[str], pause: Pause
) -> dict[str, AlarmState]:
    if clients is None:
        raise WatchkeeperError("apply was given no clients in the read role")
    cloudwatch = clients(account, region, "cloudwatch")
    return Patience(pause, PATIENCE_SECONDS).ask(lambda: alarm_states(cloudwatch, names))


def _place(alarm: Alarm) -> tuple[str, str]:
    return alarm.account_id, alarm.region
