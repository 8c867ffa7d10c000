"""Resources by type: those that are read back afterwards are made through the account's own APIs."""

import uuid
from typing import Any, Callable, Dict, NamedTuple, Optional

from moto.cloudformation import parsing
from moto.core.common_models import CloudFormationModel

from account import buckets, custom_resource, functions, watching
from account.made import Made, Place

Properties = Dict[str, Any]


class Kind(NamedTuple):
    create: Callable[[Place, str, Properties], Made]
    update: Optional[Callable[[Place, Made, Properties], None]] = None
    delete: Optional[Callable[[Place, Made, Properties], None]] = None


class Resource(CloudFormationModel):
    kind: Kind
    type_name = ""

    def __init__(self, place: Place, made: Made, properties: Properties):
        self.place, self.made, self.properties = place, made, properties

    @property
    def physical_resource_id(self) -> str:
        return self.made.ref

    def get_cfn_attribute(self, name: str) -> str:
        if name not in self.made.attributes:
            raise parsing.ValidationError(message=f"{self.type_name} has no attribute {name} here")
        return self.made.attributes[name]

    def delete(self, *_place: str) -> None:
        if self.kind.delete:
            self.kind.delete(self.place, self.made, self.properties)

    def is_created(self) -> bool:
        return True

    @classmethod
    def cloudformation_type(cls) -> str:
        return cls.type_name

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: Any, account_id: str, region_name: str, **_: Any
    ) -> "Resource":
        place = Place(account_id, region_name)
        properties = cloudformation_json["Properties"]
        return cls(place, cls.kind.create(place, resource_name, properties), properties)

    @classmethod
    def update_from_cloudformation_json(
        cls, original_resource: Any, cloudformation_json: Any, **_: Any
    ) -> "Resource":
        properties = cloudformation_json["Properties"]
        if cls.kind.update:
            cls.kind.update(original_resource.place, original_resource.made, properties)
        original_resource.properties = properties
        return original_resource


def an_id() -> str:
    return f"E{uuid.uuid4().hex[:13].upper()}"


def only_kept(*attributes: str) -> Kind:
    """A resource that only its properties are read of."""

    def create(_place: Place, name: str, _properties: Properties) -> Made:
        return Made(name, {each: f"{name}-{each.lower()}" for each in attributes})

    return Kind(create)


NAMES: Dict[str, set] = {}


def of_the_whole_account(kind: str, config: str, attribute: str) -> Kind:
    """What CloudFront keeps once for an account, by a name that no second one may have.

    `config` is the property that holds the name, or empty where the name is a property itself.
    """
    names = NAMES.setdefault(kind, set())

    def name_in(properties: Properties) -> str:
        return (properties[config] if config else properties)["Name"]

    def create(_place: Place, _name: str, properties: Properties) -> Made:
        name = name_in(properties)
        if name in names:
            raise parsing.ValidationError(message=f"a {kind} named {name} exists already (409)")
        names.add(name)
        number = an_id()
        return Made(number, {attribute: number})

    def delete(_place: Place, _made: Made, properties: Properties) -> None:
        names.discard(name_in(properties))

    return Kind(create, delete=delete)


def public_key() -> Kind:
    """CloudFront changes nothing of a public key but its comment.

    https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_UpdatePublicKey.html
    """
    kind = of_the_whole_account("public key", "PublicKeyConfig", "Id")
    made_of: Dict[str, str] = {}

    def create(place: Place, name: str, properties: Properties) -> Made:
        made = kind.create(place, name, properties)
        made_of[made.ref] = properties["PublicKeyConfig"]["EncodedKey"]
        return made

    def update(_place: Place, made: Made, properties: Properties) -> None:
        if properties["PublicKeyConfig"]["EncodedKey"] != made_of[made.ref]:
            raise parsing.ValidationError(message="CannotChangeImmutablePublicKeyFields")

    return Kind(create, update, kind.delete)


def distribution(_place: Place, _name: str, _properties: Properties) -> Made:
    number = an_id()
    return Made(number, {"Id": number, "DomainName": f"{number.lower()}.cloudfront.net"})


KINDS: Dict[str, Kind] = {
    "AWS::CloudFront::CachePolicy": of_the_whole_account("cache policy", "CachePolicyConfig", "Id"),
    "AWS::CloudFront::Distribution": Kind(distribution),
    "AWS::CloudFront::Function": of_the_whole_account("function", "", "FunctionARN"),
    "AWS::CloudFront::KeyGroup": of_the_whole_account("key group", "KeyGroupConfig", "Id"),
    "AWS::CloudFront::OriginAccessControl": of_the_whole_account(
        "origin access control", "OriginAccessControlConfig", "Id"
    ),
    "AWS::CloudFront::PublicKey": public_key(),
    "AWS::CloudFront::ResponseHeadersPolicy": of_the_whole_account(
        "response headers policy", "ResponseHeadersPolicyConfig", "Id"
    ),
    "AWS::CloudWatch::Alarm": Kind(*watching.ALARM),
    "AWS::CloudWatch::Dashboard": Kind(*watching.DASHBOARD),
    "AWS::GuardDuty::MalwareProtectionPlan": only_kept(),
    "AWS::KMS::Alias": only_kept(),
    "AWS::Lambda::EventInvokeConfig": Kind(*functions.EVENT_INVOKE_CONFIG),
    "AWS::Lambda::Function": Kind(*functions.FUNCTION),
    "AWS::Lambda::LayerVersion": Kind(*functions.LAYER),
    "AWS::Lambda::Permission": Kind(*functions.PERMISSION),
    "AWS::Lambda::Url": Kind(*functions.URL),
    "AWS::S3::Bucket": Kind(*buckets.BUCKET),
    "AWS::S3::BucketPolicy": Kind(*buckets.BUCKET_POLICY),
    "AWS::SQS::QueuePolicy": Kind(*watching.QUEUE_POLICY),
    "AWS::SecretsManager::Secret": Kind(*watching.SECRET),
    "Custom::S3AutoDeleteObjects": Kind(*buckets.AUTO_DELETE),
    "Custom::S3BucketNotifications": Kind(*custom_resource.CUSTOM_RESOURCE),
}


def register() -> None:
    known = parsing.get_model_map()
    for type_name, kind in KINDS.items():
        known[type_name] = type(
            type_name.replace(":", ""), (Resource,), {"kind": kind, "type_name": type_name}
        )
