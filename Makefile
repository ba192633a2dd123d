# From Bayes to LeNet-5. Needs: make, Python 3.11 or newer with venv, a package index.
.PHONY: help book pdf epub links exercises browser test test-all attack lint oracle bench lock clean distclean environment torch

PYTHON ?= python3
BIN := .venv/bin

# The pages run in book/, where a relative path would mean another place.
absolute = $(shell cd "$(1)" 2>/dev/null && pwd || echo "$(1)")
ifdef COURSE_MNIST_DIR
override COURSE_MNIST_DIR := $(call absolute,$(COURSE_MNIST_DIR))
export COURSE_MNIST_DIR
endif
ifdef COURSE_QMNIST_DIR
override COURSE_QMNIST_DIR := $(call absolute,$(COURSE_QMNIST_DIR))
export COURSE_QMNIST_DIR
endif

help:
	@echo "make book      build the book; prints where index.html lies"
	@echo "make environment  only set up .venv, with the commands in .venv/bin"
	@echo "make pdf       print the book as a PDF (needs Chromium)"
	@echo "make epub      the book as an EPUB 3 for e-readers (needs Chromium)"
	@echo "make links     check the links of the book to the outside (needs the network)"
	@echo "make exercises write the exercises as pages that need no installation (needs npm)"
	@echo "make test      run the quick tests"
	@echo "make test-all  run all tests, the slow ones too"
	@echo "make attack    grade a class of attackers, and print what each family of attacks has got"
	@echo "make lint      check the style of the code"
	@echo "make oracle    compare every layer, loss and network with PyTorch (installs it)"
	@echo "make bench     the same, then measure the speed beside PyTorch and scikit-learn"
	@echo "make lock      choose the newest package versions and write requirements.lock"
	@echo "make browser   fetch axe-core, eslint and puppeteer (needs npm), so that the tests look at the pages in Chromium too"
	@echo "make clean     remove what was built; 'make distclean' removes .venv too"

environment:
	@sh .ci/environment "$(PYTHON)"

# Pages are executed once and kept in _build. `inputs` is the checksum of everything that a result
# may depend on besides the page itself; when it changes, every page is executed again. `complete`
# is missing after a failed build: then every page is read again, for Sphinx reports the warnings
# of a page only when it reads it. It does not notice a new table of contents either.
INPUTS = find course_lib results requirements.lock CITATION.cff book web -type f ! -name '*.pyc' ! -name '*.md' 2>/dev/null | LC_ALL=C sort

SPHINX = $(BIN)/jupyter-book build book --config _config.yml --path-output . -n --keep-going -q

book: environment
	@mkdir -p _build
	@{ $(INPUTS) | tr '\n' '\0' | xargs -0 cksum; \
	   $(BIN)/python -c "import sys; sys.tracebacklimit = 0; \
	     from course_lib.data import load_course_data; print(load_course_data().name)"; \
	 } > _build/inputs.new
	@cmp -s _build/inputs _build/inputs.new || rm -rf _build/.jupyter_cache _build/.doctrees _build/html
	@mv _build/inputs.new _build/inputs
	@[ -f _build/complete ] && [ -z "$$(find _config.yml book/_toc.yml -newer _build/complete)" ] || \
	  rm -rf _build/.doctrees _build/html
	@rm -f _build/complete
	@[ -d _build/.jupyter_cache ] || echo "Running the code of all pages and building the book (a few minutes) ..."
	@$(SPHINX) -W >/dev/null || \
	 { echo "The book was not built: the warnings and errors above say why." >&2; exit 1; }
	@touch _build/complete
	@echo "The book is ready. Open this file in a browser: $(CURDIR)/_build/html/index.html"

# Other forms of the book, from the pages as `make book` has executed them. Chromium prints the PDF, and turns
# formulas into MathML for the EPUB.
NAME = from-bayes-to-lenet-5

pdf: book
	@$(BIN)/python book/_ext/book_pdf.py _build/html _build/$(NAME).pdf
	@echo "The PDF is ready: $(CURDIR)/_build/$(NAME).pdf"

epub: book
	@rm -rf _build/epub
	@$(SPHINX) -W --builder custom --custom-builder epub >/dev/null || \
	 { echo "The EPUB was not made: the warnings and errors above say why." >&2; exit 1; }
	@cp _build/epub/$(NAME).epub _build
	@echo "The EPUB is ready: $(CURDIR)/_build/$(NAME).epub"

# Not a part of the build or of the tests: other people's sites come and go.
links: book
	@rm -rf _build/linkcheck
	@$(SPHINX) --builder custom --custom-builder linkcheck >/dev/null 2>&1 || true
	@[ -f _build/linkcheck/output.txt ] || { echo "The links were not checked: does make book work?" >&2; exit 1; }
	@! grep -E '\[(broken|timeout)\]' _build/linkcheck/output.txt | grep -v '403 Client Error' || \
	 { echo "These links do not work." >&2; exit 1; }
	@echo "All links to the outside work, but for sites that answer no programs: _build/linkcheck/output.txt"

# The exercises in a browser: one folder that opens from a disk, and a zip of it. Python, NumPy and the editor
# come from npm and PyPI once, and are checked; COURSE_PYODIDE_DIR names a folder that holds them already.
exercises: environment
	@$(BIN)/python -m web.exercises

# What checks the accessibility of pages and the style of their programs, and what drives Firefox. The browsers
# come from the system.
browser:
	@npm install --prefix .node --no-save --no-audit --no-fund --silent axe-core@4.14.1 eslint@9.39.1 puppeteer-core@25.16.0

# Faster, and now and then one fails that starts a grader or a book of its own:
# make test PYTEST_ARGS="-n 2 --dist loadfile"
PYTEST = $(BIN)/python -m pytest $(PYTEST_ARGS)
test: environment
	@$(PYTEST)

test-all: environment
	@$(PYTEST) -m "slow or not slow"

# For a part: make attack ATTACK="--family reading"
attack: environment
	@$(BIN)/python tests/attacks $(ATTACK)

lint: environment
	@$(BIN)/ruff check .

# PyTorch is not in the lock. On Linux the newest one brings gigabytes for graphics cards; a build for
# the processor alone can be named: make bench TORCH=...
TORCH ?= torch>=2.4
torch: environment
	@$(BIN)/python -c "import torch" 2>/dev/null || $(BIN)/python -m pip install "$(TORCH)"

oracle: torch
	@$(BIN)/python -m benchmarks.oracle

# For a trial: make bench BENCH="--rounds 1 --record trial.json"
bench: oracle
	@$(BIN)/python -m benchmarks $(BENCH)

lock: environment
	@$(BIN)/python -m pip install --quiet uv
	@UV_CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/uv pip compile pyproject.toml \
	  --universal --python-version 3.11 --upgrade --no-annotate --quiet --output-file requirements.lock \
	  --extra book --extra grading --extra postgres --extra test --extra sweep

clean:
	rm -rf _build .pytest_cache .ruff_cache .hypothesis

distclean: clean
	rm -rf .venv .node .pyodide course_lib.egg-info
