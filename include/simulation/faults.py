"""Faults on demand: denied, throttled and failing APIs, in the shape each AWS protocol gives them.

Shapes: Smithy's AWS protocol pages (EC2 query, query, JSON 1.0/1.1, restJson1, restXml).
"""

import json
import threading
from collections import Counter
from fnmatch import fnmatchcase
from typing import Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from include.simulation.calls import Call, Protocol

Kind = Literal["denied", "throttled", "failing"]


class Fault(BaseModel):
    """Calls that match get an error instead of an answer. Patterns are shell-style: `rds:Describe*`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    action: str
    kind: Kind = "denied"
    account_id: str = "*"
    region: str = "*"
    times: int | None = Field(default=None, ge=1, description="how many calls it hits; None: every one")

    def hits(self, call: Call) -> bool:
        return (
            fnmatchcase(call.action, self.action)
            and fnmatchcase(call.account_id, self.account_id)
            and fnmatchcase(call.region, self.region)
        )


class Answer(NamedTuple):
    """An HTTP response."""

    status: str
    headers: list[tuple[str, str]]
    body: bytes


class Faults:
    """The faults in force, and how often each API was called. Safe for the server's threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[tuple[Fault, int | None]] = []
        self._calls: Counter[tuple[str, str, str, str | None]] = Counter()

    def add(self, *faults: Fault) -> None:
        with self._lock:
            self._faults += [(fault, fault.times) for fault in faults]

    def clear(self) -> None:
        with self._lock:
            self._faults = []

    def listed(self) -> list[Fault]:
        with self._lock:
            return [fault.model_copy(update={"times": left}) for fault, left in self._faults]

    def calls(self) -> list[dict[str, str | int | None]]:
        """How often each API was called by each role (None: by no role), refused calls too."""
        with self._lock:
            return [
                {"account_id": account, "region": region, "action": action, "role": role, "calls": count}
                for (account, region, action, role), count in sorted(self._calls.items(), key=str)
            ]

    def strike(self, call: Call) -> Answer | None:
        """Counts the call; the error it meets, or None."""
        with self._lock:
            self._calls[call.account_id, call.region, call.action, call.role] += 1
            for index, (fault, left) in enumerate(self._faults):
                if not fault.hits(call):
                    continue
                if left == 1:
                    del self._faults[index]
                elif left is not None:
                    self._faults[index] = (fault, left - 1)
                return answer(fault.kind, call)
        return None


DENIED: dict[Protocol, tuple[int, str]] = {
    "ec2": (403, "UnauthorizedOperation"),
    "query": (403, "AccessDenied"),
    "json": (400, "AccessDeniedException"),
    "rest-json": (403, "AccessDeniedException"),
    "rest-xml": (403, "AccessDenied"),
}
THROTTLED: dict[Protocol, tuple[int, str]] = {
    "ec2": (503, "RequestLimitExceeded"),
    "query": (400, "Throttling"),
    "json": (400, "ThrottlingException"),
    "rest-json": (429, "TooManyRequestsException"),
    "rest-xml": (503, "SlowDown"),
}
FAILING: dict[Protocol, tuple[int, str]] = {
    "ec2": (500, "InternalError"),
    "query": (500, "InternalFailure"),
    "json": (500, "InternalServerError"),
    "rest-json": (500, "ServiceException"),
    "rest-xml": (500, "InternalError"),
}
CODES = {"denied": DENIED, "throttled": THROTTLED, "failing": FAILING}
STATUS = {
    400: "400 Bad Request",
    403: "403 Forbidden",
    429: "429 Too Many Requests",
    500: "500 Internal Server Error",
    503: "503 Service Unavailable",
}


def answer(kind: Kind, call: Call) -> Answer:
    """The error AWS gives this call, in the call's own protocol."""
    number, code = CODES[kind][call.protocol]
    message = {
        "denied": f"User is not authorized to perform: {call.action}",
        "throttled": "Rate exceeded",
        "failing": "An internal error has occurred. Please retry.",
    }[kind]
    content_type, headers, body = _body(call.protocol, code, message)
    all_headers = [("Content-Type", content_type), ("Content-Length", str(len(body))), *headers]
    return Answer(STATUS[number], all_headers, body)


def _body(protocol: Protocol, code: str, message: str) -> tuple[str, list[tuple[str, str]], bytes]:
    request_id = "00000000-0000-0000-0000-000000000000"
    error = f"<Code>{code}</Code><Message>{message}</Message>"
    if protocol == "ec2":
        xml = (
            f"<Response><Errors><Error>{error}</Error></Errors><RequestID>{request_id}</RequestID></Response>"
        )
        return "text/xml", [], xml.encode()
    if protocol == "query":
        xml = f"<Error><Type>Sender</Type>{error}</Error><RequestId>{request_id}</RequestId>"
        return "text/xml", [], f"<ErrorResponse>{xml}</ErrorResponse>".encode()
    if protocol == "rest-xml":
        return "application/xml", [], f"<Error>{error}<RequestId>{request_id}</RequestId></Error>".encode()
    content_type = "application/x-amz-json-1.0" if protocol == "json" else "application/json"
    headers = [("x-amzn-errortype", code)]
    return content_type, headers, json.dumps({"__type": code, "message": message}).encode()
