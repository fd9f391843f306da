"""The version of the program.  The inference service and the dashboard, which are deployed separately, repeat it."""

VERSION = "0.1.0"
