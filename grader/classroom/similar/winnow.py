"""Fingerprints of a token sequence by winnowing.

S. Schleimer, D. S. Wilkerson, A. Aiken: Winnowing: Local Algorithms for Document Fingerprinting. SIGMOD 2003. Every
run of K tokens is hashed; of each W hashes in a row the smallest is kept (the rightmost of equals). So whatever two
programs share that is at least K + W - 1 tokens long leaves a common fingerprint, and nothing shorter than K does.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

K = 12  # tokens: about two lines
W = 5  # hashes


def fingerprints(texts: Sequence[str], k: int = K, w: int = W) -> dict[int, list[int]]:
    """Hash → the places (indices of first tokens) where it was kept. Empty for fewer than `k` tokens."""
    hashes = [_hash(texts[i : i + k]) for i in range(len(texts) - k + 1)]
    found: dict[int, list[int]] = {}
    last = -1
    for start in range(max(1, len(hashes) - w + 1)) if hashes else ():
        window = hashes[start : start + w]
        least = min(window)
        place = start + max(i for i, value in enumerate(window) if value == least)
        if place != last:
            found.setdefault(least, []).append(place)
            last = place
    return found


def _hash(texts: Sequence[str]) -> int:
    """The same in every process: Python's own `hash` of texts is not."""
    return int.from_bytes(hashlib.blake2b("\0".join(texts).encode("utf-8", "replace"), digest_size=8).digest(), "big")
