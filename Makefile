# Every target sets itself up: `make demo` and `make test` work on a fresh Debian-like machine.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
FREEZER := build/freezer
# The system's own Python goes into the package: its makers mend it, and say what it needs. FREEZER_PYTHON= names another.
FREEZER_PYTHON ?= $(firstword $(wildcard /usr/bin/python3) $(PYTHON))
FROZEN := build/frozen/procedure-viewer/procedure-viewer
# The environment of this machine may forbid compiled files, which would make every start recompile.
unexport PYTHONDONTWRITEBYTECODE
export PYTHONPYCACHEPREFIX :=

.PHONY: help demo test test-long lint format bench screenshots lock wheel frozen tour-frozen test-frozen installer test-installer try-windows clean

help: ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

$(VENV)/run.stamp: requirements.lock pyproject.toml
	PYTHON="$(PYTHON)" sh packaging/setup.sh run
	@touch $@

$(VENV)/dev.stamp: $(VENV)/run.stamp tests/requirements.lock
	PYTHON="$(PYTHON)" sh packaging/setup.sh dev
	@touch $@

demo: $(VENV)/run.stamp ## open the window on the embedded demo server (offscreen tour where there is no display)
	@sh packaging/demo.sh

test: $(VENV)/dev.stamp ## run all tests
	$(BIN)/python -m pytest --numprocesses=auto --maxprocesses=4 --dist=worksteal

test-long: $(VENV)/dev.stamp ## 20,000 runs of the machine over the real window, on all processors
	$(BIN)/python -m tests.safety.machine

lint: $(VENV)/dev.stamp ## format check, lint, types, import rules, dependencies
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/mypy --platform win32 packaging/windows/trial/*.py
	$(BIN)/lint-imports
	$(BIN)/deptry app

format: $(VENV)/dev.stamp ## format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/dev.stamp ## measure us and the peers (installed under .bench), and write tests/benchmarks/RESULTS.md
	$(BIN)/python -m tests.benchmarks

screenshots: $(VENV)/run.stamp ## have the program take the README's picture anew
	sh packaging/screenshot.sh

lock: $(VENV)/dev.stamp ## write both lock files anew (hashes only, no addresses)
	sh packaging/lock.sh

wheel: $(VENV)/run.stamp ## build the wheel into dist/
	$(BIN)/python -m hatchling build -t wheel

$(FREEZER)/stamp: packaging/frozen/requirements.lock packaging/setup.sh
	PYTHON="$(FREEZER_PYTHON)" sh packaging/setup.sh freeze
	@touch $@

frozen: $(FREEZER)/stamp ## make the program that needs no Python, in build/frozen
	sh packaging/freeze.sh

$(FROZEN): | $(FREEZER)/stamp
	sh packaging/freeze.sh

tour-frozen: $(FROZEN) ## the main job by the program that was frozen last; pictures in build/tour
	env -i HOME="$(CURDIR)/build" PATH=/usr/bin:/bin LANG=C.UTF-8 QT_QPA_PLATFORM=offscreen $(FROZEN) --demo --tour build/tour --seal

test-frozen: $(FROZEN) $(VENV)/dev.stamp ## the tests with a screen, a keyring and a browser, on the program that was frozen last
	PROGRAM_TO_TEST="$(CURDIR)/$(FROZEN)" $(BIN)/python -m pytest --numprocesses=2 tests/desktop tests/packaging

installer: frozen ## build and check the Debian package, in dist/
	sh packaging/debian/build.sh

test-installer: ## install it in a clean Debian, use it there, upgrade and remove it (root)
	sh packaging/debian/try.sh

try-windows: $(VENV)/run.stamp ## make the Windows installer here and try it under Wine (root; 3 GB under build/)
	PYTHON="$(PYTHON)" sh packaging/windows/try.sh

clean: ## remove what the other targets made
	rm -rf $(VENV) .bench dist build demo-output .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
