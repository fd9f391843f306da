"""Benchmark scripts. Each prints a table and writes its rows as JSON with `--json FILE`."""
