# Uses the generated Python client as its reader would, and prints a line of JSON for each call.
import json
import sys
from datetime import datetime, timezone

import openapi_client
from openapi_client.exceptions import ApiException

URL, URL_WITHOUT_STS, TOKEN = sys.argv[1:4]


def client(url, token=TOKEN):
    return openapi_client.ApiClient(openapi_client.Configuration(host=url, access_token=token))


def show(name, call):
    try:
        answer = call()
    except ApiException as refused:
        answer = {"status": refused.status, "code": refused.data.code, "requestId": refused.data.request_id}
    print(json.dumps({"call": name, **answer}))


def vend(url=URL, token=TOKEN, **request):
    given = openapi_client.CredentialsApi(client(url, token)).vend_credentials(
        openapi_client.CredentialsRequest(**{"role": "media-uploader", **request})
    )
    expiration = given.credentials.expiration.astimezone(timezone.utc)
    return {
        "accessKeyId": given.credentials.access_key_id,
        "accessKeySecret": given.credentials.access_key_secret,
        "securityToken": given.credentials.security_token,
        "expiration": expiration.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "effect": given.policy.statement[0].effect,
    }


def roles():
    given = openapi_client.CallerApi(client(URL)).list_roles()
    return {"roles": [role.role for role in given.roles]}


def explain():
    bob = openapi_client.ExplainedCaller(
        provider="app-users", subject="bob", at=datetime(2026, 3, 1, 12, 0, 0, tzinfo=timezone.utc)
    )
    given = openapi_client.CredentialsApi(client(URL)).explain(
        openapi_client.ExplainRequest(**{"role": "media-uploader", "as": bob})
    )
    reason = given.reasons[0].actual_instance
    return {"decision": given.decision, "reason": reason.kind, "grant": reason.grant, "test": reason.tests[0].test}


show("vend", vend)
show("roles", roles)
show("explain", explain)
show("no token", lambda: vend(token="nothing"))
show("no such role", lambda: vend(role="nobody"))
show("too long", lambda: vend(duration_seconds=43200))
show("outage", lambda: vend(url=URL_WITHOUT_STS))
