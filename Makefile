# Every target sets itself up: a Python of 3.11 or newer is all it asks for.
PYTHON ?= python3
BIN := .venv/bin
# Test files at a time: two for each core, since most of them wait for other processes.
WORKERS ?= $(shell expr 2 '*' $$(nproc 2>/dev/null || echo 1))
export PIP_DISABLE_PIP_VERSION_CHECK = 1
# Kept bytecode spares each of the many processes that tests and benches start a fifth of a second.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: sandbox test check format smoke bench fuzz chaos picture states backup restore lock clean

sandbox: .venv/run.stamp  ## the bot in a Discord and a Wan service of its own, with a page to try it in
	$(BIN)/python bot.py sandbox

smoke: .venv/run.stamp  ## one /animate from command to clip, measured
	$(BIN)/python -m sandbox.smoke

test: .venv/dev.stamp
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile

check: .venv/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/hadolint Dockerfile

format: .venv/dev.stamp
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: .venv/peers.stamp
	$(BIN)/python -m bench

fuzz: .venv/fuzz.stamp  ## each target for FUZZ_SECONDS, 60 unless said otherwise; FUZZ_TARGETS names some of them
	$(BIN)/python -m tests.fuzz

picture: .venv/dev.stamp  ## those of the README, taken in Chromium
	$(BIN)/python -m tests.acceptance.picture docs

states: .venv/dev.stamp  ## a picture of each state of a clip, in build/states
	$(BIN)/python -m tests.acceptance.states build/states

chaos: .venv/dev.stamp  ## ends the bot at every point there is, five times each, and counts what was lost; half an hour
	$(BIN)/python -m tests.chaos --random 20

backup: .venv/run.stamp  ## copies the database, also while the bot runs; FILE=… names the copy
	$(BIN)/python bot.py backup $(if $(FILE),"$(FILE)")

restore: .venv/run.stamp  ## puts the copy FILE=… in the place of the database
	$(BIN)/python bot.py restore $(if $(FILE),"$(FILE)")

lock: .venv/dev.stamp  ## after a change of the dependencies in pyproject.toml
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-header -q pyproject.toml -o requirements/run.txt
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-header -q --extra dev pyproject.toml -o requirements/dev.txt
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -q requirements/fuzz.in -o requirements/fuzz.txt
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -q -c requirements/dev.txt requirements/bench.in -o requirements/bench.txt

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis

.venv/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Firstframe needs Python 3.11 or newer: make PYTHON=python3.12")'
	$(PYTHON) -m venv .venv

.venv/run.stamp: requirements/run.txt | .venv/bin/python
	$(BIN)/python -m pip install -q --require-hashes -r requirements/run.txt
	touch $@

.venv/dev.stamp: requirements/dev.txt | .venv/bin/python
	$(BIN)/python -m pip install -q --require-hashes -r requirements/dev.txt
	touch $@ .venv/run.stamp

.venv/peers.stamp: requirements/bench.txt .venv/dev.stamp
	$(BIN)/python -m venv .venv/peers
	.venv/peers/bin/python -m pip install -q --require-hashes -r requirements/bench.txt
	touch $@

.venv/fuzz.stamp: requirements/fuzz.txt .venv/dev.stamp
	$(BIN)/python -m pip install -q --require-hashes -r requirements/fuzz.txt
	touch $@
