"""Import a folder of image files: `python -m functions.import_images FOLDER`."""
