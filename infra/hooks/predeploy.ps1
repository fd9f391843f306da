# azd runs this on Windows; the work is in predeploy.py.
$ErrorActionPreference = 'Stop'
Set-Location (Join-Path $PSScriptRoot '../..')
# Windows has a python3 of its own that only opens its shop, so that python comes first.
$python = Get-Command python, python3 -ErrorAction SilentlyContinue | Select-Object -First 1
if (-not $python) { Write-Error "Python isn't installed. Install Python 3.11, 3.12, or 3.13 and run the command again." }
& $python.Source -m infra.hooks.predeploy @args
exit $LASTEXITCODE
