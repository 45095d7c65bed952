"""The way of a submission from draft to post: what is stored, decided, planned, posted and told."""
