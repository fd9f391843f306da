"""Checks of a deployment: `python -m infra.verify STAGE`. Standard library only."""
