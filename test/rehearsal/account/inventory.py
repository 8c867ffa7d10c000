"""Reads back what an account holds in one region, through its APIs, and prints it as JSON.

usage: inventory.py PORT REGION
"""

import json
import sys
from typing import Any, Callable, Dict, List

from botocore.exceptions import ClientError

from account import api


def inventory(region: str) -> Dict[str, Any]:
    return {
        "buckets": buckets(region),
        "functions": functions(region),
        "roles": roles(region),
        "rules": rules(region),
        "queues": queues(region),
        "secrets": secrets(region),
        "alarms": alarms(region),
        "dashboards": dashboards(region),
        "logGroups": log_groups(region),
    }


def asked(call: Callable[..., Any], **arguments: Any) -> Any:
    """A setting that is not there is an error of its own."""
    try:
        answer = call(**arguments)
    except ClientError:
        return None
    answer.pop("ResponseMetadata", None)
    return answer


SETTINGS = {
    "cors": "get_bucket_cors",
    "notifications": "get_bucket_notification_configuration",
}


def buckets(region: str) -> Dict[str, Any]:
    s3 = api.client("s3", region)
    found = {}
    for each in s3.list_buckets()["Buckets"]:
        name = each["Name"]
        where = s3.get_bucket_location(Bucket=name)["LocationConstraint"] or "us-east-1"
        if where != region:
            continue
        settings = {key: asked(getattr(s3, call), Bucket=name) for key, call in SETTINGS.items()}
        policy = asked(s3.get_bucket_policy, Bucket=name)
        keys = [one["Key"] for one in s3.list_objects_v2(Bucket=name).get("Contents", [])]
        document = json.loads(policy["Policy"]) if policy else None
        found[name] = {**settings, "policy": document, "keys": keys}
    return found


def functions(region: str) -> Dict[str, Any]:
    lambdas = api.client("lambda", region)
    found = {}
    for each in lambdas.list_functions()["Functions"]:
        name = each["FunctionName"]
        policy = asked(lambdas.get_policy, FunctionName=name)
        invoked = asked(lambdas.get_function_event_invoke_config, FunctionName=name)
        found[name] = {
            "configuration": each,
            "policy": json.loads(policy["Policy"])["Statement"] if policy else [],
            "asynchronous": invoked,
        }
    return found


def roles(region: str) -> Dict[str, Any]:
    iam = api.client("iam", region)
    found = {}
    for each in iam.list_roles()["Roles"]:
        name = each["RoleName"]
        # The roles that `cdk bootstrap` makes: moto cannot say their policies.
        if name.startswith("cdk-"):
            continue
        managed = iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]
        inline = [
            iam.get_role_policy(RoleName=name, PolicyName=one)["PolicyDocument"]
            for one in iam.list_role_policies(RoleName=name)["PolicyNames"]
        ]
        found[each["Arn"]] = {
            "managed": [one["PolicyArn"] for one in managed],
            "statements": [each for document in inline for each in document["Statement"]],
        }
    return found


def rules(region: str) -> List[Any]:
    events = api.client("events", region)
    return [
        {
            "pattern": json.loads(each.get("EventPattern", "{}")),
            "targets": events.list_targets_by_rule(Rule=each["Name"])["Targets"],
        }
        for each in events.list_rules()["Rules"]
    ]


def queues(region: str) -> Dict[str, Any]:
    sqs = api.client("sqs", region)
    return {
        url: sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        for url in sqs.list_queues().get("QueueUrls", [])
    }


def secrets(region: str) -> Dict[str, str]:
    manager = api.client("secretsmanager", region)
    arns = [each["ARN"] for each in manager.list_secrets()["SecretList"]]
    return {arn: manager.get_secret_value(SecretId=arn)["SecretString"] for arn in arns}


def alarms(region: str) -> List[Any]:
    return api.client("cloudwatch", region).describe_alarms()["MetricAlarms"]


def dashboards(region: str) -> List[Any]:
    watch = api.client("cloudwatch", region)
    names = [each["DashboardName"] for each in watch.list_dashboards()["DashboardEntries"]]
    return [json.loads(watch.get_dashboard(DashboardName=each)["DashboardBody"]) for each in names]


def log_groups(region: str) -> Dict[str, int]:
    groups = api.client("logs", region).describe_log_groups()["logGroups"]
    return {each["logGroupName"]: each.get("retentionInDays", 0) for each in groups}


if __name__ == "__main__":
    api.PORT = int(sys.argv[1])
    print(json.dumps(inventory(sys.argv[2]), default=str))
