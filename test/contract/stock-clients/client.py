# Uses alibabacloud-credentials as its reader would, and prints a line of JSON for each call.
import json
import sys

from alibabacloud_credentials.client import Client
from alibabacloud_credentials.models import Config

STS_ENDPOINT, TOKEN_FILE, ROLE_ARN, WRONG_TOKEN_FILE = sys.argv[1:5]
WIDE = '{"Version":"1","Statement":[{"Effect":"Allow","Action":"oss:*","Resource":"*"}]}'


def client(**own):
    settings = {
        "role_arn": ROLE_ARN,
        "oidc_token_file_path": TOKEN_FILE,
        "sts_endpoint": STS_ENDPOINT,
        **own,
    }
    return Client(
        Config(
            type="oidc_role_arn",
            oidc_provider_arn="acs:ram::1234567890123456:oidc-provider/stint",
            role_session_name="stint-test",
            **settings,
        )
    )


def show(call, client):
    try:
        given = client.get_credential()
        answer = {
            "accessKeyId": given.access_key_id,
            "accessKeySecret": given.access_key_secret,
            "securityToken": given.security_token,
        }
    except Exception as refused:
        answer = {"error": str(refused)}
    print(json.dumps({"call": call, **answer}))


kept = client()
show("first", kept)
show("again", kept)
show("path", client(sts_endpoint=f"{STS_ENDPOINT}/sts"))
show("policy", client(policy=WIDE))
show("role", client(role_arn="acs:ram::1234567890123456:role/nobody"))
show("token", client(oidc_token_file_path=WRONG_TOKEN_FILE))
