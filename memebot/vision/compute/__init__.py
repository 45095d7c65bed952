"""How pictures are computed on: networks, the threads that they run on, and how long each step takes."""
