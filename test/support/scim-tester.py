# Runs the whole suite of scim2-tester against a SCIM server, and prints its results as JSON lines.
# Arguments: the address of the directory. The token is in SCIM_TOKEN.
import json
import os
import sys

from httpx2 import Client
from scim2_client.engines.httpx2 import SyncSCIMClient
from scim2_tester import check_server

headers = {"Authorization": f"Bearer {os.environ['SCIM_TOKEN']}"}
client = SyncSCIMClient(Client(base_url=sys.argv[1], headers=headers, timeout=60))
for result in check_server(client):
    print(json.dumps({
        "status": result.status.name,
        "title": result.title,
        "type": result.resource_type,
        "reason": result.reason,
    }))
