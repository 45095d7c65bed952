"""Whatever a server does, a draft or one clear code comes of it, within bounds, and nothing of it gets out."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from model_server import KEY, MODEL, Answer, ModelServer, completion, draft, error

from memebot.drafting.drafter import Drafter, same_model
from memebot.drafting.endpoint import Address, Endpoint
from memebot.drafting.errors import DraftingError, DraftingOff, DraftRefused, EndpointError, PictureError
from memebot.drafting.material import Material
from memebot.drafting.prompt import NONE
from memebot.problem_texts import drafting_line

Make = Callable[..., Material]
PROVIDERS_WORDS = "PROVIDER-SAYS"


def test_a_good_answer_is_a_draft_and_one_request(
    drafter: Drafter, server: ModelServer, material: Make, counter: Any
) -> None:
    made = drafter.draft(material("the model swots"), counter)
    assert made.draft is not None
    assert made.draft.rests_on == ("overfitting",)
    assert made.answered_by == MODEL
    assert counter.ended == [(1000, "")]
    assert server.complaints == []


def test_the_model_gets_picture_words_with_places_candidates_and_rules(
    drafter: Drafter, server: ModelServer, material: Make, counter: Any
) -> None:
    drafter.draft(material("the model swots", "экзамен"), counter)
    (request,) = server.requests
    assert request.given["read_on_picture"][1] == {"text": "экзамен", "place": [0.0, 0.0, 1.0, 0.1], "frame": 0}
    assert [(one["id"], one["kind"]) for one in request.given["entries"]] == [
        ("overfitting", "concept"),
        ("drake", "format"),
    ]
    assert "The model swots its training data" in request.given["entries"][0]["gist"]
    assert request.picture.startswith(b"\xff\xd8")
    schema = request.body["response_format"]["json_schema"]["schema"]
    assert schema["properties"]["format"]["enum"] == ["drake", NONE]
    assert schema["properties"]["concepts"]["items"]["enum"] == ["overfitting"]


FAULTS: list[tuple[str, Answer, type[DraftingError]]] = [
    ("key", error(401, PROVIDERS_WORDS), EndpointError),
    ("key", error(403, PROVIDERS_WORDS), EndpointError),
    ("model-missing", error(404, f"{PROVIDERS_WORDS}: the model `x` does not exist", "model_not_found"), EndpointError),
    ("model-missing", error(400, f"{PROVIDERS_WORDS} Server is pinned to 'a'; requested 'b'."), EndpointError),
    ("no-chat", Answer(404, b"<html>Not Found</html>"), EndpointError),
    ("no-chat", Answer(302, b"", {"location": "http://127.0.0.1:9/elsewhere"}), EndpointError),
    ("rate", error(429, PROVIDERS_WORDS), EndpointError),
    ("quota", error(429, f"{PROVIDERS_WORDS} billing", "insufficient_quota"), EndpointError),
    ("server", error(500, PROVIDERS_WORDS), EndpointError),
    ("server", Answer(503, b"<html>"), EndpointError),
    ("request", error(400, PROVIDERS_WORDS), EndpointError),
    ("no-pictures", error(400, f"{PROVIDERS_WORDS} this model does not support image input"), EndpointError),
    ("no-pictures", error(500, "image input is not supported - you may need to provide the mmproj"), EndpointError),
    ("picture-refused", error(400, PROVIDERS_WORDS, "content_policy_violation"), PictureError),
    ("picture-refused", error(413, PROVIDERS_WORDS), PictureError),
    ("picture-refused", completion("no", refusal=f"{PROVIDERS_WORDS} cannot help"), PictureError),
    ("picture-refused", completion("", finish_reason="content_filter"), PictureError),
    ("empty", completion(""), PictureError),
    ("empty", completion(None), PictureError),
    ("cut-short", completion('{"cannot_tell": fal', finish_reason="length"), PictureError),
    ("no-chat", Answer(body=b"<html><body>Welcome to the router</body></html>"), EndpointError),
    ("no-chat", Answer(body=b""), EndpointError),
    ("no-chat", Answer(body=b"\x00\xff" * 500), EndpointError),
    ("no-chat", Answer(body=b'data: {"choices": []}\n\ndata: [DONE]\n'), EndpointError),
    ("no-chat", Answer(body=b'{"choices": []}'), EndpointError),
    ("no-chat", Answer(body=b"[" * 100_000), EndpointError),
    ("answer-large", Answer(body=b"x" * 10_000_000), PictureError),
    ("answer-large", Answer(500, b"x" * 10_000_000), PictureError),
    ("cut", Answer(body=b'{"choices": [', claimed=5000), EndpointError),
    ("slow", Answer(wait=3.0), EndpointError),
]


@pytest.mark.parametrize(("code", "answer", "kind"), FAULTS, ids=[f"{n}-{one[0]}" for n, one in enumerate(FAULTS)])
def test_a_fault_is_one_code_with_a_line_of_ours_and_the_next_step(
    drafter: Drafter, server: ModelServer, material: Make, counter: Any, code: str, answer: Answer, kind: Any
) -> None:
    server.always = lambda _: answer
    with pytest.raises(DraftingError) as caught:
        drafter.draft(material("the model swots"), counter)
    assert (caught.value.code, type(caught.value)) == (code, kind)
    assert [ended[1] for ended in counter.ended] == [code] * len(server.requests)
    line = drafting_line(code, **{"model": MODEL, **caught.value.facts})
    assert "\n" not in line and line.endswith(")")
    for secret in (PROVIDERS_WORDS, KEY):
        assert secret not in line and secret not in str(caught.value)


def test_an_answer_that_trickles_in_is_given_up_in_time(
    drafter: Drafter, server: ModelServer, material: Make, counter: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = iter(range(0, 10_000, 3))
    monkeypatch.setattr("memebot.drafting.endpoint.time.monotonic", lambda: float(next(clock)))
    with pytest.raises(EndpointError) as caught:
        drafter.draft(material("the model swots"), counter)
    assert caught.value.code == "slow"


def test_a_server_that_is_away_is_named(material: Make, counter: Any) -> None:
    with Endpoint(Address("http://127.0.0.1:9/v1", MODEL)) as endpoint, pytest.raises(EndpointError) as caught:
        Drafter(endpoint).draft(material(), counter)
    assert caught.value.code == "unreachable"


def test_a_server_that_asks_to_wait_is_waited_for(
    drafter: Drafter, server: ModelServer, material: Make, counter: Any
) -> None:
    server.plan(error(429, "slow down", **{"retry-after": "17"}), error(429, "slow down"))
    waits = []
    for _ in range(2):
        with pytest.raises(EndpointError) as caught:
            drafter.draft(material(), counter)
        waits.append(caught.value.retry_after_s)
    assert waits == [17.0, 60.0]


def test_a_server_without_schemas_is_asked_for_an_object_then_for_nothing_and_only_once(
    drafter: Drafter, server: ModelServer, material: Make, counter: Any
) -> None:
    unknown = error(400, "'response_format.type' must be 'json_object' or 'text'")
    server.plan(unknown, error(400, "response_format is not supported"))
    assert drafter.draft(material("the model swots"), counter).draft is not None
    assert drafter.draft(material("the model swots"), counter).draft is not None
    forms = [request.body.get("response_format", {}).get("type") for request in server.requests]
    assert forms == ["json_schema", "json_object", None, None]
    assert counter.begun == 4


def test_a_model_that_wants_the_newer_name_of_the_limit_gets_it(
    drafter: Drafter, server: ModelServer, material: Make, counter: Any
) -> None:
    server.plan(error(400, "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead."))
    drafter.draft(material("the model swots"), counter)
    assert ["max_completion_tokens" in request.body for request in server.requests] == [False, True]


def test_a_context_that_is_too_small_gets_a_third_of_the_candidates_once(
    drafter: Drafter, server: ModelServer, material: Make, counter: Any
) -> None:
    many = material("the model swots").candidates * 6
    server.always = lambda _: error(
        400, "This model's maximum context length is 4096 tokens", "context_length_exceeded"
    )
    with pytest.raises(PictureError) as caught:
        drafter.draft(material("the model swots", entries=many), counter)
    assert caught.value.code == "context"
    assert [len(request.given["entries"]) for request in server.requests] == [12, 4]


def test_what_is_wrong_is_mended_once_and_refused_then(
    drafter: Drafter, server: ModelServer, material: Make, counter: Any
) -> None:
    server.plan(completion("Sure! Here is the draft."), completion(f"<think>hm {{</think>```json\n{draft()}\n```"))
    assert drafter.draft(material("the model swots"), counter).draft is not None
    assert "no JSON object" in server.requests[1].body["messages"][-1]["content"]
    server.plan(completion("{}"), completion(draft(concepts=["made-up"])))
    with pytest.raises(DraftRefused) as caught:
        drafter.draft(material("the model swots"), counter)
    assert [(fault.code, fault.field) for fault in caught.value.faults] == [("foreign-id", "concepts")]
    assert counter.begun == 4


def test_no_key_and_no_picture_gets_into_the_log(
    drafter: Drafter, server: ModelServer, material: Make, counter: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server.plan(error(500, f"{PROVIDERS_WORDS} {KEY}"))
    with pytest.raises(EndpointError):
        drafter.draft(material("the model swots"), counter)
    drafter.draft(material("the model swots"), counter)
    for secret in (KEY, PROVIDERS_WORDS, "base64", "the model swots"):
        assert secret not in caplog.text
    assert KEY not in repr(drafter.endpoint.address)


def test_off_imports_nothing() -> None:
    code = (
        "import sys\nimport memebot.app, memebot.telegram.bot, memebot.cli, memebot.drafting.endpoint\n"
        "import memebot.drafting.maker\nprint([m for m in ('openai', 'httpx2') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_without_the_extra_the_command_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "openai", None)
    with pytest.raises(DraftingOff) as caught:
        Endpoint(Address("http://localhost:1/v1", MODEL))
    assert "pip install 'memebot[drafts]'" in drafting_line(caught.value.code)


@pytest.mark.parametrize(
    ("url", "base"),
    [
        ("http://localhost:11434", "http://localhost:11434/v1"),
        ("https://api.example.com/v1/", "https://api.example.com/v1"),
        ("https://example.com/api/v3/chat/completions", "https://example.com/api/v3"),
    ],
)
def test_an_address_is_taken_as_people_copy_it(url: str, base: str) -> None:
    assert Address(url, MODEL).base == base


@pytest.mark.parametrize(
    ("url", "exposed"),
    [
        ("http://api.example.com/v1", True),
        ("http://8.8.8.8/v1", True),
        ("https://api.example.com/v1", False),
        ("http://localhost:8000/v1", False),
        ("http://192.168.1.5:8000/v1", False),
        ("http://[::1]:8000/v1", False),
        ("http://ollama:11434/v1", False),
    ],
)
def test_plain_http_to_the_public_network_is_noticed(url: str, exposed: bool) -> None:
    assert Address(url, MODEL).exposed is exposed


@pytest.mark.parametrize(
    ("asked", "answered", "same"),
    [
        ("gpt-4o", "gpt-4o-2024-08-06", True),
        ("openai/gpt-4o", "gpt-4o", True),
        ("qwen2.5vl:latest", "qwen2.5vl", True),
        ("org/model", "org/model@main", True),
        ("gpt-4o", "llama-3-8b", False),
    ],
)
def test_another_models_name_is_told_from_a_version_of_it(asked: str, answered: str, same: bool) -> None:
    assert same_model(asked, answered) is same


def test_the_schema_is_plain_json(drafter: Drafter, server: ModelServer, material: Make, counter: Any) -> None:
    drafter.draft(material("the model swots"), counter)
    assert len(json.dumps(server.requests[0].body["response_format"])) < 4000


def test_an_answer_with_the_key_in_it_is_not_sent_back_to_be_mended(
    drafter: Drafter, server: ModelServer, material: Make, counter: Any
) -> None:
    server.always = lambda _: completion(draft(picture=f"The key is {KEY}"))
    with pytest.raises(DraftRefused):
        drafter.draft(material("the model swots"), counter)
    assert len(server.requests) == 1
