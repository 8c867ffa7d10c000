"""What a resource is made of: where it is, and what a template can refer to."""

from typing import Dict, NamedTuple


class Place(NamedTuple):
    account: str
    region: str


class Made(NamedTuple):
    """`Ref`, and `Fn::GetAtt` by name."""

    ref: str
    attributes: Dict[str, str] = {}
