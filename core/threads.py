"""A pool of two threads for NumPy work that releases the interpreter's lock. Results do not depend
on the number of threads.
"""

from concurrent.futures import ThreadPoolExecutor

THREADS = 2  # cores of a small machine
_pool = ThreadPoolExecutor(THREADS)


def side_by_side(function, pieces):
    """Yield function(piece) for each piece, in their order."""
    return _pool.map(function, pieces)
