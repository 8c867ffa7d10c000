"""What a template's parameters accept, checked before anything is made. moto takes every value.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
"""

import json
import re
from typing import Any, Dict, List

from moto.cloudformation.exceptions import ValidationError
from moto.cloudformation.responses import CloudFormationResponse


def check() -> None:
    create = CloudFormationResponse.create_change_set

    def created(self: Any) -> str:
        template = template_of(self)
        if template is not None:
            check_values(template.get("Parameters", {}), values_of(self))
        return create(self)

    CloudFormationResponse.create_change_set = created


def template_of(response: Any) -> Any:
    """CDK sends its templates by way of a bucket, and they have no parameters to speak of."""
    body = response._get_param("TemplateBody")
    return json.loads(body) if body and body.lstrip().startswith("{") else None


def values_of(response: Any) -> Dict[str, str]:
    asked = response.querystring
    keys = [name for name in asked if name.endswith(".ParameterKey")]
    values = {}
    for name in keys:
        value = asked.get(name.replace(".ParameterKey", ".ParameterValue"))
        values[asked[name][0]] = value[0] if value else ""
    return values


def check_values(parameters: Dict[str, Any], given: Dict[str, str]) -> None:
    unknown = sorted(set(given) - set(parameters))
    if unknown:
        fail(f"Parameters: {unknown} do not exist in the template")
    missing = [name for name, each in parameters.items() if name not in given and "Default" not in each]
    if missing:
        fail(f"Parameters: {missing} must have values")
    for name, parameter in parameters.items():
        value = str(given.get(name, parameter.get("Default", "")))
        if not accepts(parameter, value):
            described = parameter.get("ConstraintDescription", parameter.get("AllowedPattern"))
            fail(f"Parameter {name} failed to satisfy constraint: {described}")


def accepts(parameter: Dict[str, Any], value: str) -> bool:
    if len(value) < int(parameter.get("MinLength", 0)) or len(value) > int(parameter.get("MaxLength", 4096)):
        return False
    pattern = parameter.get("AllowedPattern")
    return pattern is None or all(re.fullmatch(pattern, each) for each in items_of(parameter, value))


def items_of(parameter: Dict[str, Any], value: str) -> List[str]:
    if parameter["Type"] == "CommaDelimitedList":
        return [each.strip() for each in value.split(",")]
    return [value]


def fail(message: str) -> None:
    raise ValidationError(message=message)
