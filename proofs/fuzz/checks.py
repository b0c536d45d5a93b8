"""Beside Schemathesis' own checks: what every error must be, and what one who is not known may hear."""

import json
import os

import schemathesis

AS_NOBODY = os.environ["CARILLON_FUZZ_AS"] != "owner"


def header(response, name):
    return (response.headers.get(name) or [None])[0]


def problem_of(response):
    content_type = header(response, "content-type") or ""
    assert content_type.startswith("application/problem+json"), "an error that is no problem+json"
    problem = json.loads(response.content)
    assert problem["status"] == response.status_code, "a problem with another status than its answer"
    # What was answered before has the id that it had then.
    is_replayed = header(response, "idempotency-replayed") is not None
    has_its_id = is_replayed or problem["requestId"] == header(response, "x-request-id")
    assert has_its_id, "a problem with another id than its answer"
    return problem


def waits_shortly(case):
    return any(isinstance(fields, dict) and "timeoutMs" in fields for fields in (case.body, case.query))


@schemathesis.check
def says_what_is_wrong(ctx, response, case):
    """Every error is a problem (RFC 9457), nothing is a failure of ours, and what may be tried again says when."""
    status = response.status_code
    if status < 400:
        return
    problem = problem_of(response)
    code = problem["code"]
    if status >= 500:
        # Everything runs, and whoever waits for what no worker does is told that.
        may_be = code == "not_ready" or (code == "timed_out" and waits_shortly(case))
        assert may_be, f"{status} {code}: {problem['detail']}"
    if status in (503, 504) or code == "in_progress":
        assert header(response, "retry-after"), f"{status} {code} without Retry-After"


@schemathesis.check
def says_nothing_to_nobody(ctx, response, case):
    """Who is not known hears that a token is needed, in the same words whatever is asked for."""
    if not AS_NOBODY:
        return
    problem = problem_of(response)
    if case.path.startswith("/v1/sign-in"):
        # Where one becomes known: what is wrong with the request is told, and nothing of anybody.
        assert 400 <= response.status_code < 500, f"heard {response.status_code} {problem['code']}"
        return
    assert problem["code"] in ("unauthorized", "too_long"), f"heard {response.status_code} {problem['code']}"
    if problem["code"] == "too_long":
        return
    del problem["requestId"]
    assert problem == {
        "type": "urn:carillon:problem:unauthorized",
        "title": "A token is needed",
        "status": 401,
        "detail": "Send the header `Authorization: Bearer <token>`.",
        "code": "unauthorized",
    }, "heard more than that a token is needed"
