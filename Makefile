.PHONY: run test bench check test-deps lock format install install-dev
.DEFAULT_GOAL := run

# At least two, so that tests always run as they do elsewhere: beside each other.
WORKERS ?= $(shell n=$$(nproc 2>/dev/null || echo 2); [ $$n -gt 2 ] && echo $$n || echo 2)
BIN := .venv/bin

run: install            ## Start everything; Ctrl-C stops it. PORT=9000 make run takes other ports.
	@exec $(BIN)/ghiseu up

install:
	@scripts/install run

install-dev:
	@scripts/install dev

check: install-dev      ## Style, types, layers, service packages.
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/ghiseu services check

test: check             ## Everything that can be checked on this machine.
	$(BIN)/pytest -n $(WORKERS) --dist loadgroup

bench: install-dev      ## Measure beside the machine's own limit; prints a table, writes .data/bench.
	@$(BIN)/python -m bench

test-deps:              ## Browser and the like, by apt-get; as root or with sudo.
	@scripts/install-test-tools

format: install-dev
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

lock:                   ## Pin what pyproject.toml asks for; the tool's own lock file names hosts and is not kept.
	@scripts/lock
