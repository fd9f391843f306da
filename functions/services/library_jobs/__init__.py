"""Jobs that change or export the library: bulk change, undo, export."""
