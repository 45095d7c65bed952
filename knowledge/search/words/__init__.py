"""Words as they were misspelt, run together or said: what the text channel looks them up with."""
