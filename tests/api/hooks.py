"""What schemathesis is told of the worker beyond the document: names that exist, so that commands do something."""

import json
import os
import zlib
from collections import Counter

import schemathesis

KNOWN = json.loads(os.environ.get("COUNTERSIGN_KNOWN", "{}"))
COUNTS = os.environ.get("COUNTERSIGN_COUNTS")
answered = Counter()


@schemathesis.hook
def filter_case(context, case):
    # Headers that nobody knows are ignored, as HTTP demands; the document lists those that are read.
    return "x-schemathesis-unknown-property" not in (case.headers or {})


@schemathesis.hook
def filter_failure(context, failure, case, response):
    # wrangler's own proxy says this when it loses a connection; no answer of the worker is text.
    return not response.text.startswith("Your worker restarted mid-request.")


@schemathesis.hook
def map_case(context, case):
    if case.meta is None or case.meta.generation.mode.value != "positive":
        return case
    case.body = whole(case.body)
    seed = zlib.crc32(json.dumps([case.path_parameters, case.query, case.body], default=str, sort_keys=True).encode())
    # One case in three stays as it was made.
    if seed % 3:
        # Made up, it is never the revision that is meant.
        for name in ("If-Match", "Countersign-Min-Revision"):
            if case.headers and name in case.headers and seed % 2:
                del case.headers[name]
        body = BODIES.get(case.operation.definition.raw.get("operationId"))
        if body is not None and isinstance(case.body, dict):
            case.body = body(seed, case.path_parameters or {})
        ids = collection(case.operation.path)
        for name in case.path_parameters or {}:
            values = KNOWN.get("subject" if name == "subject" else ids, [])
            if name != "tenant" and values:
                case.path_parameters[name] = values[seed % len(values)]
        if body is not None and "id" in case.body and "id" in (case.path_parameters or {}):
            case.body["id"] = case.path_parameters["id"]
        for part in (case.query, case.body if body is None else None):
            fill(part, seed)
    return case


# What is made must be new, and what is asked must be something that can be asked.
BODIES = {
    "createMember": lambda seed, path: {"subject": f"user:n{seed}", "groups": KNOWN["groups"][:1]},
    "createGroup": lambda seed, path: {"id": f"g{seed}", "name": "A group"},
    "putGroup": lambda seed, path: {"id": "", "name": f"Group {seed}"},
    "createRole": lambda seed, path: {"id": f"r{seed}", "allow": ["project:view"], "title": {"resource.id == 'a'": "A", "else": "B"}},
    "createAssignment": lambda seed, path: {"to": KNOWN["members"][0], "role": "user", "scope": "/"},
    "createAssignmentBulk": lambda seed, path: {"assignments": [{"to": KNOWN["members"][1], "role": "user"}]},
    "createResource": lambda seed, path: {"path": f"project:n{seed}"},
    "moveResource": lambda seed, path: {"from": KNOWN["path"][seed % len(KNOWN["path"])], "to": f"project:m{seed}"},
    "createToken": lambda seed, path: {"subject": "service:ci", "name": "main"},
    "createSupport": lambda seed, path: {"subject": "support:vendor", "role": "support", "reason": "A ticket"},
    "createRequest": lambda seed, path: {
        "action": "submit", "resource": "project:app/signing_policy:release", "note": f"Number {seed}"
    },
    "rejectRequest": lambda seed, path: {"reason": "Not now"},
    "createLink": lambda seed, path: {"subject": KNOWN["members"][0], "tenant": f"other-{seed % 100}"},
    "readMyNotification": lambda seed, path: {"ids": ["n1", f"n{seed}"]},
    "createApprovalPolicy": lambda seed, path: {"id": f"p{seed}", "permissions": ["certificate:edit"]},
}


def collection(path):
    """`/v1/tenants/{tenant}/groups/{id}/members` is about groups."""
    return path.split("/")[4] if path.count("/") > 3 else ""


def whole(value):
    """What the document says in words: a whole number is written without a point, though JSON Schema calls 3.0 an
    integer, and numbers are within those of a double."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, int) and abs(value) > 10**300:
        return 10**300
    if isinstance(value, list):
        return [whole(item) for item in value]
    if isinstance(value, dict):
        return {key: whole(item) for key, item in value.items()}
    return value


def fill(part, seed):
    """Puts names that exist where any name would do."""
    if isinstance(part, list):
        for item in part:
            fill(item, seed)
    if not isinstance(part, dict):
        return
    for key, value in part.items():
        values = KNOWN.get(key, [])
        if isinstance(value, str) and values:
            part[key] = values[seed % len(values)]
        elif isinstance(value, list) and value and isinstance(value[0], str) and values:
            part[key] = [values[seed % len(values)]]
        elif key in ("when", "until", "expires"):
            part[key] = None
        elif key in ("attributes", "licences", "sealed_roles", "groups", "assignments") and isinstance(value, (dict, list)) and len(part) > 1:
            part[key] = type(value)()
        else:
            fill(value, seed)


@schemathesis.hook
def after_call(context, case, response):
    operation = case.operation.definition.raw.get("operationId")
    answered[f"{operation} {response.status_code // 100}"] += 1
    if COUNTS:
        with open(COUNTS, "w", encoding="utf-8") as file:
            json.dump(answered, file)
