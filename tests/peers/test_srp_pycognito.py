"""pycognito signs in at the local pool by SRP."""

import os

from srp_clients import PROGRAMS, tests_of

Test = tests_of(os.environ["PEER_BIN"], str(PROGRAMS / "pycognito_client.py"), destination=None)
