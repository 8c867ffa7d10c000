"""Prints what the reader makes of the receipts in a file: python3 check.py receipts.json"""

import json
import sys

from waybill_receipt import ReceiptRefused, read_receipt

with open(sys.argv[1], encoding="utf-8") as text:
    file = json.load(text)
expected = {name: file[name] for name in ("keys", "bucket", "region", "prefix", "rule", "now")}


def result(vector):
    try:
        return {"payload": read_receipt(vector["receipt"], owner=vector["owner"], **expected)}
    except ReceiptRefused as refused:
        return {"error": str(refused).split(":")[0]}


print(json.dumps([result(vector) for vector in file["vectors"]]))
