"""Sets up what `make` needs, from a fresh clone on, and then runs it.  Standard library only."""
