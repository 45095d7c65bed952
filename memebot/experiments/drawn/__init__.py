"""What small networks learn from, drawn by rules: digits and sketches as strokes, hands as pictures."""
