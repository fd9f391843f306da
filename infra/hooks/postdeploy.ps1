# azd runs this on Windows; the work is in postdeploy.py.
$ErrorActionPreference = 'Stop'
Set-Location (Join-Path $PSScriptRoot '../..')
# On Windows, python3 may only open Microsoft Store, so python is tried first.
$python = Get-Command python, python3 -ErrorAction SilentlyContinue | Select-Object -First 1
if (-not $python) { Write-Error "Python isn't installed. Install Python 3.11, 3.12, or 3.13 and run the command again." }
& $python.Source -m infra.hooks.postdeploy @args
exit $LASTEXITCODE
