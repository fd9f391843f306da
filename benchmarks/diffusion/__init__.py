"""How fast models paint on this device: made of random weights, in the shapes of well-known ones."""
