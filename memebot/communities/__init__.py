"""Several communities in one home: which there are, how each is set, and the tokens of their bots.

A community is a namespace of its own: its rows lie in a database of its own, so no query can reach another's. The
first,
``main``, is the home itself and is set by the environment as ever. The register of the others is kept in its database.
"""
