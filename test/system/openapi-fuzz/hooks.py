"""What schemathesis cannot know of the API from its OpenAPI document.

First, which things exist: the examples of the document are given the ids of a cluster and an operation that stand. Then,
what requests mean: most of those that fit the schema are given a meaning, so that they reach what is behind the
validation. Last, what is reported and not wrong, each by name and with its reason.
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

# Refusals of requests that fit the schema, for what is there and not for how the request looks.
REFUSED_FOR_WHAT_IS_THERE = {
    "INVALID_PAGE_TOKEN": "tokens are opaque: a list takes those that it has returned, and no schema describes them",
    "IDEMPOTENCY_KEY_REUSED": "the example of the header is one key, and a key belongs to the first request that has it",
    "PRECONDITION_FAILED": "an If-Match that fits the schema rarely names the resource as it is now",
    "FIELD_IMMUTABLE": "a patch may name every field of the order, but not give each of them another value",
    "CHANGE_NOT_SUPPORTED": "as above, for changes that this release does not make",
    "VOLUME_NOT_LARGER": "depends on the size that the volumes have",
    "UPGRADE_NOT_ALLOWED": "which release may follow depends on the one that runs",
    "DISK_LIMIT_REACHED": "depends on the size that the volumes have",
}

# Rules between the fields of a body or behind the shape of one, by the name that the problem document gives them. Not here,
# and so never let through: type, enum, pattern, formats, bounds, required and unknown fields.
RULES_BEYOND_THE_SCHEMA = {
    "combined_has_three_brokers": "the count depends on the topology",
    "combined_in_one_or_three_zones": "the zones depend on the topology",
    "multiple_of_zones": "the count depends on the zones",
    "unknown_key": "which settings Kafka has depends on the version",
    "managed_key": "as above",
    "not_in_version": "as above",
    "wrong_type": "what a setting may hold depends on its key",
    "out_of_range": "as above",
    "conflicting_keys": "a setting depends on others",
    "replicas_above_brokers": "the replicas depend on the brokers",
    "min_insync_above_replicas": "the minimum depends on the replicas",
    "unique": "names that are the same to Kafka's metrics differ as texts",
    "at_least_one_threshold": "each of the two may be absent, but not both",
    "planned_before_emergency": "one threshold depends on the other",
    "not_below_volume": "the limit depends on the size of the volumes",
    "with_smaller_count": "brokers that leave are named beside a count that is smaller than what there is",
    "invalid_field": "the plan of a change refuses it for what the cluster is",
    "not_with_proposal": "an approved proposal says what the request would say without one",
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
    if problem["code"] == "INVALID_FIELD":
        # What a patch leaves out may be missing in what it makes of the order, and only then.
        missing = ["required"] if problem["detail"].startswith("With this change, ") else []
        return all(violation["rule"] in [*RULES_BEYOND_THE_SCHEMA, *missing] for violation in problem["errors"])
    return problem["code"] in REFUSED_FOR_WHAT_IS_THERE
