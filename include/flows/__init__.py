"""The only Airflow code outside dags/ and plugins/: what DAGs are wired from (heavy imports: in tasks)."""
