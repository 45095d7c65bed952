"""What becomes of a submission for its readers: the caption with its formatting, and all that stands around it."""
