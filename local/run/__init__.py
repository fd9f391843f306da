"""The supervisor behind `make run`: starts every part, watches over them, stops them."""
