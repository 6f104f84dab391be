# The image of docker-compose.yaml, and of Airflow's Helm chart (docs/kubernetes.md).
FROM python:3.11-slim-bookworm

ENV PYTHONUNBUFFERED=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PYTHONPATH=/opt/watchkeeper \
    AIRFLOW_HOME=/opt/airflow \
    AIRFLOW__CORE__DAGS_FOLDER=/opt/watchkeeper/dags \
    AIRFLOW__CORE__PLUGINS_FOLDER=/opt/watchkeeper/plugins \
    AIRFLOW__CORE__LOAD_EXAMPLES=False \
    DO_NOT_TRACK=1 \
    GX_ANALYTICS_ENABLED=false

RUN apt-get update \
    && apt-get install -y --no-install-recommends curl tini \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 50000 --gid 0 --create-home --home-dir /opt/airflow airflow \
    && install -d -o airflow -g 0 -m 0775 /opt/airflow/logs /opt/airflow/auth /var/lib/watchkeeper

# Only what runs: pyproject's dependencies, at the versions requirements.txt pins.
WORKDIR /opt/watchkeeper
COPY pyproject.toml requirements.txt ./
RUN pip install --no-cache-dir "$(grep '^uv==' requirements.txt)" \
    && uv pip install --system --no-cache --compile-bytecode --constraint requirements.txt -r pyproject.toml

COPY --chown=root:0 include ./include
COPY --chown=root:0 dags ./dags
COPY --chown=root:0 plugins ./plugins
RUN python -m compileall -q include dags plugins

USER airflow
WORKDIR /opt/airflow
ENTRYPOINT ["tini", "--"]
CMD ["airflow", "version"]
