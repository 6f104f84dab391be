# Everything Watchkeeper does on one machine. `make help` lists it; CI calls the same targets.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

# Bytecode is wanted: without it every Airflow process compiles for seconds at each start.
unexport PYTHONDONTWRITEBYTECODE
unexport PYTHONHOME
export PYTHONPATH := $(CURDIR)

VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
UV := $(shell grep "^uv==" requirements.txt)
# The first Python of a supported version: `make demo PYTHON=/usr/bin/python3.12` names another.
PYTHON ?= $(firstword $(foreach name,python3.11 python3.12 python3.13 python3.14 python3,$(if $(shell $(name) -c 'import sys, venv; print("ok" if (3, 11) <= sys.version_info < (3, 15) else "")' 2>/dev/null),$(name))))
ONCE ?=
PORT ?=
TESTS ?= tests
PYTEST ?=
SERIES ?=
OUT ?=
PROPHET ?=

##@ Use it
demo: $(STAMP) ## A running demo on a simulated AWS; Ctrl-C stops it. ONCE=1: sign off, prove, stop. PORT=8080
	@exec $(BIN)/python -m include.stack demo $(if $(filter-out 0,$(ONCE)),--once) $(if $(PORT),--port $(PORT))

up: $(STAMP) ## Airflow in the background on your AWS accounts (docs/connect-aws.md). PORT=8080
	@$(BIN)/python -m include.stack up $(if $(PORT),--port $(PORT))

down: $(STAMP) ## Stop exactly what `make up` started
	@$(BIN)/python -m include.stack down

##@ Work on it
test: $(STAMP) ## Every test, starting what it needs. TESTS=tests/stack PYTEST="-k ports" narrow it
	$(BIN)/python -m pytest -n 2 --dist loadfile $(PYTEST) $(TESTS)

check: $(STAMP) ## Lint, format, types, direction of imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(STAMP) ## Measure the figures of docs/benchmarks.md again
	@$(BIN)/python tests/benchmarks/run.py

bench-forecasts: $(STAMP) ## Forecast a file as the DAG does. SERIES=in.parquet OUT=out.parquet PROPHET=1: and its rate
	@$(BIN)/python tests/benchmarks/forecasts.py "$(SERIES)" "$(OUT)" $(if $(filter-out 0,$(PROPHET)),--prophet)

requirements: $(STAMP) ## Pin requirements.txt anew from pyproject.toml. UPGRADE=1: newest versions
	$(BIN)/uv pip compile pyproject.toml --group dev --universal --python-version 3.11 \
		--no-header --no-annotate $(if $(UPGRADE),--upgrade) -o requirements.txt

clean: ## Remove the virtual environment, the demo's data and caches; data of `make up` stays
	rm -rf $(VENV) .watchkeeper/demo .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache artefacts
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

##@ Help
help: ## This list
	@awk 'BEGIN {FS = ":.*## "} /^##@/ {printf "\n%s\n", substr($$0, 5)} \
		/^[a-z-]+:.*## / {printf "  make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(STAMP): requirements.txt
	@python="$(PYTHON)"; \
	if [ -z "$$python" ]; then \
		echo "Watchkeeper needs Python 3.11 to 3.14 with its venv module; found: $$(python3 --version 2>&1 || true)." >&2; \
		echo "Install one (Debian, Ubuntu: apt-get install python3 python3-venv), or name it: make demo PYTHON=/path/to/python3.12" >&2; \
		exit 1; \
	fi; \
	echo "installing the pinned packages into $(VENV) with $$($$python --version)"; \
	test -x $(BIN)/python || $$python -m venv $(VENV); \
	test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet --disable-pip-version-check "$(UV)"; \
	$(BIN)/uv pip sync --quiet --python $(BIN)/python requirements.txt; \
	touch $@

.PHONY: demo up down test check bench bench-forecasts requirements clean help
