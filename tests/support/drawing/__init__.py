"""The pictures that come with the package, drawn by us: exemplars of entries and the demo's examples.

``python -m drawing OUT_DIR`` draws them all, the same pixels on every run. A picture is a
function of its words and colours (``jokes``, ``formats``), made of the shapes of ``canvas`` and the cast of
``figures`` and ``emoji``; ``gallery`` says which pictures there are.
"""
