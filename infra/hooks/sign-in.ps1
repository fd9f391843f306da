# azd runs this on Windows; the work is in sign_in.py.
$ErrorActionPreference = 'Stop'
Set-Location (Join-Path $PSScriptRoot '../..')
$python = Get-Command python3, python -ErrorAction SilentlyContinue | Select-Object -First 1
if (-not $python) { Write-Error 'Python is missing: install Python 3.11, 3.12 or 3.13 and start again.' }
& $python.Source -m infra.hooks.sign_in @args
exit $LASTEXITCODE
