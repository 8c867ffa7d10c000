"""Buckets with their settings, their policies, and what CDK's own functions do to them."""

import json
from typing import Any, Dict, List

from account import api
from account.made import Made, Place

Properties = Dict[str, Any]


def create_bucket(place: Place, name: str, properties: Properties) -> Made:
    bucket = properties.get("BucketName", name)
    where = {} if place.region == "us-east-1" else {"LocationConstraint": place.region}
    created = {"CreateBucketConfiguration": where} if where else {}
    s3(place).create_bucket(Bucket=bucket, **created)
    configure(place, bucket, properties)
    host = f"s3.{place.region}.amazonaws.com"
    attributes = {
        "Arn": f"arn:aws:s3:::{bucket}",
        "DomainName": f"{bucket}.s3.amazonaws.com",
        "RegionalDomainName": f"{bucket}.{host}",
    }
    return Made(bucket, attributes)


def update_bucket(place: Place, made: Made, properties: Properties) -> None:
    configure(place, made.ref, properties)


def delete_bucket(place: Place, made: Made, _properties: Properties) -> None:
    s3(place).delete_bucket(Bucket=made.ref)


CONFIGURED: Dict[str, Properties] = {}


def configure(place: Place, bucket: str, properties: Properties) -> None:
    """Puts what has changed. Names of a template are not always those of the API."""
    calls = s3(place)
    before = CONFIGURED.get(bucket, {})
    for name, put in SETTINGS.items():
        if name in properties and properties[name] != before.get(name):
            put(calls, bucket, properties[name])
    CONFIGURED[bucket] = properties


def put_encryption(calls: Any, bucket: str, given: Any) -> None:
    rules = [
        {
            **{key: value for key, value in rule.items() if key == "BucketKeyEnabled"},
            "ApplyServerSideEncryptionByDefault": rule["ServerSideEncryptionByDefault"],
        }
        for rule in given["ServerSideEncryptionConfiguration"]
    ]
    calls.put_bucket_encryption(
        Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": rules}
    )


def put_cors(calls: Any, bucket: str, given: Any) -> None:
    # CloudFormation and S3 call two of them differently.
    names = {"ExposedHeaders": "ExposeHeaders", "MaxAge": "MaxAgeSeconds"}

    def rule(each: Dict[str, Any]) -> Dict[str, Any]:
        return {names.get(name, name): value for name, value in each.items()}

    rules = [rule(each) for each in given["CorsRules"]]
    calls.put_bucket_cors(Bucket=bucket, CORSConfiguration={"CORSRules": rules})


def put_lifecycle(calls: Any, bucket: str, given: Any) -> None:
    rules = [lifecycle_rule(each) for each in given["Rules"]]
    calls.put_bucket_lifecycle_configuration(
        Bucket=bucket, LifecycleConfiguration={"Rules": rules}
    )


def lifecycle_rule(each: Dict[str, Any]) -> Dict[str, Any]:
    tags: List[Any] = each.get("TagFilters", [])
    if len(tags) > 1:
        filtered: Dict[str, Any] = {"And": {"Tags": tags}}
    else:
        filtered = {"Tag": tags[0]} if tags else {"Prefix": each.get("Prefix", "")}
    rule = {"ID": each["Id"], "Status": each["Status"], "Filter": filtered}
    if "ExpirationInDays" in each:
        rule["Expiration"] = {"Days": each["ExpirationInDays"]}
    if each.get("ExpiredObjectDeleteMarker"):
        rule["Expiration"] = {"ExpiredObjectDeleteMarker": True}
    for name in ("NoncurrentVersionExpiration", "AbortIncompleteMultipartUpload"):
        if name in each:
            rule[name] = each[name]
    return rule



SETTINGS: Dict[str, Any] = {
    "VersioningConfiguration": lambda calls, bucket, given: calls.put_bucket_versioning(
        Bucket=bucket, VersioningConfiguration=given
    ),
    "PublicAccessBlockConfiguration": lambda calls, bucket, given: calls.put_public_access_block(
        Bucket=bucket, PublicAccessBlockConfiguration=given
    ),
    "OwnershipControls": lambda calls, bucket, given: calls.put_bucket_ownership_controls(
        Bucket=bucket, OwnershipControls=given
    ),
    "AccelerateConfiguration": lambda calls, bucket, given: calls.put_bucket_accelerate_configuration(
        Bucket=bucket, AccelerateConfiguration={"Status": given["AccelerationStatus"]}
    ),
    "NotificationConfiguration": lambda calls, bucket, given: calls.put_bucket_notification_configuration(
        Bucket=bucket, NotificationConfiguration={name: {} for name in given}
    ),
    "BucketEncryption": put_encryption,
    "CorsConfiguration": put_cors,
    "LifecycleConfiguration": put_lifecycle,
}


def create_policy(place: Place, name: str, properties: Properties) -> Made:
    put_policy(place, properties)
    return Made(name)


def update_policy(place: Place, _made: Made, properties: Properties) -> None:
    put_policy(place, properties)


def put_policy(place: Place, properties: Properties) -> None:
    document = json.dumps(properties["PolicyDocument"])
    # https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html
    if len(document) > 20 * 1024:
        raise ValueError(f"a bucket's policy of {len(document)} bytes, S3 takes 20 KB")
    s3(place).put_bucket_policy(Bucket=properties["Bucket"], Policy=document)


def delete_policy(place: Place, _made: Made, properties: Properties) -> None:
    s3(place).delete_bucket_policy(Bucket=properties["Bucket"])


def prepare(_place: Place, name: str, _properties: Properties) -> Made:
    return Made(name)


def empty(place: Place, _made: Made, properties: Properties) -> None:
    calls = s3(place)
    bucket = properties["BucketName"]
    listed = calls.list_object_versions(Bucket=bucket)
    for each in [*listed.get("Versions", []), *listed.get("DeleteMarkers", [])]:
        calls.delete_object(Bucket=bucket, Key=each["Key"], VersionId=each["VersionId"])


def s3(place: Place) -> Any:
    return api.client("s3", place.region)


BUCKET = (create_bucket, update_bucket, delete_bucket)
BUCKET_POLICY = (create_policy, update_policy, delete_policy)
AUTO_DELETE = (prepare, None, empty)
