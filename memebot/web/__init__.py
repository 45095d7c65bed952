"""The same use cases in a browser. The only package, with ``memebot.telegram``, that knows aiohttp's server."""
