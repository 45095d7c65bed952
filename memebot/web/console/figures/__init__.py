"""Figures in the console: how the queue and the base are doing, as plots, as tables and as CSV."""
