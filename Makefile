# Each target installs what it requires, then runs. `make help` lists the targets.
PYTHON ?= python3
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help run link test unit coverage check inference functions rebuild import lock clean

help:
	@echo "make run [PORT=8080]         install and start Auto-Image-Gen on this machine"
	@echo "make link                    print a new sign-in link to the running dashboard"
	@echo "make test [ARGS='-k word']   install and run all tests"
	@echo "make unit [ARGS='-k word']   install and run the unit tests, in about a minute"
	@echo "make coverage                run the tests of the Python packages, and measure their branch coverage"
	@echo "make check                   run formatters, linters, and type checkers for Python and the dashboard"
	@echo "make inference [PORT=8000]   start only the inference service"
	@echo "make functions [PORT=7071]   start only the function app, without the dashboard"
	@echo "make rebuild                 restore a lost local catalog from the stored images"
	@echo "make import FOLDER=…         add the images of other programs in a folder to the local library"
	@echo "make lock [ARGS=--upgrade]   compile the Python requirements to locks"
	@echo "make clean                   remove installed and built files; images in .local are kept"

link:
	@.venv/bin/python -m local.run link

run test unit coverage check inference functions rebuild import lock clean:
	@command -v $(PYTHON) >/dev/null || { echo "Python isn't installed. Install Python 3.11, 3.12, or 3.13, or specify one: make $@ PYTHON=/path/to/python3.12" >&2; exit 1; }
	@$(PYTHON) -m local.setup $@ $(if $(filter import,$@),"$(FOLDER)",$(ARGS))
