# Hinterland: `make demo` runs the main job, `make test` the tests; both set up what they need first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Tests at once; many of them wait for processes of their own, so a machine of few cores does well with more.
TESTS_AT_ONCE ?= auto

.PHONY: setup demo test check format bench serve lock clean

setup: $(VENV)/.ready $(VENV)/.page

$(VENV)/.ready: requirements/dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(0 if (3, 11) <= sys.version_info[:2] <= (3, 13) else "Hinterland needs Python 3.11 to 3.13; this is " + sys.version.split()[0] + ". Try: make PYTHON=python3.12 " + "setup")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

# The page of the service; it looks for itself whether web/ is another than what was built.
$(VENV)/.page: $(VENV)/.ready hatch_build.py $(shell find web -name node_modules -prune -o -print)
	$(BIN)/python hatch_build.py
	touch $@

demo: setup
	$(BIN)/hinterland demo

test: setup
	$(BIN)/python -m pytest --numprocesses $(TESTS_AT_ONCE) --maxprocesses 4 --dist loadfile

check: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python hatch_build.py types

format: setup
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: setup
	$(BIN)/python -m benchmarks all --write benchmarks/RESULTS.md

serve: setup
	$(BIN)/hinterland serve --out out/demo

# Renews the locked requirements (needs uv on the PATH).
lock:
	uv pip compile --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header pyproject.toml -o requirements/runtime.txt
	uv pip compile --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header pyproject.toml --group dev --all-extras -c requirements/runtime.txt -o requirements/dev.txt

clean:
	rm -rf $(VENV) out build dist api/web/static web/node_modules
