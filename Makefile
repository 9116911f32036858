# That of .venv, else the first of these that runs; or name one: make PYTHON=/some/python
PYTHON ?= $(shell \
	for name in "$$(sed -n 's/^executable = //p' .venv/pyvenv.cfg 2>/dev/null)" \
		python3.12 python3.13 python3.11; do \
	"$$name" -c "" 2>/dev/null && echo "$$name" && exit; done; echo python3)
BIN := .venv/bin
SCALE ?= 1

.PHONY: help
help: ## Show this list
	@awk -F ":.*## " '/^[a-z-]+:.*## / {printf "  make %-15s %s\n", $$1, $$2}' Makefile

.PHONY: setup
setup: check-machine ## Install what the project needs into .venv
	@PYTHON="$(PYTHON)" scripts/setup.sh

.PHONY: run
run: setup ## Land the sample, build, test and publish, show what came out
	@$(BIN)/python scripts/ingest.py --from data/sample
	@$(BIN)/dbt build
	@$(BIN)/python scripts/publish.py
	@$(BIN)/python scripts/summary.py

ifndef FROM
MONTHS ?= latest
endif

.PHONY: refresh
refresh: setup ## Land what is new of MONTHS=latest or FROM=folder, build, test, publish
	@# A file that is refused keeps nobody from the others, but the exit code tells.
	@$(BIN)/python scripts/ingest.py $(if $(FROM),--from "$(FROM)") \
		$(if $(MONTHS),--months "$(MONTHS)"); landed=$$?; \
	[ $$landed -le 1 ] && $(BIN)/dbt build && $(BIN)/python scripts/publish.py && \
	exit $$landed

# Two of Spark's sessions at once is what a small machine holds.
WORKERS := -n 2 --dist loadgroup --no-loadscope-reorder

.PHONY: test
test: lint ## Check everything
	@$(BIN)/pytest $(WORKERS)

# They start neither Spark nor a server.
SHORT := $(addprefix tests/python/,generate landing/test_command.py landing/test_eras.py \
	landing/test_values.py setup/test_check_machine.py zones)

.PHONY: test-short
test-short: setup ## Check in a minute what needs no Spark: landing, zones, made-up trips
	@$(BIN)/pytest $(SHORT)

.PHONY: test-mutations
test-mutations: setup ## Break the SQL in many small ways and name the test that notices
	@TAXI_MUTATIONS=all $(BIN)/pytest tests/python/mutations

.PHONY: test-kills
test-kills: setup ## Kill set-ups, landings, builds, exports, workers, servers at every point
	@TAXI_KILLS=all $(BIN)/pytest tests/python/landing/test_kills.py \
		tests/python/setup/test_setup.py \
		tests/python/refresh/test_killed_builds.py tests/python/publishing \
		tests/python/bigquery/test_killed_exports.py tests/python/team/test_builds.py \
		tests/python/targets/test_cluster.py

.PHONY: test-matrix
test-matrix: setup ## Build the sample with every Spark that Iceberg runs on, compare
	@TAXI_SPARKS=all $(BIN)/pytest tests/python/targets/test_spark_versions.py

.PHONY: test-pythons
test-pythons: setup ## Set up, run and check with every Python that the project supports
	@TAXI_PYTHONS=all $(BIN)/pytest tests/python/setup/test_setup.py

.PHONY: test-all
test-all: lint ## Check everything at length: every mutation and kill, more drawn examples
	@TAXI_MUTATIONS=all TAXI_KILLS=all TAXI_SPARKS=all TAXI_PYTHONS=all \
		TAXI_EXAMPLES=100 $(BIN)/pytest $(WORKERS)

.PHONY: bench-build
bench-build: setup ## Measure builds beside DuckDB: 26 million trips; SCALE=0.1 for a tenth
	@$(BIN)/python scripts/benchmarks/build.py --scale $(SCALE)

.PHONY: bench-refresh
bench-refresh: setup ## Measure a refresh on lakes of 1, 12 and 60 months
	@$(BIN)/python scripts/benchmarks/refresh.py

.PHONY: bench-ingest
bench-ingest: setup ## Measure landing 26 million rows; SCALE=0.1 for a tenth of them
	@$(BIN)/python scripts/benchmarks/ingest.py --scale $(SCALE)

.PHONY: bench-engines
bench-engines: setup ## Measure the revenue job: three engines, two joins, forms of files
	@$(BIN)/python scripts/benchmarks/engines.py

.PHONY: lint
lint: setup ## Check the form of SQL and Python
	@$(BIN)/sqlfluff lint
	@$(BIN)/ruff check scripts tests
	@$(BIN)/ruff format --check scripts tests

.PHONY: docs
docs: setup ## Write the documentation to target/; dbt docs serve shows it
	@$(BIN)/dbt docs generate
	@echo "Show it: source .venv/bin/activate && dbt docs serve"

.PHONY: check-lake
check-lake: setup ## Check that every file is as committed, every row accounted for
	@$(BIN)/python scripts/check_lake.py

.PHONY: expire
expire: setup ## Say what is older than AGE days and needed by nobody; YES=1 removes it
	@$(BIN)/python scripts/expire.py --older-than $(AGE) $(if $(YES),--yes)

# Days whose readers are spared.
AGE := 30
YES :=

.PHONY: gcs-connector
gcs-connector: setup ## Let Spark reach Cloud Storage: a lake on a bucket, --via spark
	@echo "Fetching the connector (a few minutes the first time)" >&2
	@$(BIN)/python scripts/install_jars.py gcs

.PHONY: cluster
cluster: setup ## Start a Spark master and two workers here: dbt build --target cluster
	@$(BIN)/python scripts/cluster.py start

.PHONY: cluster-stop
cluster-stop: ## Stop what make cluster started
	@$(BIN)/python scripts/cluster.py stop

.PHONY: connect
connect: setup ## Start a Spark Connect server here: dbt build --target connect
	@$(BIN)/python scripts/connect.py start

.PHONY: connect-stop
connect-stop: ## Stop what make connect started
	@$(BIN)/python scripts/connect.py stop

.PHONY: clean
clean: ## Remove what was built, but neither a lake nor .venv
	rm -rf target logs .pytest_cache .ruff_cache
	find scripts tests -name __pycache__ -type d -prune -exec rm -rf {} +

.PHONY: lock
lock: setup ## Write the locks anew from pyproject.toml
	$(COMPILE) pyproject.toml --group dev --output-file requirements/dev.txt
	$(COMPILE) pyproject.toml --constraint requirements/dev.txt \
		--output-file requirements/runtime.txt
	$(COMPILE) --group bigquery-emulator --output-file requirements/bigquery-emulator.txt
	$(COMPILE) --group spark-35 --output-file requirements/spark-3.5.txt
	$(COMPILE) --group build --output-file requirements/build.txt
	$(COMPILE) --group oldest-pip --output-file requirements/oldest-pip.txt
	$(COMPILE) --group installer --output-file requirements/uv.txt

COMPILE = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 \
	--no-strip-extras --generate-hashes --custom-compile-command "make lock"

.PHONY: check-machine
check-machine:
	@if "$(PYTHON)" -c "" 2>/dev/null; then "$(PYTHON)" scripts/check_machine.py; fi
