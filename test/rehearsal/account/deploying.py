"""What moto's CloudFormation does otherwise than AWS's, mended, and a record of all that it does."""

import json
from typing import Any, Dict, Set

from moto.cloudformation import models, parsing, responses
from moto.events.models import EventPattern
from moto.iam.access_control import PermissionResult
from moto.s3 import notifications as s3_notifications, responses as s3_responses
from moto.s3.models import FakeBucket

from account import change_sets, parameters

RETAINED = {"Retain", "RetainExceptOnCreate"}


def mend(records: str) -> None:
    parameters.check()
    change_sets.tell_apart()
    record_in(records)
    refuse_unknown_types()
    fail_as_aws_does()
    keep_what_is_retained()
    remove_last()
    judge_no_policy()
    escape_templates()
    match_less()
    tell_of_event_bridge()


def record_in(file: str) -> None:
    def write(**line: Any) -> None:
        with open(file, "a", encoding="utf-8") as out:
            out.write(json.dumps(line, default=str) + "\n")

    create, update = parsing.parse_and_create_resource, parsing.parse_and_update_resource
    delete = parsing.ResourceMap._delete_resource

    def created(logical_id: str, resource: Dict[str, Any], known: Any, **place: str) -> Any:
        try:
            made = create(logical_id, resource, known, **place)
        except Exception as error:
            # The innermost, because a resource creates what it refers to.
            if not hasattr(error, "resource"):
                error.resource, error.resource_type = logical_id, resource["Type"]
            raise
        write(did="create", **described(logical_id, resource, known, made, place))
        return made

    def updated(logical_id: str, resource: Dict[str, Any], known: Any, **place: str) -> Any:
        before = known[logical_id]
        # moto forgets a resource that it cannot update, and then whatever refers to it.
        made = update(logical_id, resource, known, **place) or before
        write(did="update", **described(logical_id, resource, known, made, place))
        return made

    def deleted(known: Any, made: Any, resource: Dict[str, Any]) -> None:
        delete(known, made, resource)
        write(
            did="delete",
            region=known._region_name,
            stack=known["AWS::StackName"],
            id=made.logical_resource_id,
            type=resource["Type"],
            physicalId=made.physical_resource_id,
        )

    parsing.parse_and_create_resource = created
    parsing.parse_and_update_resource = updated
    parsing.ResourceMap._delete_resource = deleted


def described(
    logical_id: str, resource: Dict[str, Any], known: Any, made: Any, place: Dict[str, str]
) -> Dict[str, Any]:
    return {
        "region": place["region_name"],
        "stack": known["AWS::StackName"],
        "id": logical_id,
        "type": resource["Type"],
        "physicalId": getattr(made, "physical_resource_id", None),
        "properties": parsing.clean_json(resource.get("Properties", {}), known),
    }


def refuse_unknown_types() -> None:
    """moto passes over a resource that it has no model of, with whatever would be wrong about it."""
    known = parsing.resource_class_from_type

    def found(resource_type: str) -> Any:
        if resource_type in parsing.get_model_map():
            return parsing.get_model_map()[resource_type]
        return known(resource_type) or refuse(resource_type)

    parsing.resource_class_from_type = found


def refuse(resource_type: str) -> None:
    raise parsing.ValidationError(
        message=f"the rehearsal knows no {resource_type}: test/rehearsal/account/resources.py must model it"
    )


def fail_as_aws_does() -> None:
    """moto answers a failure at once, and leaves what it has made. AWS takes the call, fails later, says why among the
    stack's events, and takes back what it has made.

    And moto reads a stack's outputs when the stack is created, from a template that is still empty then.
    """
    execute = models.CloudFormationBackend.execute_change_set

    def executed(self: Any, change_set_name: str, stack_name: Any = None) -> None:
        change_set = self.describe_change_set(change_set_name)
        stack, before = change_set.stack, change_set.change_set_type
        try:
            execute(self, change_set_name, stack_name)
        except Exception as error:
            tell_failure(stack, error, f"{before}_FAILED")
            if before == "CREATE":
                take_back(stack)
            stack.status = "ROLLBACK_COMPLETE" if before == "CREATE" else "UPDATE_ROLLBACK_COMPLETE"
            stack._add_stack_event(stack.status)
            return
        stack._parse_template()
        stack.output_map = stack._create_output_map()

    models.CloudFormationBackend.execute_change_set = executed


def tell_failure(stack: Any, error: Exception, status: str) -> None:
    reason = getattr(error, "message", None) or str(error)
    event = models.FakeEvent(
        stack_id=stack.stack_id,
        stack_name=stack.name,
        logical_resource_id=getattr(error, "resource", stack.name),
        physical_resource_id="",
        resource_type=getattr(error, "resource_type", "AWS::CloudFormation::Stack"),
        resource_status=status,
        resource_status_reason=reason,
        resource_properties=None,
    )
    stack.events.append(event)


def take_back(stack: Any) -> None:
    """Of what is kept when a stack is deleted, `Retain` alone is kept here."""
    delete_all_but(stack.resource_map, {"Retain"})
    # Whoever looks at a resource that is not there makes it.
    stack.resource_map._resource_json_map = {}


def keep_what_is_retained() -> None:
    """moto knows Retain alone. RetainExceptOnCreate keeps as well, once a stack has been created.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html
    """
    parsing.ResourceMap.delete = lambda known: delete_all_but(known, RETAINED)


def delete_all_but(known: Any, kept: Set[str]) -> None:
    """Last made, first deleted. moto tries in any order until all have worked, and some never do."""
    for name, made in reversed(list(known._parsed_resources.items())):
        resource = known._resource_json_map.get(name)
        if resource is None or made is None or resource.get("DeletionPolicy") in kept:
            continue
        known._delete_resource(made, resource)
        del known._parsed_resources[name]


def remove_last() -> None:
    """moto deletes what an update leaves out before everything else, and whatever its policy says. AWS does so at the end."""
    update = parsing.ResourceMap.update

    def updated(known: Any, template: Dict[str, Any], given: Any = None) -> None:
        left_out = []
        known._delete_resource = lambda made, resource: left_out.append((made, resource))
        try:
            update(known, template, given)
        finally:
            del known._delete_resource
        order = list(known._parsed_resources.values())
        for made, resource in sorted(left_out, key=lambda each: -order.index(each[0])):
            if resource.get("DeletionPolicy") not in RETAINED:
                known._delete_resource(made, resource)

    parsing.ResourceMap.update = updated


def judge_no_policy() -> None:
    """moto judges a bucket's policy without its conditions, so that `Deny` without TLS denies everything."""
    FakeBucket.get_permission = lambda *_: PermissionResult.NEUTRAL


def escape_templates() -> None:
    """moto answers a template as it is, also where XML would read its `<`."""
    answer = "GET_TEMPLATE_RESPONSE_TEMPLATE"
    setattr(responses, answer, getattr(responses, answer).replace("stack_template", "stack_template | e"))


def match_less() -> None:
    """moto fails where a pattern asks for more than an event has."""
    match = EventPattern._does_event_match

    def matched(self: Any, event: Any, pattern: Dict[str, Any]) -> bool:
        return isinstance(event, dict) and match(self, event, pattern)

    EventPattern._does_event_match = matched


def tell_of_event_bridge() -> None:
    """moto keeps whether a bucket sends events to EventBridge, but does not say so. It would run functions in Docker."""
    answer = "S3_GET_BUCKET_NOTIFICATION_CONFIG"
    end = "</NotificationConfiguration>"
    told = "{% if config.event_bridge is not none %}<EventBridgeConfiguration/>{% endif %}" + end
    setattr(s3_responses, answer, getattr(s3_responses, answer).replace(end, told))
    s3_notifications._send_event_bridge_message = lambda *_: None
