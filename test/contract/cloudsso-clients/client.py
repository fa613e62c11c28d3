# Uses alibabacloud-credentials as its reader would: what is in the current profile. Prints a line of JSON.
import json

from alibabacloud_credentials.client import Client

try:
    given = Client().get_credential()
    answer = {
        "accessKeyId": given.access_key_id,
        "accessKeySecret": given.access_key_secret,
        "securityToken": given.security_token,
    }
except Exception as refused:
    answer = {"error": str(refused)}
print(json.dumps(answer))
