from gateway.edge.authentication.remembered import Remembered


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_an_answer_is_fresh_for_a_while_and_known_for_longer() -> None:
    clock = Clock()
    memory = Remembered[str](most=10, fresh=5, known=60, clock=clock)
    memory.remember("a", "one")
    clock.now = 4.9
    assert memory.fresh("a") == ("one",)
    clock.now = 5
    assert memory.fresh("a") is None
    assert memory.known("a") == ("one",)
    clock.now = 60
    assert memory.known("a") is None


def test_nothing_can_be_an_answer_too() -> None:
    memory = Remembered[None](most=10, fresh=5)
    memory.remember("a", None)
    assert memory.fresh("a") == (None,)
    assert memory.fresh("b") is None


def test_memory_is_bounded_and_keeps_what_is_asked_for() -> None:
    memory = Remembered[int](most=2, fresh=5)
    memory.remember("a", 1)
    memory.remember("b", 2)
    memory.fresh("a")
    memory.remember("c", 3)
    assert len(memory) == 2
    assert memory.fresh("b") is None
    assert memory.fresh("a") == (1,)


def test_what_is_forgotten_has_to_be_asked_again() -> None:
    memory = Remembered[int](most=2, fresh=5)
    memory.remember("a", 1)
    memory.forget("a")
    memory.forget("never known")
    assert memory.fresh("a") is None
