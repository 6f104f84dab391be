"""### Verify the journal

Proves that nobody changed what Watchkeeper wrote down: walks the whole hash chain, compares it with every
head published in reports and in the S3 bucket of `journal.yaml`, and asks whether the application's role
could alter the journal. Red when anything is wrong; the log and the journal's page name the first bad row.

1. **verify** the chain, the published heads and the database's safeguards.
2. **publish** the proven head to the bucket, under Object Lock. Red when that is refused: never skipped.

Safe to run again: it reads, and adds entries that tell what it found.
Runbook: `docs/runbooks/verify_journal.md`.
"""

from datetime import timedelta

from airflow.sdk import CronTriggerTimetable, dag, task
from airflow.sdk.exceptions import AirflowFailException

from include.core.errors import JournalBroken
from include.flows import journaling
from include.flows.defaults import default_args, tags


@dag(
    schedule=CronTriggerTimetable("0 4 * * *", timezone="UTC", run_immediately=timedelta(0)),
    start_date=None,  # with one, switching the DAG on would at once run the time that has just passed
    catchup=False,
    max_active_runs=1,
    default_args=default_args("platform"),
    tags=tags("change", tier=1),
    doc_md=__doc__,
)
def verify_journal() -> None:
    @task
    def verify() -> journaling.Proof:
        try:
            return journaling.verify()
        except JournalBroken as error:  # trying again would only journal the same verdict once more
            raise AirflowFailException(str(error)) from error

    @task
    def publish(proof: journaling.Proof) -> str | None:
        return journaling.publish_proven(proof)

    publish(verify())


verify_journal()
