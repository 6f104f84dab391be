import time
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from include.simulation.estate import resources
from include.simulation.load import POINTS, Load, combined, points
from include.simulation.manifest import PROD_US
from include.simulation.telemetry import Telemetry

HOUR = 480_000  # since the epoch: Friday, 2024-10-04 00:00 UTC
DAY = range(HOUR, HOUR + 24)


def found(load: Load, hours=DAY, salt=1, seeded=HOUR):
    return points(load, salt, hours, seeded)


def test_every_hour_has_a_point_and_no_point_leaves_its_bounds():
    day = found(Load(10, 30, 4))
    assert day["hour"].to_list() == list(DAY)
    assert all(4 <= low <= mean <= high <= 30 for _, mean, high, low in day.iter_rows())


def test_the_peak_is_reached_once_a_day():
    assert found(Load(10, 30, 4)).filter(maximum=30.0)["hour"].to_list() == [HOUR + 9]


def test_the_same_hour_is_always_the_same_and_another_series_differs():
    assert found(Load(10)).equals(found(Load(10)))
    assert found(Load(10), range(HOUR + 5, HOUR + 6)).equals(found(Load(10))[5:6])
    assert not found(Load(10)).equals(found(Load(10), salt=2))


def test_nothing_stays_nothing():
    assert found(Load(0)).select("average", "maximum", "minimum").unique().rows() == [(0, 0, 0)]


def test_missing_hours_are_missing():
    assert 400 < found(Load(1, missing=0.5), range(HOUR, HOUR + 1_000), salt=5).height < 600


DAYS = [HOUR + 24 * day + 9 for day in range(-5, 4)]
"""The hours of the daily peak around the seeding, which is in hour HOUR."""


@pytest.mark.parametrize(
    ("load", "peaks"),
    [
        pytest.param(Load(10, 30), [30] * 9, id="steady"),
        pytest.param(Load(10, 30, per_day=2), [20.75 + 2 * day for day in range(9)], id="grows by 2 a day"),
        pytest.param(Load(10, 30, per_day=-20), [122.5, 102.5, 82.5, 62.5, 42.5, 22.5, 2.5, 0, 0], id="to 0"),
        pytest.param(Load(10, 30, jump=(2, 25)), [5] * 3 + [30] * 6, id="a resize two days ago"),
        pytest.param(Load(10, 30, weekend=0.5), [15, 30, 30, 30, 30, 30, 15, 15, 30], id="half at weekends"),
        pytest.param(Load(10, 30, quiet=(10, 9, 0.5)), [30] * 9, id="the busy hour"),
        pytest.param(Load(10, 30, quiet=(9, 8, 0.5)), [15] * 9, id="quiet from that hour on"),
        pytest.param(Load(10, 29.6, whole=True), [30] * 9, id="whole numbers"),
        pytest.param(Load(10, 30, silent=(4, 2)), [30, None, None, *[30] * 6], id="two days of silence"),
        pytest.param(Load(10, 30, once=(2 - 9 / 24, 99)), [30, 30, 30, 99, *[30] * 5], id="one odd hour"),
    ],
)
def test_a_load_grows_jumps_and_rests_as_declared(load, peaks):
    hours = range(HOUR - 5 * 24, HOUR + 4 * 24)
    high = dict(found(load, hours).select("hour", "maximum").iter_rows())
    assert [high.get(hour) for hour in DAYS] == pytest.approx(peaks)


@pytest.mark.parametrize(
    ("statistic", "value"), [("Sum", 72), ("Average", 3), ("Maximum", 9), ("Minimum", 1), ("SampleCount", 24)]
)
def test_hours_combine_as_cloudwatch_combines_them(statistic, value):
    two = pl.DataFrame([(HOUR, 2, 5, 1), (HOUR + 1, 4, 9, 3)], schema=POINTS, orient="row")
    whole = combined(two, statistic, 2)
    assert whole.rows() == [(datetime.fromtimestamp(HOUR * 3600, UTC), value)]


def test_a_percentile_is_refused_by_name():
    with pytest.raises(ValueError, match="'p99' is not simulated"):
        combined(POINTS.to_frame(), "p99")


def query(name: str, metric: str, dimension: tuple[str, str], stat="Average", period=3600):
    dimensions = [{"Name": dimension[0], "Value": dimension[1]}]
    named = {"Namespace": name, "MetricName": metric, "Dimensions": dimensions}
    return {"Id": "q0", "MetricStat": {"Metric": named, "Period": period, "Stat": stat}}


def values(cloudwatch, asked, days=14):
    """Whole periods only: the current day's peak may be yet to come."""
    period = asked["MetricStat"]["Period"]
    now = datetime.fromtimestamp(datetime.now(UTC).timestamp() // period * period, UTC)
    answer = cloudwatch.get_metric_data(
        MetricDataQueries=[asked], StartTime=now - timedelta(days=days), EndTime=now
    )
    return answer["MetricDataResults"][0]["Values"]


@pytest.mark.parametrize(
    ("name", "metric", "stat", "period", "count", "low", "high"),
    [
        pytest.param("legacy-crm", "CPUUtilization", "Maximum", 3600, 336, 0.5, 3.6, id="idle all the time"),
        pytest.param("legacy-crm", "NetworkOut", "Sum", 86_400, None, 1, 2.5e6, id="a megabyte a day"),
        pytest.param("nightly-export", "CPUUtilization", "Maximum", 86_400, None, 61, 61, id="busy daily"),
        pytest.param("feature-flags", "CPUUtilization", "Average", 3600, None, 0, 4, id="four days only"),
    ],
)
def test_cloudwatch_tells_how_an_instance_lives(
    estate, client, ask, name, metric, stat, period, count, low, high
):
    place = next(r.place for r in resources() if r.name == name)
    asked = query("AWS/EC2", metric, ("InstanceId", ask(estate, "ids")[name]), stat, period)
    read = values(client(estate, place, "cloudwatch"), asked)
    assert read
    assert len(read) == (count or len(read))
    assert low <= min(read) <= max(read) <= high
    if name == "feature-flags":
        assert 95 <= len(read) <= 97


def test_other_metrics_are_moto_s_own(empty, client):
    cloudwatch = client(empty, PROD_US, "cloudwatch")
    at = datetime.now(UTC) - timedelta(hours=2)
    datum = {
        "MetricName": "Orders",
        "Value": 3.0,
        "Timestamp": at,
        "Dimensions": [{"Name": "Shop", "Value": "1"}],
    }
    cloudwatch.put_metric_data(Namespace="Shop", MetricData=[datum])
    assert values(cloudwatch, query("Shop", "Orders", ("Shop", "1"), "Sum"), days=1) == [3.0]
    assert values(cloudwatch, query("Shop", "Orders", ("Shop", "2"), "Sum"), days=1) == []


class Backend:
    """moto's CloudWatch, which knows nothing."""

    def get_metric_data(self, queries, start_time, end_time, scan_by):
        return [{"id": one["Id"], "timestamps": [], "values": []} for one in queries]


NOW = datetime(2026, 11, 22, 21, 30, tzinfo=UTC)


def asked_of(load: Load, start: datetime, end: datetime, period=3600, scan_by="TimestampAscending"):
    backend = Backend()
    Telemetry(backend, NOW).add("Shop", "Load", {"Shop": "1"}, load, 1)
    one = query("Shop", "Load", ("Shop", "1"), period=period)
    return backend.get_metric_data([one], start, end, scan_by)[0]["timestamps"]


@pytest.mark.parametrize(
    ("load", "start", "end", "period", "expected"),
    [
        pytest.param(Load(1), 3, 0, 3600, [18, 19, 20, 21], id="whole hours around the window"),
        pytest.param(Load(1, days=0.1), 24, 0, 3600, [19, 20, 21], id="not before it began"),
        pytest.param(Load(1, ended_days=0.1), 6, 0, 3600, [15, 16, 17, 18, 19], id="not after it ended"),
        pytest.param(Load(1), 6, 0, 10_800, [15, 18, 21], id="whole periods of three hours"),
        pytest.param(Load(1, missing=1), 6, 0, 3600, [], id="nothing but gaps"),
    ],
)
def test_a_window_holds_the_points_it_should(load, start, end, period, expected):
    held = asked_of(load, NOW - timedelta(hours=start), NOW - timedelta(hours=end), period)
    assert [at.hour for at in held] == expected


def test_descending_is_the_same_backwards():
    window = (NOW - timedelta(hours=5), NOW)
    assert asked_of(Load(1), *window, scan_by="TimestampDescending") == asked_of(Load(1), *window)[::-1]


def test_five_hundred_series_of_two_weeks_cost_little():
    backend = Backend()
    telemetry = Telemetry(backend, NOW)
    queries = []
    for number in range(500):
        telemetry.add("Shop", "Load", {"Shop": str(number)}, Load(5, 9), number)
        queries.append(query("Shop", "Load", ("Shop", str(number))) | {"Id": f"q{number}"})
    begun = time.process_time()
    answers = backend.get_metric_data(queries, NOW - timedelta(days=14), NOW, "TimestampAscending")
    assert time.process_time() - begun < 20
    assert {len(one["values"]) for one in answers} == {337}
