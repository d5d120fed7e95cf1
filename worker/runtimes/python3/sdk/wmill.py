"""The name that existing scripts know the built-in library by. A version pinned in the requirements comes before it."""

import sys

import fantail

sys.modules[__name__] = fantail
