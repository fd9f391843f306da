# Everything starts here: each target sets up what it needs, then runs.  `make help` lists them.
PYTHON ?= python3
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help run test check inference functions clean

help:
	@echo "make run [PORT=8080]         set up and start Auto-Image-Gen on this machine"
	@echo "make test [ARGS='-k word']   set up and run all tests"
	@echo "make check                   formatting, lint and types, Python and dashboard"
	@echo "make inference [PORT=8000]   the inference service alone"
	@echo "make functions [PORT=7071]   the function app alone, without a page"
	@echo "make clean                   remove what was installed and built; pictures in .local stay"

run test check inference functions clean:
	@command -v $(PYTHON) >/dev/null || { echo "Python is missing: install Python 3.11, 3.12 or 3.13, or name one: make $@ PYTHON=/path/to/python3.12" >&2; exit 1; }
	@$(PYTHON) -m local.setup $@ $(ARGS)
