"""Small experiments that compute while one watches: each makes an idea of the base visible.

``model`` says what an experiment is, ``catalogue`` lists them, ``texts`` has their words, ``drawing`` draws frames,
``files`` writes them as MP4, GIF, WebP or PNG, ``samples`` has pictures for when nobody gives one. A folder a theme.
"""
