"""Simulated and recorded AWS for the collectors."""

import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import boto3
import botocore.session
import placebo
import pytest
from botocore.client import BaseClient
from botocore.loaders import create_loader
from moto import mock_aws

from include.simulation import limits
from tests.aws.collect.estate import seed
from tests.conftest import SHARED_DATA

REGION = "eu-west-1"
RECORDINGS = SHARED_DATA / "recordings"
LOADER = create_loader()
"""Service models are read once per process: a client costs ten times as much with a loader of its own."""


class World(NamedTuple):
    """A simulated account with something of every dataset in REGION, and nothing in other regions."""

    aws: Callable[..., Any]
    ids: dict[str, Sequence[str]]


def new_session(region: str = REGION) -> boto3.Session:
    """A session of its own, so that a test's hooks on it end with the test."""
    core = botocore.session.get_session()
    core.register_component("data_loader", LOADER)
    return boto3.Session(botocore_session=core, region_name=region)


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """Seeded once per file: its tests only read."""
    with pytest.MonkeyPatch.context() as patch, mock_aws():
        patch.setenv("MOTO_EC2_LOAD_DEFAULT_AMIS", "false")
        patch.setattr(boto3, "DEFAULT_SESSION", new_session())
        yield World(boto3.client, seed(boto3.client))


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Any]]:
    """Clients of an empty simulated account, by service."""
    limits.install()
    monkeypatch.setenv("MOTO_EC2_LOAD_DEFAULT_AMIS", "false")
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", new_session())
    with mock_aws():
        yield boto3.client


@pytest.fixture
def session(world: World) -> boto3.Session:
    """A session in the seeded account."""
    return new_session()


@pytest.fixture
def answers() -> Callable[..., None]:
    """`answers(client_or_session, "ec2.DescribeVolumes", "AccessDenied")`: that call fails with that code."""

    def register(on: BaseClient | boto3.Session, operation: str, code: str, *, only_for: str = "") -> None:
        events = on.events if isinstance(on, boto3.Session) else on.meta.events

        def answer(model: Any, params: dict[str, Any], **_: Any) -> Any:
            if only_for not in json.dumps(params, default=str):
                return None
            error = {"Code": code, "Message": f"not this time ({code})"}
            return type("Http", (), {"status_code": 403})(), {"Error": error, "ResponseMetadata": {}}

        events.register_first(f"before-call.{operation}", answer)

    return register


@pytest.fixture
def replay(tmp_path: Path) -> Callable[..., boto3.Session]:
    """A session that plays a recording of real AWS; `more` adds answers the recording lacks."""

    def play(recording: str, region: str = "us-west-2", **more: dict[str, Any]) -> boto3.Session:
        if not RECORDINGS.is_dir():
            pytest.skip(f"no recordings at {RECORDINGS}")
        folder = tmp_path / recording
        shutil.copytree(RECORDINGS / recording, folder)
        for call, answer in more.items():
            status = 404 if "Error" in answer else 200
            (folder / f"{call.replace('__', '.')}_1.json").write_text(
                json.dumps({"status_code": status, "data": answer | {"ResponseMetadata": {}}})
            )
        session = new_session(region)
        placebo.attach(session, data_path=str(folder)).playback()
        return session

    return play


@pytest.fixture
def one_per_page() -> Callable[[BaseClient], BaseClient]:
    """Make a client answer every paginated operation with one item per page, whatever moto supports."""

    def turn(client: BaseClient) -> BaseClient:
        names = {name: method for method, name in client.meta.method_to_api_mapping.items()}

        def paging(model: Any) -> dict[str, Any] | None:
            method = names[model.name]
            return client.get_paginator(method)._pagination_cfg if client.can_paginate(method) else None

        def first(value: Any) -> Any:
            return value[0] if isinstance(value, list) else value

        def ask(params: dict[str, Any], model: Any, context: dict[str, Any], **_: Any) -> None:
            if rules := paging(model):
                context["at"] = int(params.pop(first(rules["input_token"]), 0) or 0)

        def answer(parsed: dict[str, Any], model: Any, context: dict[str, Any], **_: Any) -> None:
            rules = paging(model)
            key = first(rules["result_key"]) if rules else ""
            if "Error" in parsed or not parsed.get(key):
                return
            at, everything = context["at"], parsed[key]
            more = at + 1 < len(everything)
            parsed[key] = everything[at : at + 1]
            if "more_results" in rules:
                parsed[rules["more_results"]] = more
            if more:
                parsed[first(rules["output_token"])] = str(at + 1)

        client.meta.events.register("before-parameter-build", ask)
        client.meta.events.register("after-call", answer)
        return client

    return turn
