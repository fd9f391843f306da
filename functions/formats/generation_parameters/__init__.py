"""Read the generation parameters that image files contain, in the formats of several programs."""
