"""Clients of other HTTP services, and the verifier of access tokens."""
