"""amazon-cognito-identity-js signs in at the local pool by SRP."""

from srp_clients import PROGRAMS, tests_of

Test = tests_of("node", str(PROGRAMS / "identity_js.mjs"), destination="m***@e***")
