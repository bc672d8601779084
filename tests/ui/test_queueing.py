"""The line of questions: order, how many at once, each visitor's limits."""

import threading

import pytest

from ui.queueing import QuestionQueue, TooManyQuestions


def test_first_come_first_served_and_one_of_a_visitor_at_a_time() -> None:
    queue = QuestionQueue(at_once=2)
    first, again, other, third = [queue.enter(visitor) for visitor in ("a", "a", "b", "c")]
    assert [ticket.ahead() for ticket in (first, again, other, third)] == [None, 0, None, 1]
    other.leave()  # the next in the line is of a visitor who is being answered, so that the one behind goes
    assert [ticket.ahead() for ticket in (again, third)] == [0, None]
    first.leave()
    assert again.ahead() is None


def test_one_who_leaves_the_line_lets_those_behind_move_up() -> None:
    queue = QuestionQueue(at_once=1)
    queue.enter("a")
    waiting = [queue.enter(visitor) for visitor in "bcd"]
    waiting[0].leave()
    waiting[0].leave()  # twice is as good as once
    assert [ticket.ahead() for ticket in waiting[1:]] == [0, 1]


def test_waiting_ends_when_the_line_moves() -> None:
    queue = QuestionQueue(at_once=1)
    first, second = queue.enter("a"), queue.enter("b")
    threading.Timer(0.05, first.leave).start()
    assert second.ahead(60) is None


def test_a_visitor_may_have_so_many_questions_waiting_and_others_are_not_kept_out() -> None:
    queue = QuestionQueue(at_once=1, waiting=2, per_minute=0)
    tickets = [queue.enter("a") for _ in range(3)]  # one is answered, two wait
    with pytest.raises(TooManyQuestions) as refused:
        queue.enter("a")
    assert (refused.value.limit, refused.value.seconds) == (2, 0)
    assert [queue.enter(f"visitor {number}").ahead() for number in range(200)] == list(range(2, 202))
    tickets[0].leave()
    queue.enter("a")


def test_a_visitor_may_ask_so_many_questions_within_any_minute() -> None:
    now = 1000.0
    queue = QuestionQueue(per_minute=3, clock=lambda: now)
    for _ in range(3):
        queue.enter("a").leave()
        now += 10
    with pytest.raises(TooManyQuestions) as refused:
        queue.enter("a")
    assert (refused.value.limit, refused.value.seconds) == (3, 30)
    queue.enter("b").leave()
    now += 30
    queue.enter("a").leave()
    with pytest.raises(TooManyQuestions):
        queue.enter("a")


def test_as_many_are_answered_at_once_as_the_machine_has_processors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 3)
    queue = QuestionQueue()
    assert [queue.enter(visitor).ahead() for visitor in "abcde"] == [None, None, None, 0, 1]


def test_of_many_threads_each_gets_its_turn_and_never_too_many_at_once() -> None:
    queue = QuestionQueue(at_once=3, per_minute=0, waiting=100)
    answering, most, order = 0, 0, []
    lock = threading.Lock()

    def ask(visitor: str) -> None:
        nonlocal answering, most
        ticket = queue.enter(visitor)
        while ticket.ahead(60) is not None:
            pass
        with lock:
            answering += 1
            most = max(most, answering)
            order.append(visitor)
        with lock:
            answering -= 1
        ticket.leave()

    threads = [threading.Thread(target=ask, args=(f"visitor {number % 7}",)) for number in range(60)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert len(order) == 60
    assert most <= 3
