"""The supervisor behind `make run`: starts all processes, monitors them, and stops them."""
