"""What cannot be kept is replaced at the edge, in JSON answers as AWS could send them."""

import json

import boto3
import pytest
from botocore.awsrequest import AWSResponse

from include.aws.sessions import client

REGION = "eu-west-1"


@pytest.fixture
def answered():
    """Log groups as a client of ours reads them, when AWS's answer is these bytes."""

    def ask(body):
        logs = client(boto3.Session(region_name=REGION), "logs", REGION)
        raw = type("Raw", (), {"stream": lambda self, **_: iter([body])})()
        logs.meta.events.register("before-send", lambda request, **_: AWSResponse(request.url, 200, {}, raw))
        return logs.describe_log_groups()["logGroups"]

    return ask


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        pytest.param("a\x00b", "a\ufffdb", id="NUL"),
        pytest.param("a\ud800b", "a\ufffdb", id="a lone surrogate"),
        pytest.param("\udc00\ud800", "\ufffd\ufffd", id="a pair the wrong way round"),
        pytest.param("ok \U0001f600", "ok \U0001f600", id="a proper pair"),
        pytest.param("\x1b[31m\u202e", "\x1b[31m\u202e", id="what can be kept is not for the edge to judge"),
        pytest.param(r"\u0000", r"\u0000", id="a backslash and letters"),
    ],
)
def test_an_answer_holds_nothing_that_cannot_be_kept(answered, name, kept):
    body = json.dumps({"logGroups": [{"logGroupName": name, "storedBytes": 7}]}).encode()
    assert answered(body) == [{"logGroupName": kept, "storedBytes": 7}]
