# Partline. `make up` and `make test` need Python 3.11 or newer, make and git; nothing else.

PYTHON ?= python3
BIN := .venv/bin
export PORT PARTLINE_HOME

.PHONY: help up down status test torture torture-simulation schemas install install-test clean erase
.DEFAULT_GOAL := help

help:
	@echo 'make up       run everything in the foreground at http://127.0.0.1:8000; Ctrl-C stops it'
	@echo '              PORT=8010 make up moves it; make up ARGS=--processes gives each service a process'
	@echo 'make down     stop what runs in another terminal'
	@echo 'make status   show the processes, their memory and addresses'
	@echo 'make test     check style, types and layers, and run the whole suite'
	@echo 'make torture  break everything while orders flow and prove that nothing is lost;'
	@echo '              MINUTES=3 TRANSPORT=redis|rabbitmq SEED=n ORDERS= FAULTS= (both a minute)'
	@echo 'make torture-simulation  the same against a simulated bus, clock and database; SEEDS=17'
	@echo '              repeats one, SEEDS=0..5000 runs thousands'
	@echo 'make schemas  write the committed GraphQL schemas anew, for review'
	@echo 'make clean    remove .venv and caches; the data stays'
	@echo 'make erase    stop everything and delete its data'
	@echo
	@echo '.venv/bin/partline --help tells the rest.'

install:
	@$(PYTHON) deploy/bootstrap

install-test:
	@$(PYTHON) deploy/bootstrap --test

up: install
	@exec $(BIN)/partline up $(ARGS)

down:
	@test ! -x $(BIN)/partline || $(BIN)/partline down

status: install
	@$(BIN)/partline status

test: install-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/python -m pytest --numprocesses 2 --dist loadfile $(ARGS)

torture: install-test
	$(BIN)/python -m tests.torture.chaos --transport $(or $(TRANSPORT),redis) \
		--minutes $(or $(MINUTES),3) $(if $(SEED),--seed $(SEED)) \
		$(if $(ORDERS),--orders $(ORDERS)) $(if $(FAULTS),--faults $(FAULTS)) $(ARGS)

torture-simulation: install-test
	$(BIN)/python -m tests.torture.simulation $(or $(SEEDS),0..1000) $(ARGS)

schemas: install-test
	WRITE_SCHEMAS=1 $(BIN)/python -m pytest -q tests/unit/test_subgraph_schemas.py

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

erase: install
	@$(BIN)/partline down --erase
