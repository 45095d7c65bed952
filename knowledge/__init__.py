"""The curated knowledge base: entries, their store, and the search over them."""
