"""Starts the wrapper as a module: the worker has compiled it once, where a program's own text is compiled at each start."""

import sys

sys.path.insert(0, __file__.rpartition("/")[0] + "/python3")
import wrapper

# A script may have a module of that name.
del sys.path[0], sys.modules["wrapper"]
wrapper.serve()
