# Two commands do everything on a fresh machine with Python 3.11+, make and a package index:
#   make demo            set up, build a library from the sample articles, answer, serve the chat
#   make test            set up, check the code, run the tests (make test-exhaustive: every one)
PYTHON ?= python3
SERVE ?= 1
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet

PYTEST := $(BIN)/pytest --numprocesses auto --maxprocesses 4 --dist loadfile

.PHONY: demo test test-exhaustive lint format reference lock clean

demo: .venv/product
	$(BIN)/majlis demo $(if $(filter 0,$(SERVE)),--no-serve)

# Beside one another, a module in one process, and mypy beside them, for it takes a core and a while on a fresh
# machine; ARGS="-k sentences" for less.
test: .venv/development
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	types=$$(mktemp); $(BIN)/mypy >$$types 2>&1 & checking=$$!; \
	$(PYTEST) $(ARGS); tests=$$?; \
	wait $$checking; checked=$$?; cat $$types; rm $$types; exit $$((tests | checked))

# The languages and screens, and the largest files, that `make test` leaves out.
test-exhaustive: .venv/development
	$(PYTEST) -m exhaustive $(ARGS)

lint: .venv/development
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: .venv/development
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Writes docs/commands.md from the commands' own help.
reference: .venv/development
	$(BIN)/python -m assistant.cli.reference > docs/commands.md

# torch goes first and alone: the pin keeps pip from choosing a build of several gigabytes later.
.venv/product: pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit("Majlis needs Python 3.11 or newer: make PYTHON=python3.11 ..." if sys.version_info < (3, 11) else 0)'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv || { echo "no venv module: apt-get install python3-venv" >&2; exit 1; }
	$(PIP) torch==2.13.0
	$(PIP) --constraint constraints.txt --editable .
	touch $@

.venv/development: .venv/product
	$(PIP) --constraint constraints.txt --editable '.[dev,training]'
	touch $@

# Writes the versions of this environment as the ones that a fresh set-up installs.
lock: .venv/development
	$(BIN)/python -m pip freeze --exclude-editable | grep -v '^torch==' > constraints.txt

clean:
	rm -rf .venv dist build majlis-demo .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis
