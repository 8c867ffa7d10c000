"""Runs one of CDK's own functions, with the code that the template holds, as CloudFormation calls it: for a resource that
is created, updated or deleted.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-requests.html
"""

import json
import os
import subprocess
import sys
import tempfile
from typing import Any, Dict

from account import api
from account.made import Made, Place

Properties = Dict[str, Any]

# Source by the ARN of the function.
SOURCES: Dict[str, str] = {}
PROPERTIES: Dict[str, Properties] = {}

CONFIG = "[default]\ns3 =\n  addressing_style = path\n"

# Only the answer is intercepted, which goes to an address of S3.
RUN = """
import importlib, io, json, sys, types, urllib.request
answers = []
class Taken(io.BytesIO):
    reason = 'OK'
def take(request):
    answers.append(json.loads(request.data))
    return Taken()
urllib.request.urlopen = take
event = json.load(sys.stdin)
importlib.import_module('index').handler(event, types.SimpleNamespace(log_stream_name='rehearsal'))
print(json.dumps(answers[-1]))
"""


def call(place: Place, request: str, name: str, properties: Properties, old: Properties) -> None:
    event = {
        "RequestType": request,
        "ResponseURL": "http://localhost/",
        "StackId": f"arn:aws:cloudformation:{place.region}:{place.account}:stack/rehearsal/1",
        "RequestId": "1",
        "LogicalResourceId": name,
        "PhysicalResourceId": name,
        # CloudFormation sends every value as text.
        "ResourceProperties": as_text(properties),
        **({"OldResourceProperties": as_text(old)} if request == "Update" else {}),
    }
    with tempfile.TemporaryDirectory() as folder:
        for file, text in (("index.py", SOURCES[properties["ServiceToken"]]), ("config", CONFIG)):
            with open(os.path.join(folder, file), "w", encoding="utf-8") as out:
                out.write(text)
        env = {
            "PATH": os.environ["PATH"],
            "AWS_CONFIG_FILE": os.path.join(folder, "config"),
            "AWS_ENDPOINT_URL": f"http://localhost:{api.PORT}",
            "AWS_REGION": place.region,
            "AWS_DEFAULT_REGION": place.region,
            "AWS_ACCESS_KEY_ID": "rehearsal",
            "AWS_SECRET_ACCESS_KEY": "rehearsal",
        }
        ran = subprocess.run(
            [sys.executable, "-c", RUN],
            cwd=folder,
            env=env,
            input=json.dumps(event),
            capture_output=True,
            text=True,
            check=False,
        )
    lines = ran.stdout.strip().splitlines()
    answer = json.loads(lines[-1]) if ran.returncode == 0 else {"Reason": ran.stderr}
    if answer.get("Status") != "SUCCESS":
        raise ValueError(f"CDK's function failed: {answer['Reason']} {ran.stderr}")


def as_text(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: as_text(each) for name, each in value.items()}
    if isinstance(value, list):
        return [as_text(each) for each in value]
    return str(value).lower() if isinstance(value, bool) else str(value)


def create(place: Place, name: str, properties: Properties) -> Made:
    call(place, "Create", name, properties, {})
    PROPERTIES[name] = properties
    return Made(name)


def update(place: Place, made: Made, properties: Properties) -> None:
    call(place, "Update", made.ref, properties, PROPERTIES[made.ref])
    PROPERTIES[made.ref] = properties


def delete(place: Place, made: Made, properties: Properties) -> None:
    call(place, "Delete", made.ref, properties, {})


CUSTOM_RESOURCE = (create, update, delete)
