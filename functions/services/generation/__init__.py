"""Generation jobs: write the prompt, generate the images, store them."""
