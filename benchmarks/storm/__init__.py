"""A fault storm: processes of the local product are killed and stopped at random, then everything is counted."""
