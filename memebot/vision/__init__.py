"""Pixels in, Reading out. The only package that imports torch, Pillow, PyAV and OpenCV, each on first use."""
