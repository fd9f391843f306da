"""Fixtures of every test, each in a module of its own."""

pytest_plugins = ["tests.azurite", "tests.cosmos_server", "tests.catalogs"]
