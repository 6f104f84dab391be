from datetime import UTC, datetime, timedelta

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from include.aws.sessions import assume, client
from include.core.errors import TargetUnreachable

ROLE = "arn:aws:iam::222222222222:role/watchkeeper-read"


@pytest.fixture
def base():
    with mock_aws():
        yield boto3.Session(region_name="us-east-1")


def sts_answers(base, answer):
    """Every AssumeRole of this session is answered by `answer(params)`; returns what was asked."""
    asked = []

    def hook(params, **_):
        asked.append(params["body"])
        body = answer(len(asked))
        status = 403 if "Error" in body else 200
        return type("Http", (), {"status_code": status})(), body | {"ResponseMetadata": {}}

    base.events.register("before-call.sts.AssumeRole", hook)
    return asked


def given(number, lasts):
    return {
        "Credentials": {
            "AccessKeyId": f"key-{number}",
            "SecretAccessKey": "secret",
            "SessionToken": "token",
            "Expiration": datetime.now(UTC) + lasts,
        }
    }


def open_session(base, **kwargs):
    return assume(base, ROLE, "eu-west-1", session_name="watchkeeper-read", **kwargs)


def test_the_session_is_in_the_role_and_the_region(base):
    session = open_session(base)
    identity = client(session, "sts", "eu-west-1").get_caller_identity()
    assert identity["Account"] == "222222222222"
    assert identity["Arn"].endswith("assumed-role/watchkeeper-read/watchkeeper-read")
    assert session.region_name == "eu-west-1"


def test_the_external_id_is_sent_only_where_there_is_one(base):
    asked = sts_answers(base, lambda number: given(number, timedelta(hours=1)))
    open_session(base)
    open_session(base, external_id="shop-42")
    assert [body.get("ExternalId") for body in asked] == [None, "shop-42"]


def test_credentials_renew_themselves_before_they_expire(base):
    asked = sts_answers(base, lambda number: given(number, timedelta(minutes=1 if number == 1 else 60)))
    session = open_session(base)
    assert session.get_credentials().get_frozen_credentials().access_key == "key-2"
    assert session.get_credentials().get_frozen_credentials().access_key == "key-2"
    assert len(asked) == 2


@pytest.mark.parametrize("code", ["AccessDenied", "InvalidClientTokenId", "ExpiredToken"])
def test_a_role_we_may_not_assume_says_what_to_check(code, base):
    sts_answers(base, lambda _: {"Error": {"Code": code, "Message": "no"}})
    with pytest.raises(TargetUnreachable, match=rf"{ROLE} cannot be assumed \({code}\): check"):
        open_session(base)


def test_an_error_of_ours_stays_what_it_is(base):
    sts_answers(base, lambda _: {"Error": {"Code": "MalformedPolicyDocument", "Message": "no"}})
    with pytest.raises(ClientError, match="MalformedPolicyDocument"):
        open_session(base)


def test_missing_credentials_are_said(base, monkeypatch):
    monkeypatch.setattr(base._session, "get_credentials", lambda *_: None)
    with pytest.raises(TargetUnreachable, match="no AWS credentials"):
        open_session(base)


def test_clients_retry_adaptively_time_out_and_say_who_they_are(base):
    config = client(base, "ec2", "eu-west-1").meta.config
    assert config.retries == {"mode": "adaptive", "total_max_attempts": 10}
    assert (config.connect_timeout, config.read_timeout) == (10, 60)
    assert "watchkeeper/" in config.user_agent_extra
