"""Amplify signs in at the local pool by SRP."""

from srp_clients import PROGRAMS, tests_of

Test = tests_of("node", str(PROGRAMS / "amplify.mjs"), destination="m***@e***")
