"""The vocabulary all rooms share: datasets, findings, changes, plans, errors. Pure: no AWS, no Airflow, no clock."""
