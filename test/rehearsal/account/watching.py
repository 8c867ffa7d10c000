"""Secrets, queues' policies, alarms and the dashboard."""

import json
from typing import Any, Dict

from account import api
from account.made import Made, Place

Properties = Dict[str, Any]


def create_secret(place: Place, name: str, properties: Properties) -> Made:
    """The `Ref` of a secret is its ARN."""
    secrets = api.client("secretsmanager", place.region)
    how = properties.get("GenerateSecretString")
    if how:
        text = secrets.get_random_password(**how)["RandomPassword"]
    else:
        text = properties["SecretString"]
    given = {"Description": properties["Description"]} if "Description" in properties else {}
    made = secrets.create_secret(Name=properties.get("Name", name), SecretString=text, **given)
    return Made(made["ARN"], {"Id": made["ARN"]})


def delete_secret(place: Place, made: Made, _properties: Properties) -> None:
    secrets = api.client("secretsmanager", place.region)
    secrets.delete_secret(SecretId=made.ref, ForceDeleteWithoutRecovery=True)


def create_queue_policy(place: Place, name: str, properties: Properties) -> Made:
    put_queue_policy(place, properties)
    return Made(name)


def update_queue_policy(place: Place, _made: Made, properties: Properties) -> None:
    put_queue_policy(place, properties)


def put_queue_policy(place: Place, properties: Properties) -> None:
    queues = api.client("sqs", place.region)
    policy = {"Policy": json.dumps(properties["PolicyDocument"])}
    for url in properties["Queues"]:
        queues.set_queue_attributes(QueueUrl=url, Attributes=policy)


def create_alarm(place: Place, name: str, properties: Properties) -> Made:
    put_alarm(place, name, properties)
    return Made(name, {"Arn": f"arn:aws:cloudwatch:{place.region}:{place.account}:alarm:{name}"})


def update_alarm(place: Place, made: Made, properties: Properties) -> None:
    put_alarm(place, made.ref, properties)


def put_alarm(place: Place, name: str, properties: Properties) -> None:
    api.client("cloudwatch", place.region).put_metric_alarm(AlarmName=name, **properties)


def delete_alarm(place: Place, made: Made, _properties: Properties) -> None:
    api.client("cloudwatch", place.region).delete_alarms(AlarmNames=[made.ref])


def create_dashboard(place: Place, name: str, properties: Properties) -> Made:
    put_dashboard(place, name, properties)
    return Made(name)


def update_dashboard(place: Place, made: Made, properties: Properties) -> None:
    put_dashboard(place, made.ref, properties)


def put_dashboard(place: Place, name: str, properties: Properties) -> None:
    watch = api.client("cloudwatch", place.region)
    # It must be JSON, which CloudFormation has put together from pieces.
    json.loads(properties["DashboardBody"])
    watch.put_dashboard(DashboardName=name, DashboardBody=properties["DashboardBody"])


def delete_dashboard(place: Place, made: Made, _properties: Properties) -> None:
    api.client("cloudwatch", place.region).delete_dashboards(DashboardNames=[made.ref])


SECRET = (create_secret, None, delete_secret)
QUEUE_POLICY = (create_queue_policy, update_queue_policy)
ALARM = (create_alarm, update_alarm, delete_alarm)
DASHBOARD = (create_dashboard, update_dashboard, delete_dashboard)
