from typing import Literal


def main(name: str = "world", greeting: Literal["Hello", "Good morning", "Ahoy"] = "Hello", excited: bool = False) -> str:
    """
    Say hello. The form on the left was made from this line's parameters.

    Args:
        name: whom to greet
        greeting: how to begin
        excited: end with an exclamation mark
    """
    return f"{greeting}, {name}{'!' if excited else '.'}"
