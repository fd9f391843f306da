"""Auto-Image-Gen on one machine: setup, function host, supervisor.  Never deployed."""
