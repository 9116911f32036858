# The first of these that runs; or name one: make PYTHON=/path/to/python
PYTHON ?= $(shell for name in python3.12 python3.13 python3.11; do \
	$$name -c "" 2>/dev/null && echo $$name && exit; done; echo python3)
BIN := .venv/bin
SCALE ?= 1

.PHONY: help
help: ## Show this list
	@awk -F ":.*## " '/^[a-z-]+:.*## / {printf "  make %-15s %s\n", $$1, $$2}' Makefile

.PHONY: setup
setup: check-machine .venv/installed ## Install what the project needs into .venv

.PHONY: run
run: setup ## Land the sample, build and test the marts, show what came out
	@$(BIN)/python scripts/ingest.py --from data/sample
	@$(BIN)/dbt build
	@$(BIN)/python scripts/summary.py

.PHONY: test
test: lint ## Check everything
	@$(BIN)/pytest

.PHONY: test-mutations
test-mutations: setup ## Break the SQL in many small ways and name the test that notices
	@TAXI_MUTATIONS=all $(BIN)/pytest tests/python/mutations

.PHONY: test-all
test-all: lint ## Check everything at length: every mutation, more drawn examples
	@TAXI_MUTATIONS=all TAXI_EXAMPLES=100 $(BIN)/pytest

.PHONY: bench-ingest
bench-ingest: setup ## Measure landing 26 million rows; SCALE=0.1 for a tenth of them
	@$(BIN)/python scripts/benchmarks/ingest.py --scale $(SCALE)

.PHONY: lint
lint: setup ## Check the form of SQL and Python
	@$(BIN)/sqlfluff lint
	@$(BIN)/ruff check scripts tests
	@$(BIN)/ruff format --check scripts tests

.PHONY: docs
docs: setup ## Write the documentation to target/; dbt docs serve shows it
	@$(BIN)/dbt docs generate
	@echo "Show it: source .venv/bin/activate && dbt docs serve"

.PHONY: clean
clean: ## Remove what was built, but neither a lake nor .venv
	rm -rf target logs .pytest_cache .ruff_cache
	find scripts tests -name __pycache__ -type d -prune -exec rm -rf {} +

.PHONY: lock
lock: setup ## Write the lock anew from pyproject.toml (needs uv)
	uv pip compile $(LOCK) --group dev --output-file requirements/dev.txt
	uv pip compile $(LOCK) --constraint requirements/dev.txt \
		--output-file requirements/runtime.txt

LOCK := pyproject.toml --quiet --universal --python-version 3.11 --no-strip-extras \
	--generate-hashes --custom-compile-command "make lock"

.PHONY: check-machine
check-machine:
	@$(PYTHON) scripts/check_machine.py

.venv/installed: requirements/dev.txt requirements/jars.txt scripts/setup.sh
	@PYTHON="$(PYTHON)" scripts/setup.sh
