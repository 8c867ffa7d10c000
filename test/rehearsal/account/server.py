"""An AWS account on this machine: moto's server, with the CloudFormation resources that moto lacks.

usage: server.py PORT RECORDS

RECORDS is a file that gets one line of JSON for each resource that CloudFormation creates, updates or deletes, with its
properties as they were resolved. test/rehearsal/account.ts starts this, and reads that.
"""

import sys
import warnings
from typing import Any

# moto warns of each resource that it does not know. What is missing here stops the deployment instead.
warnings.simplefilter("ignore")

import moto.cloudfront.models  # noqa: E402, F401
import moto.logs.models  # noqa: E402, F401
from moto.server import main  # noqa: E402
from werkzeug.serving import WSGIRequestHandler  # noqa: E402

from account import api, deploying, resources  # noqa: E402


def answer(handler: WSGIRequestHandler, code: int, message: Any = None) -> None:
    handler.log_request(code)
    handler.send_response_only(code, message)


def start(port: str, records: str) -> None:
    api.PORT = int(port)
    deploying.mend(records)
    resources.register()
    # moto says the date itself. Two of them are no date, and the CLI takes its clock from it.
    WSGIRequestHandler.send_response = answer
    # The word localhost tells the AWS SDK that addresses of buckets cannot be made from it.
    main(["--host", "localhost", "--port", port])


if __name__ == "__main__":
    start(*sys.argv[1:])
