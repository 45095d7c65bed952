"""How the small networks were made: `memebot experiments train` makes them anew, with the same seed the same."""
