"""Jobs on the library: bulk change, undo, export."""
