from app.api import answer


def test_an_answer_names_the_user():
    assert answer("ada", "why?") == "researcher did why? for ada"
