#!/bin/sh
# azd runs this on Linux and macOS; the work is in predeploy.py.
set -eu
cd "$(dirname "$0")/../.."
PYTHON=$(command -v python3 || command -v python) || {
  echo "Python isn't installed. Install Python 3.11, 3.12, or 3.13 and run the command again." >&2
  exit 1
}
exec "$PYTHON" -m infra.hooks.predeploy "$@"
