"""The vocabulary all rooms share: datasets, findings, changes, plans, errors. No AWS, no Airflow, no clock."""
