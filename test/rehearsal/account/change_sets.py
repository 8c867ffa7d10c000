"""Change sets by stack and name. moto looks at the name alone, and the CLI gives the same one to every stack."""

from typing import Any, Dict, Optional

from jinja2 import Template
from moto.cloudformation.exceptions import ERROR_RESPONSE
from moto.cloudformation.responses import CloudFormationResponse
from moto.core.exceptions import RESTError


class ChangeSetNotFound(RESTError):
    code = 404

    def __init__(self, name: str):
        kind, message = "ChangeSetNotFound", f"ChangeSet [{name}] does not exist"
        super().__init__(error_type=kind, message=message)
        self.description = Template(ERROR_RESPONSE).render(code=kind, message=message)


def tell_apart() -> None:
    describe = CloudFormationResponse.describe_change_set
    delete = CloudFormationResponse.delete_change_set

    def described(self: Any) -> str:
        found = found_in(self)
        if found is None:
            raise ChangeSetNotFound(self._get_param("ChangeSetName"))
        self.querystring["ChangeSetName"] = [found]
        return describe(self)

    def deleted(self: Any) -> str:
        # What is gone already is no error; the answer says nothing else.
        backend = self.cloudformation_backend
        found = found_in(self) or ""
        backend.change_sets.setdefault(found, None)
        self.querystring["ChangeSetName"] = [found]
        return delete(self)

    create = CloudFormationResponse.create_change_set

    def created(self: Any) -> str:
        fill_previous_values(self)
        return create(self)

    CloudFormationResponse.create_change_set = created
    CloudFormationResponse.describe_change_set = described
    CloudFormationResponse.delete_change_set = deleted


def found_in(response: Any) -> Optional[str]:
    name = response._get_param("ChangeSetName")
    stack = response._get_param("StackName")
    for number, each in reversed(list(response.cloudformation_backend.change_sets.items())):
        if number == name:
            return number
        if each.change_set_name == name and stack in (each.stack_name, each.stack_id):
            return number
    return None


def fill_previous_values(response: Any) -> None:
    """moto knows previous values of parameters only together with the previous template."""
    asked: Dict[str, Any] = response.querystring
    for name in [name for name in asked if name.endswith(".UsePreviousValue")]:
        member = name.removesuffix(".UsePreviousValue")
        stack = response.cloudformation_backend.get_stack(response._get_param("StackName"))
        parameter = asked[f"{member}.ParameterKey"][0]
        default = stack.template_dict["Parameters"][parameter].get("Default")
        asked[f"{member}.ParameterValue"] = [stack.parameters.get(parameter, default)]
        del asked[name]
