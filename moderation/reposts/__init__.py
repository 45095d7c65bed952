"""Has this picture been here before? What is remembered of submissions and posts, and the search in it."""
