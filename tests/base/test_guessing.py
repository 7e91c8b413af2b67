"""Who tries links and keys that do not exist is counted by all web processes together."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client, RequestFactory
from django.utils import timezone

from at_once import at_once
from preceptor.base.guessing import MOST, WINDOW, Guessed, note_guess, paused_until
from preceptor.base.models import Guessing
from preceptor.base.queue.tasks import task_named
from preceptor.web.forwarded import ForwardedMiddleware

HERE, ELSEWHERE = "203.0.113.7", "203.0.113.8"


def tried(times: int, what: Guessed = Guessed.LINK, address: str = HERE) -> None:
    for _time in range(times):
        note_guess(what, address)


@pytest.mark.django_db
def test_after_so_many_the_address_waits_and_others_do_not() -> None:
    tried(MOST - 1)
    assert paused_until(Guessed.LINK, HERE) is None
    tried(1)
    until = paused_until(Guessed.LINK, HERE)
    assert until is not None and until <= timezone.now() + WINDOW
    assert paused_until(Guessed.LINK, ELSEWHERE) is None
    assert paused_until(Guessed.KEY, HERE) is None


@pytest.mark.django_db
def test_the_time_over_it_is_counted_from_one_again_and_old_rows_are_gone() -> None:
    tried(MOST)
    tried(1, address=ELSEWHERE)
    now = timezone.now()
    Guessing.objects.filter(count=MOST).update(since=now - WINDOW)
    Guessing.objects.filter(count=1).update(since=now - timedelta(days=2))
    assert paused_until(Guessed.LINK, HERE) is None
    tried(1)
    assert sorted(Guessing.objects.values_list("count", flat=True)) == [1, 1]
    task_named("cases.nightly").func()
    assert Guessing.objects.get().since > now - WINDOW


@pytest.mark.django_db
def test_the_address_itself_is_kept_nowhere() -> None:
    tried(1)
    assert HERE not in str(list(Guessing.objects.values()))


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_from_several_workers_each_is_counted() -> None:
    at_once([lambda: note_guess(Guessed.LINK, HERE)] * 8)
    assert Guessing.objects.get().count == 8


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["/answer/{}/", "/answer/{}/calendar.ics", "/letter/{}/", "/enter/{}/"]
)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_who_tries_too_many_links_is_told_so_clearly_and_until_when(
    path: str, language: str
) -> None:
    client = Client(headers={"accept-language": language}, REMOTE_ADDR=HERE)
    answers = [client.get(path.format(f"no-such-{number}")) for number in range(MOST + 1)]
    assert {answer.status_code for answer in answers[:-1]} == {404}
    last = answers[-1]
    assert last.status_code == 429 and 0 < int(last["Retry-After"]) <= WINDOW.seconds + 1
    told = {"zh-hans": "链接", "en": "Too many links were tried"}
    assert told[language] in last.content.decode()
    assert Client(REMOTE_ADDR=ELSEWHERE).get(path.format("x")).status_code == 404


@pytest.mark.django_db
def test_while_it_waits_nothing_is_looked_up_or_counted(django_assert_num_queries: Any) -> None:
    tried(MOST)
    with django_assert_num_queries(1):
        assert Client(REMOTE_ADDR=HERE).get("/answer/one-more/").status_code == 429
    assert Guessing.objects.get().count == MOST


@pytest.mark.django_db
def test_wrong_access_keys_are_counted_too_and_the_pages_go_on() -> None:
    client = Client(REMOTE_ADDR=HERE)
    asked = [
        client.get("/api/v1/tasks", headers={"Authorization": f"Bearer guess-{number}"})
        for number in range(MOST + 1)
    ]
    assert {answer.status_code for answer in asked[:-1]} == {401}
    assert asked[-1].status_code == 429 and asked[-1].json()["code"] == "too_many"
    assert "Retry-After" in asked[-1]
    assert client.get("/sign-in/").status_code == 200
    assert client.get("/answer/x/").status_code == 404


@pytest.mark.parametrize(
    ("proxies", "said", "address"),
    [
        (0, "198.51.100.9", "127.0.0.1"),
        (1, "198.51.100.9", "198.51.100.9"),
        (1, "1.2.3.4, 198.51.100.9", "198.51.100.9"),
        (2, "1.2.3.4, 198.51.100.9, 10.0.0.2", "198.51.100.9"),
        (1, "", "127.0.0.1"),
        (2, "198.51.100.9", "127.0.0.1"),
    ],
)
def test_only_what_our_own_proxies_saw_counts_as_the_address(
    proxies: int, said: str, address: str, settings: Any
) -> None:
    settings.PROXIES = proxies
    request = RequestFactory().get("/", headers={"X-Forwarded-For": said} if said else {})
    ForwardedMiddleware(lambda asked: asked)(request)  # type: ignore[arg-type,return-value]
    assert request.META["REMOTE_ADDR"] == address
