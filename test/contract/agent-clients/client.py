"""Asks the agent as a Python program does: alibabacloud-credentials by its default chain or as on a machine of ECS, or boto3."""
import json
import sys


def from_alibaba_cloud(kind):
    from alibabacloud_credentials.client import Client
    from alibabacloud_credentials.models import Config

    client = Client(Config(type="ecs_ram_role")) if kind == "metadata" else Client()
    found = client.get_credential()
    return found.access_key_id, found.access_key_secret, found.security_token


def from_boto():
    import boto3

    found = boto3.Session().get_credentials().get_frozen_credentials()
    return found.access_key, found.secret_key, found.token


names = ("accessKeyId", "accessKeySecret", "securityToken")
kind = sys.argv[1]
print(json.dumps(dict(zip(names, from_boto() if kind == "aws" else from_alibaba_cloud(kind)))))
