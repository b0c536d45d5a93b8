"""What Schemathesis is told of Carillon beside its OpenAPI document, and what it counts: see schemathesis.ts."""

import atexit
import collections
import json
import os
import re
from urllib.parse import quote, unquote

import schemathesis
from checks import header
from likely import LIKELY, chance

with open(os.environ["CARILLON_FUZZ_NAMES"], encoding="utf-8") as file:
    NAMES = json.load(file)
SHORT_WAIT_MS = 1_500
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)

seen = collections.Counter()
cursors = {}
# Runs that were paused, each of which is resumed once.
paused = []
spares = {kind: list(names) for kind, names in NAMES["spare"].items()}


def write_counts():
    with open(os.environ["CARILLON_FUZZ_COUNTS"], "w", encoding="utf-8") as file:
        json.dump([[label, status, times] for (label, status), times in sorted(seen.items())], file)


atexit.register(write_counts)

# What ends a thing, and with what it has to do: others go on asking for those that are kept.
ENDS = {
    "removeAccount": "account",
    "unlinkAccount": "account",
    "cancelReminder": "key",
    "deleteReminder": "key",
    "cancelRun": "run",
    "removeWebhook": "endpoint",
    "revokeToken": "token",
    "removeBot": "bot",
    "unlinkBotUser": "name",
}


@schemathesis.hook
def before_call(context, case, kwargs):
    operation_id = case.operation.definition.raw["operationId"]
    spare_what_is_kept(operation_id, case)
    wait_shortly(case)
    if is_positive(case):
        make_likely(operation_id, case)


def spare_what_is_kept(operation_id, case):
    kind = ENDS.get(operation_id)
    names = case.path_parameters or {}
    # Another pairing would take the place of the one whose code is shown.
    is_other_pairing = operation_id == "startPairing" and names.get("account") == NAMES["pairing"]
    if is_other_pairing:
        kind = "account"
    # It is there as the path has it.
    if kind is not None and unquote(str(names.get(kind))) in NAMES["kept"][kind]:
        names[kind] = quote(spares[kind].pop() if len(spares[kind]) > 1 else spares[kind][0], safe="")


def wait_shortly(case):
    """What a worker can't do is waited for, and told as 504: nobody learns more by a longer wait."""
    for fields in (case.body, case.query):
        if isinstance(fields, dict) and type(fields.get("timeoutMs")) is int and fields["timeoutMs"] > SHORT_WAIT_MS:
            fields["timeoutMs"] = SHORT_WAIT_MS


def is_positive(case):
    return case.meta is not None and case.meta.generation.mode.is_positive


def make_likely(operation_id, case):
    """Mostly what its schema allows and cannot say: a key of its own, the cursor of a page, fields that go together."""
    key = (case.headers or {}).get("Idempotency-Key")
    if isinstance(key, str) and re.fullmatch(r"[!-~]{1,200}", key) and chance.random() < 0.8:
        case.headers["Idempotency-Key"] = f"{key.strip(chr(34))}-{chance.randint(1, 10**9)}"
    if (case.headers or {}).get("If-Match") is not None and chance.random() < 0.8:
        case.headers["If-Match"] = "*"
    if isinstance(case.query, dict) and "cursor" in case.query and chance.random() < 0.8:
        known = cursors.get(operation_id)
        if known is None:
            del case.query["cursor"]
        else:
            case.query["cursor"] = known
    # The first of them is over.
    if operation_id == "pauseRun" and chance.random() < 0.5:
        case.path_parameters["run"] = quote(chance.choice(NAMES["kept"]["run"][1:]), safe="")
    if operation_id == "resumeRun" and paused and chance.random() < 0.8:
        case.path_parameters["run"] = paused.pop()
    if operation_id.startswith("pairingQr") and chance.random() < 0.5:
        case.path_parameters["account"] = NAMES["pairing"]
    if operation_id in LIKELY and isinstance(case.body, dict) and chance.random() < 0.6:
        if operation_id.startswith(("create", "clone")) and (case.headers or {}).get("Idempotency-Key") is not None:
            # It is the key of a reminder, and the body has another.
            del case.headers["Idempotency-Key"]
        case.body = LIKELY[operation_id](NAMES)


@schemathesis.hook
def after_call(context, case, response):
    seen[(case.operation.label, response.status_code)] += 1
    if case.operation.definition.raw["operationId"] == "pauseRun" and response.status_code == 200:
        paused.append(case.path_parameters["run"])
    if response.status_code == 200 and (header(response, "content-type") or "").startswith("application/json"):
        answer = json.loads(response.content)
        if isinstance(answer, dict) and isinstance(answer.get("next"), str):
            cursors[case.operation.definition.raw["operationId"]] = answer["next"]


@schemathesis.hook("before_generate_body").apply_to(operation_id="uploadMedia")
def images(context, strategy):
    from hypothesis import strategies

    return strategies.one_of(strategies.just(PNG), strategies.binary(max_size=200))
