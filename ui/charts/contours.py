"""Filled contours as one small picture: a browser draws it in every frame at no cost, whatever the
surface.
"""

import base64
import struct
import zlib

import numpy as np

SIZE = 720, 460  # pixels of the picture
BANDS = 18  # levels
# A gray that darkens a light page and lightens a dark one, for colors are of optimizers; its
# opacity tells the height
TINT = 125, 125, 125
FAINT, FULL = 0, 165  # opacity of the lowest and of the highest level, of 255


def picture(value, frame):
    """A PNG of a function of two parameters as a data URL, low is clear and high is dense.

    value: (..., 2) -> (...). frame: (x from, x to), (y from, y to). The levels lie closer where the
    function is low: they are even in the logarithm of the height above the lowest point of the
    frame, but for the lowest twentieth of the area.
    """
    (left, right), (bottom, top) = frame
    x, y = np.linspace(left, right, SIZE[0]), np.linspace(top, bottom, SIZE[1])
    heights = value(np.stack(np.meshgrid(x, y), -1))
    level = levels(heights)
    lines = (np.diff(level, axis=0, prepend=level[:1]) != 0) | (
        np.diff(level, axis=1, prepend=level[:, :1]) != 0
    )
    opacity = np.linspace(FAINT, FULL, BANDS)
    alpha = [*opacity, *np.minimum(opacity + 50, 255)]  # the second half is for the lines
    return "data:image/png;base64," + base64.b64encode(_png(level + BANDS * lines, alpha)).decode()


def levels(heights):
    """The number of the band of each height, 0 to BANDS - 1; heights that are not numbers are in
    the highest.
    """
    finite = np.isfinite(heights)
    lowest, highest = (heights[finite].min(), heights[finite].max()) if finite.any() else (0.0, 0.0)
    above = np.where(finite, heights, highest) - lowest
    scale = np.log1p(above / (np.quantile(above, 0.05) or 1))
    return np.minimum(BANDS * scale / (scale.max() or 1), BANDS - 1).astype(np.uint8)


def _png(pixels, alpha):
    """A PNG with one color and a palette of opacities (Portable Network Graphics, 3rd edition)."""
    height, width = pixels.shape
    # Each row begins with its filter, 0
    rows = np.pad(pixels.astype(np.uint8), ((0, 0), (1, 0))).tobytes()
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
        (b"PLTE", bytes(TINT) * len(alpha)),
        (b"tRNS", bytes(int(a) for a in alpha)),
        (b"IDAT", zlib.compress(rows, 9)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )
