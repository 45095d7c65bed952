"""Training an encoder of our own: ``recipe.train`` gives a folder that open_clip loads."""
