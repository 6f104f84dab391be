"""CloudWatch as a test wants it: alarms whose states it sets, read through a client's own paginator."""

from types import SimpleNamespace

from tests.change.world import ACCOUNT, REGION

ALARMS = f"""
alarms:
- {{name: checkout, account_id: "{ACCOUNT}", region: {REGION}}}
"""


class CloudWatch:
    """`states` by alarm name; an exception in place of a state is raised when the alarms are read. `calls`
    counts the reads; `then` {number of the read: new states} changes them from that read on."""

    def __init__(self, **states):
        self.states, self.then, self.calls, self.asked = states, {}, 0, []

    def clients(self, account_id, region, service):
        self.asked.append((account_id, region, service))
        return SimpleNamespace(get_paginator=lambda operation: self)

    def paginate(self, AlarmNames, AlarmTypes):
        self.calls += 1
        self.states |= self.then.get(self.calls, {})
        for state in self.states.values():
            if isinstance(state, Exception):
                raise state
        wanted = [(name, self.states[name]) for name in AlarmNames if self.states.get(name)]
        named = [{"AlarmName": n, "StateValue": s, "StateReason": f"{n} is {s}"} for n, s in wanted]
        return [{"MetricAlarms": named, "CompositeAlarms": []}]
