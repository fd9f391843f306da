"""Everything that paints: the only package of the service that knows torch and diffusers."""
