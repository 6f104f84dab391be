from datetime import UTC, datetime

from include.aws.collect.logs import log_groups


def test_a_group_kept_for_ever_has_no_retention(aws):
    logs = aws("logs")
    logs.create_log_group(logGroupName="/app/kept")
    logs.create_log_group(logGroupName="/app/short")
    logs.put_retention_policy(logGroupName="/app/short", retentionInDays=30)
    assert log_groups(logs).select("resource_id", "retention_days").rows() == [
        ("/app/kept", None),
        ("/app/short", 30),
    ]


def test_a_group_is_found_by_its_whole_name_only(aws):
    logs = aws("logs")
    for name in ("/app", "/app/a", "/app/ab"):
        logs.create_log_group(logGroupName=name)
    assert log_groups(logs, ["/app/a", "/ap"])["resource_id"].to_list() == ["/app/a"]


def test_the_arn_has_no_star(aws):
    logs = aws("logs")
    logs.create_log_group(logGroupName="/app/a")
    row = log_groups(logs).row(0, named=True)
    assert row["arn"] == "arn:aws:logs:eu-west-1:123456789012:log-group:/app/a"
    assert row["created_at"] <= datetime.now(UTC)
