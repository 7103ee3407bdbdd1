"""What schemathesis cannot know of the API from its OpenAPI document.

First, which things exist: the examples of the document are given the ids of a cluster and an operation that stand. Then,
what requests mean: most of those that fit the schema are given a meaning, so that they reach what is behind the
validation. Last, what is reported and not wrong.
"""

import json
import os

import schemathesis
from schemathesis.core.failures import ServerError
from schemathesis.openapi.checks import RejectedPositiveData

EXAMPLES = {
    "clu_01JD8X3V9QWERTYZ0123456789": os.environ["FUZZ_CLUSTER_ID"],
    "op_01JD8X3V9QWERTYZ0123456789": os.environ["FUZZ_OPERATION_ID"],
}

# One in so many requests stays as it was made up.
UNTOUCHED = 4

SETTINGS = [
    {"log.retention.hours": "48"},
    {"log.retention.ms": "86400000", "message.max.bytes": "2000000"},
    {"num.io.threads": "8"},
    {"queued.max.requests": "600"},
    {},
]
TOPIC_SETTINGS = [{"retention.ms": "3600000"}, {"cleanup.policy": "compact"}, {}]

# The rules that the schema itself tells of: who keeps to it must never be refused by one of them. All others are between
# fields, or depend on what there is.
RULES_OF_THE_SCHEMA = {
    "required",
    "unknown_field",
    "unknown_parameter",
    "type",
    "enum",
    "pattern",
    "datetime",
    "cidrv4",
    "minimum",
    "maximum",
    "not_multiple_of",
    "min_length",
    "max_length",
    "min_items",
    "max_items",
    "invalid_union",
    "custom",
}

# The codes that tell of nothing but the form of a request.
CODES_OF_THE_FORM = {
    "MALFORMED_JSON",
    "IDEMPOTENCY_KEY_MISSING",
    "PRECONDITION_REQUIRED",
    "ROUTE_NOT_FOUND",
    "METHOD_NOT_ALLOWED",
    "NOT_ACCEPTABLE",
    "UNSUPPORTED_MEDIA_TYPE",
    "BODY_TOO_LARGE",
}

# The only answer above 499 that is let through.
UNAVAILABLE = {
    "KAFKA_UNAVAILABLE": "a broker restarts, and Kafka itself cannot do it meanwhile: documented, and to be tried again",
}

calls = 0


@schemathesis.hook
def before_load_schema(context, raw_schema):
    text = json.dumps(raw_schema)
    for example, standing in EXAMPLES.items():
        text = text.replace(example, standing)
    raw_schema.clear()
    raw_schema.update(json.loads(text))


@schemathesis.hook
def before_call(context, case, kwargs):
    global calls
    calls += 1
    if case.meta is None or not case.meta.generation.mode.is_positive or calls % UNTOUCHED == 0:
        return
    if "Idempotency-Key" in case.headers:
        case.headers["Idempotency-Key"] = f"call-{calls}"
    if isinstance(case.body, dict):
        give_meaning(case.body)


def give_meaning(body):
    if body.get("config"):
        known = TOPIC_SETTINGS if "partitions" in body else SETTINGS
        body["config"] = known[calls % len(known)]
    for topic in body.get("topics") or []:
        topic.pop("config", None)
        topic["replicationFactor"] = 3
    if "topology" in body and isinstance(body.get("brokers"), dict):
        body["brokers"]["count"] = 3
        body.pop("availabilityZones", None)


@schemathesis.hook
def filter_failure(context, failure, case, response):
    """False drops the failure; the report counts what was dropped."""
    if isinstance(failure, ServerError):
        return response.status_code != 503 or response.json()["code"] not in UNAVAILABLE
    return not (isinstance(failure, RejectedPositiveData) and is_refused_for_its_meaning(response))


def is_refused_for_its_meaning(response):
    problem = response.json()
    if problem["code"] not in ["INVALID_FIELD", "INVALID_PARAMETER"]:
        return problem["code"] not in CODES_OF_THE_FORM
    # What a patch leaves out may be missing in what it makes of the order, and only then.
    patched = problem["detail"].startswith("With this change, ")
    judged = RULES_OF_THE_SCHEMA - {"required"} if patched else RULES_OF_THE_SCHEMA
    return not any(violation["rule"] in judged for violation in problem["errors"])
