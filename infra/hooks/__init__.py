"""What `azd` runs around provisioning and deploying.  Standard library only; every step is safe to run again."""
