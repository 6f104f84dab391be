"""No more calls per second than asked for, retries included, whichever thread makes them."""

import io
import threading

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from botocore.exceptions import ClientError
from moto import mock_aws

from include.aws.pace import TokenBucket, paced


class Time:
    """A clock that only sleeping moves."""

    def __init__(self):
        self.now, self.slept = 0.0, []

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.now += seconds

    def bucket(self, per_second):
        return TokenBucket(per_second, clock=lambda: self.now, sleep=self.sleep)


def taken(time, bucket, times):
    """When each token was had."""
    moments = []
    for _ in range(times):
        bucket.take()
        moments.append(round(time.now, 3))
    return moments


def test_a_second_s_worth_at_once_and_then_at_the_rate():
    time = Time()
    assert taken(time, time.bucket(2), 6) == [0, 0, 0.5, 1, 1.5, 2]


def test_less_than_one_a_second_still_begins_at_once():
    time = Time()
    assert taken(time, time.bucket(0.5), 3) == [0, 2, 4]


def test_an_idle_minute_saves_up_one_second_s_worth_and_no_more():
    time = Time()
    bucket = time.bucket(2)
    taken(time, bucket, 4)
    time.now += 60
    assert [moment - time.now for moment in taken(time, bucket, 2)] == [0, 0]
    before = time.now
    assert taken(time, bucket, 1) == [before + 0.5]


def test_threads_share_one_bucket():
    """Time stands still here: the waits themselves tell at which rate the calls would leave."""
    waits, lock = [], threading.Lock()

    def sleep(seconds):
        with lock:
            waits.append(round(seconds, 3))

    bucket = TokenBucket(10, clock=lambda: 0.0, sleep=sleep)
    threads = [threading.Thread(target=lambda: [bucket.take() for _ in range(10)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(waits) == [round(n / 10, 3) for n in range(1, 31)]


@pytest.fixture
def ec2():
    with mock_aws():
        config = Config(retries={"mode": "standard", "total_max_attempts": 3})
        yield boto3.client("ec2", region_name="eu-west-1", config=config)


def test_every_call_of_a_client_takes_a_token(ec2):
    time = Time()
    paced(ec2, time.bucket(1))
    for _ in range(3):
        assert ec2.describe_volumes()["Volumes"] == []
    assert time.slept == [1, 1]


class Body(io.BytesIO):
    def stream(self):
        yield self.read()


def test_every_retry_takes_a_token_too(ec2, monkeypatch):
    monkeypatch.setattr("botocore.retries.standard.ExponentialBackoff.delay_amount", lambda *_: 0)
    error = b"<Response><Errors><Error><Code>RequestLimitExceeded</Code></Error></Errors></Response>"
    sent = []

    def throttle(request, **_):
        sent.append(request.url)
        return AWSResponse(request.url, 503, {}, Body(error))

    ec2.meta.events.register_first("before-send", throttle)
    time = Time()
    paced(ec2, time.bucket(1))
    with pytest.raises(ClientError, match="RequestLimitExceeded"):
        ec2.describe_volumes()
    assert len(sent) == 3
    assert time.slept == [1, 1]
