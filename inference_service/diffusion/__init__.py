"""Image generation with diffusion models; the only package of the service that imports torch and diffusers."""
