"""What a name and a password must be like."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise
from typing import Final

from api.access.secrets import random_letters
from api.service.problems import ServiceError
from supplychain.text import Text, fold

SHORTEST: Final = 12
LONGEST: Final = 256
FEWEST_SIGNS: Final = 5
LONGEST_NAME: Final = 100
SHORT_NAME: Final = 3
NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@+-]{1,99}", re.ASCII)
NOT_NAMES: Final = frozenset(("anonymous", "operator", "system", "hinterland"))
COMMON: Final = frozenset(
    (
        "password",
        "matkhau",
        "passw",
        "qwerty",
        "qwertyuiop",
        "asdfghjkl",
        "iloveyou",
        "letmein",
        "welcome",
        "admin",
        "administrator",
        "hinterland",
        "binhduong",
        "vietnam",
        "changeme",
        "secret",
        "abc",
        "qazwsx",
    )
)
"""Words that, with digits and signs around them, people choose first."""

WRONG_NAME: Final = Text(
    en="The name {name} cannot be taken: 2 to 100 letters without marks, digits and . _ @ + -, beginning with a letter "
    "or digit, and not a word of the system.",
    vi="Không dùng được tên {name}: cần 2 đến 100 chữ cái không dấu, chữ số và . _ @ + -, bắt đầu bằng chữ hoặc số, "
    "và không phải tên dành riêng.",
)
WRONG_LENGTH: Final = Text(
    en="The password must have {shortest} to {longest} characters; some words in a row do well.",
    vi="Mật khẩu phải có {shortest} đến {longest} ký tự; nên dùng vài từ liền nhau.",
)
TOO_EASY: Final = Text(
    en="This password is guessed at once: it repeats few signs, runs along the keyboard, or is the name or a common "
    "word. Take another.",
    vi="Mật khẩu này quá dễ đoán: lặp ít ký tự, theo thứ tự bàn phím, hoặc là tên hay từ phổ biến. Hãy chọn mật khẩu "
    "khác.",
)


def name_key(name: str) -> str:
    """Return a name as names are compared: no two accounts differ in the size of letters alone."""
    return name.lower()


def check_name(name: str) -> None:
    """Refuse what cannot be the name of an account. Only plain letters, so that no two names look alike.

    Raises
    ------
    ServiceError
        If it cannot.
    """
    if NAME.fullmatch(name) is None or name_key(name) in NOT_NAMES:
        raise ServiceError(WRONG_NAME.format(name=name[:LONGEST_NAME]), "invalid")


def check_password(password: str, name: str) -> None:
    """Refuse a password that is short or guessed at once (NIST SP 800-63B, section 5.1.1.2: length, no composition).

    Raises
    ------
    ServiceError
        If it is.
    """
    said = unicodedata.normalize("NFKC", password)
    if not SHORTEST <= len(said) <= LONGEST:
        raise ServiceError(WRONG_LENGTH.format(shortest=SHORTEST, longest=LONGEST), "invalid")
    if is_easy(said, name):
        raise ServiceError(TOO_EASY, "invalid")


def is_easy(password: str, name: str) -> bool:
    """Return whether a password is among the first that anybody would try."""
    plain = fold(password)
    if len(set(plain)) < FEWEST_SIGNS:
        return True
    steps = {ord(after) - ord(before) for before, after in pairwise(plain)}
    letters = re.sub(r"[^a-z]", "", plain)
    words = {letters, letters[: len(letters) // 2]} if letters[: len(letters) // 2] * 2 == letters else {letters}
    own = name_key(name)
    return (
        len(steps) == 1
        or bool(words & COMMON)
        or (len(own) > len("lan") and own in plain and len(plain) < 2 * len(own))
    )


def random_password() -> str:
    """Return a password nobody guesses, in groups that can be read out."""
    letters = random_letters(100)
    return "-".join(letters[start : start + 5] for start in range(0, 20, 5))
