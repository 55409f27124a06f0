"""What becomes of the numbers that are called."""

from __future__ import annotations

from plugins.home_contact.tests.school import TODAY, School, visit


def test_calls_age_a_number_until_a_new_one_is_asked_for(school: School) -> None:
    mentor = school.client(school.mentors["石小满"])
    value = f"{school.fathers['石小满'].id}.{school.phone('石小满').id}"
    call = school.new("石小满", "call")
    for tries in (1, 2, 3):
        sent = mentor.submit(call, visit(outcome="not_reached", adult=value))
        assert sent.status_code == 302, sent.text
        assert school.phone("石小满").failed_tries == tries
    assert "向家里要新号码" in mentor.get(school.of("石小满") + "/").text
    board = mentor.get(f"{school.at}?ask=1").text
    assert "石小满" in board
    assert "要新号码" in board
    assert mentor.submit(call, visit(adult=value, minutes="12")).status_code == 302
    mentor.get(school.at)
    phone = school.phone("石小满")
    assert (phone.failed_tries, phone.last_reached_on) == (0, TODAY)
    assert "石小满" not in mentor.get(f"{school.at}?ask=1").text.split("<tbody")[-1]


def test_who_declines_has_answered(school: School) -> None:
    mentor = school.client(school.mentors["石小满"])
    value = f"{school.fathers['石小满'].id}.{school.phone('石小满').id}"
    call = school.new("石小满", "call")
    assert mentor.submit(call, visit(outcome="declined", adult=value)).status_code == 302
    assert school.phone("石小满").last_reached_on == TODAY
