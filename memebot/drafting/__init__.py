"""The optional model that proposes explanations and never publishes any. Off unless an address is set."""
