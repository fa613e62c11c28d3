# Takes credentials by boto3 as its reader would. Prints them, and the version of boto3, as JSON.
import json

import boto3

found = boto3.Session().get_credentials().get_frozen_credentials()
print(
    json.dumps(
        {
            "version": boto3.__version__,
            "accessKeyId": found.access_key,
            "accessKeySecret": found.secret_key,
            "securityToken": found.token,
        }
    )
)
