"""Those who decide: what they see and press."""
