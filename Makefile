# Everything a newcomer types. `make demo` and `make test` set up what they need; the rest builds on them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: demo test lint bench docs pages screenshots web setup clean

demo: setup ## make a sample city, check its permits, show the verdicts
	@$(BIN)/rdtr demo

test: setup ## run every test
	$(BIN)/pytest

lint: setup ## style, types and who may import whom
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: setup ## measure against the peers, side by side (takes some minutes)
	$(BIN)/python -m benchmarks --readme README.md
	$(BIN)/python -m benchmarks audit --readme README.md
	$(BIN)/python -m benchmarks tiles --readme README.md
	$(BIN)/python -m benchmarks raster --readme README.md
	$(BIN)/python -m benchmarks serve --readme README.md

docs: setup ## build the site into site/; a warning is an error
	$(BIN)/zensical build --strict --clean

pages: setup ## make again the pages that are made from the code: HTTP, command line
	$(BIN)/python docs/make/http_reference.py
	$(BIN)/python docs/make/commands.py

screenshots: setup ## take the pictures of the README from the running product; look at them
	$(BIN)/python docs/make/screenshots.py

web: setup ## build the map again after a change in web/
	$(BIN)/python web/build.py

setup: $(READY)

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "rdtr needs Python 3.11 or newer; say which with make PYTHON=python3.12"; exit 2; }
	@# Debian splits venv off; root can mend that, others are told how
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null \
	  || { [ "$$(id -u)" = 0 ] && apt-get update -qq && apt-get install -qq -y python3-venv; } \
	  || { echo "python3-venv is missing; install it: sudo apt-get install python3-venv"; exit 2; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

clean:
	rm -rf $(VENV) .bench dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
