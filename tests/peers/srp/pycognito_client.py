"""Signs in by pycognito, changes the e-mail address and confirms it: see ../srp_clients.py."""

from __future__ import annotations

import json
import sys
from typing import Any

import botocore
import pycognito
from botocore.config import Config
from pycognito.exceptions import ForceChangePasswordException


def main(url: str, pool: str, client: str, *words: str) -> None:
    username, password, email, new_password = words
    unsigned = Config(signature_version=botocore.UNSIGNED)
    user = pycognito.Cognito(
        pool,
        client,
        username=username,
        boto3_client_kwargs={"endpoint_url": url},
        botocore_config=unsigned,
    )
    try:
        try:
            user.authenticate(password)
        except ForceChangePasswordException:
            user.new_password_challenge(password, new_password)
        # It doesn't tell what it was answered.
        user.update_profile({"email": email})
        tell(destination=None)
        user.validate_verification(sys.stdin.readline().strip())
        told = user.client.get_user(AccessToken=user.access_token)
        tell(attributes={it["Name"]: it["Value"] for it in told["UserAttributes"]})
    except user.client.exceptions.ClientError as error:
        tell(refused=error.response["Error"]["Code"], message=error.response["Error"]["Message"])


def tell(**what: Any) -> None:
    print(json.dumps(what), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
