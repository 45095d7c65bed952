"""What is prepared of the shipped pictures is what would be computed of them."""

import hashlib

import numpy as np

from knowledge.prepared import PREPARED, Prepared
from knowledge.reading import Fingerprint
from knowledge.store.overlay import shipped
from memebot.vision.fingerprint import fingerprint
from memebot.vision.media import frames


def test_the_features_of_shipped_pictures_are_those_that_are_found_now() -> None:
    """After a change of features: ``memebot kb prepare``."""
    prepared = Prepared(shipped() / PREPARED)
    for path in sorted((shipped() / "exemplars").glob("*.png"))[:6]:
        rows = prepared.exemplar(hashlib.sha256(path.read_bytes()).hexdigest())
        assert rows is not None and rows.keypoints is not None, path.name
        media = frames.load(path.read_bytes())
        now, then = fingerprint(media.frames[0], media.sha256), Fingerprint.from_bytes(rows.keypoints)
        assert (now.sha256, now.pdq) == (then.sha256, rows.pdq)
        assert np.abs(now.keypoints.points - then.keypoints.points).max() < 0.5
        assert (now.keypoints.descriptors == then.keypoints.descriptors).mean() > 0.99
