"""The vocabulary all rooms share: datasets, findings, changes, plans, errors. No AWS, Airflow or clock."""
