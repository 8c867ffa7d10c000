"""Functions and what belongs to them. They are kept, with their code; only code in a template is run here."""

import io
import zipfile
from typing import Any, Dict

from account import api, custom_resource
from account.made import Made, Place

Properties = Dict[str, Any]


def create_function(place: Place, name: str, properties: Properties) -> Made:
    given = {**properties}
    concurrency = given.pop("ReservedConcurrentExecutions", None)
    # A template has tags as a list, the API as an object.
    given.pop("Tags", None)
    short = given.pop("FunctionName", name)[:64]
    source = given["Code"].get("ZipFile")
    if source is not None:
        given["Code"] = {"ZipFile": zipped(source)}
    made = lambdas(place).create_function(FunctionName=short, **given)
    if source is not None:
        custom_resource.SOURCES[made["FunctionArn"]] = source
    try:
        reserve(place, short, concurrency)
    except Exception:
        lambdas(place).delete_function(FunctionName=short)
        raise
    return Made(short, {"Arn": made["FunctionArn"]})


def zipped(source: str) -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as files:
        files.writestr("index.py", source)
    return body.getvalue()


def update_function(place: Place, made: Made, properties: Properties) -> None:
    given = {**properties}
    concurrency = given.pop("ReservedConcurrentExecutions", None)
    code = given.pop("Code")
    for fixed in ("Architectures", "Tags"):
        given.pop(fixed, None)
    lambdas(place).update_function_configuration(FunctionName=made.ref, **given)
    lambdas(place).update_function_code(FunctionName=made.ref, **code)
    reserve(place, made.ref, concurrency)


def reserve(place: Place, name: str, concurrency: Any) -> None:
    if concurrency is None:
        lambdas(place).delete_function_concurrency(FunctionName=name)
        return
    number = int(concurrency)
    lambdas(place).put_function_concurrency(
        FunctionName=name, ReservedConcurrentExecutions=number
    )


def delete_function(place: Place, made: Made, _properties: Properties) -> None:
    lambdas(place).delete_function(FunctionName=made.ref)


def create_url(place: Place, _name: str, properties: Properties) -> Made:
    given = {
        "FunctionName": properties["TargetFunctionArn"],
        "AuthType": properties["AuthType"],
        **({"Cors": properties["Cors"]} if "Cors" in properties else {}),
    }
    made = lambdas(place).create_function_url_config(**given)
    # moto leaves the slash at its end out.
    url = made["FunctionUrl"].rstrip("/") + "/"
    attributes = {"FunctionUrl": url, "FunctionArn": made["FunctionArn"]}
    return Made(made["FunctionArn"], attributes)


def create_permission(place: Place, name: str, properties: Properties) -> Made:
    given = {**properties, "StatementId": name[:100]}
    # Newer than Debian's boto3: it is read back from the record.
    given.pop("InvokedViaFunctionUrl", None)
    lambdas(place).add_permission(**given)
    return Made(name)


def put_event_invoke_config(place: Place, properties: Properties) -> None:
    given = {
        "FunctionName": properties["FunctionName"],
        "MaximumEventAgeInSeconds": int(properties["MaximumEventAgeInSeconds"]),
        "MaximumRetryAttempts": int(properties["MaximumRetryAttempts"]),
        "DestinationConfig": properties["DestinationConfig"],
    }
    lambdas(place).put_function_event_invoke_config(**given)


def create_event_invoke_config(place: Place, name: str, properties: Properties) -> Made:
    put_event_invoke_config(place, properties)
    return Made(name)


def update_event_invoke_config(place: Place, _made: Made, properties: Properties) -> None:
    put_event_invoke_config(place, properties)


def create_layer(place: Place, name: str, properties: Properties) -> Made:
    made = lambdas(place).publish_layer_version(LayerName=name[:64], **properties)
    return Made(made["LayerVersionArn"])


def lambdas(place: Place) -> Any:
    return api.client("lambda", place.region)


FUNCTION = (create_function, update_function, delete_function)
URL = (create_url,)
PERMISSION = (create_permission,)
EVENT_INVOKE_CONFIG = (create_event_invoke_config, update_event_invoke_config)
LAYER = (create_layer,)
