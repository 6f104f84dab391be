"""The only Airflow code outside dags/ and plugins/: what DAGs are wired from. Heavy imports stay inside tasks."""
