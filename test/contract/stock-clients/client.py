# Uses alibabacloud-credentials as its reader would, and the SDK of STS with it. Prints a line of JSON for each call.
import json
import sys
from importlib.metadata import version

from alibabacloud_credentials.client import Client
from alibabacloud_credentials.models import Config
from alibabacloud_sts20150401.client import Client as Sts
from alibabacloud_tea_openapi.models import Config as SdkConfig

CLOUD, CALLS = sys.argv[1:3]
VERSION = version("alibabacloud-credentials")


def config_of(call):
    if call["type"] != "oidc_role_arn":
        return Config(type=call["type"])
    return Config(
        type="oidc_role_arn",
        oidc_provider_arn="acs:ram::1234567890123456:oidc-provider/stint",
        role_session_name="stint-test",
        role_arn=call["roleArn"],
        oidc_token_file_path=call["tokenFile"],
        sts_endpoint=call["endpoint"],
        policy=call.get("policy"),
    )


def use(call):
    credential = Client(config_of(call)) if "type" in call else Client()
    given = credential.get_credential()
    sts = Sts(SdkConfig(credential=credential, endpoint=CLOUD, protocol="http"))
    return {"accessKeyId": given.access_key_id, "arn": sts.get_caller_identity().body.arn}


for call in json.loads(CALLS):
    try:
        answer = use(call)
    except Exception as refused:
        answer = {"error": str(refused)}
    print(json.dumps({"call": call["call"], "version": VERSION, **answer}))
