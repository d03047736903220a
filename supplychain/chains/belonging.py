"""Whether what is offered, or the industry of a facility, belongs to a stage."""

from __future__ import annotations

from dataclasses import dataclass, replace

from supplychain.chains.chain import Sign
from supplychain.sourcing.industries import counterparts
from supplychain.text import Text, fold


@dataclass(frozen=True, slots=True)
class Trade:
    """What somebody offers, needs or is registered for, as signs see it.

    Parameters
    ----------
    kind
        Word of ``OFFER_KINDS``; empty for an industry.
    hs, vsic, vsic_version, isic
        Codes; empty where there is none.
    names
        Names and synonyms, folded, one behind the other.
    """

    kind: str
    hs: str = ""
    vsic: str = ""
    vsic_version: str = ""
    isic: str = ""
    names: str = ""


def phrase(names: tuple[str, ...]) -> str:
    """Return names folded, with a bar between them, so that no phrase is found across two."""
    return " | ".join(f" {' '.join(fold(name).split())} " for name in names if name)


def belongs(trade: Trade, sign: Sign) -> bool:
    """Return whether an offer or a need bears a sign."""
    return (
        trade.kind in sign.kinds
        and (not sign.hs or inside(trade.hs, sign.hs))
        and (not sign.has_industry or in_industry(trade, sign))
        and (not sign.words or any(holds(trade.names, word) for word in sign.words))
        and not any(holds(trade.names, word) for word in sign.without)
    )


def in_industry(trade: Trade, sign: Sign) -> bool:
    """Return whether the code of an industry is one of a sign's, of its edition of VSIC or by the step to the other."""
    listed = {"2018": sign.vsic_2018, "2025": sign.vsic_2025}.get(trade.vsic_version, ())
    return inside(trade.vsic, listed) or inside(trade.isic, sign.isic) or step_taken(trade, sign) is not None


def step_taken(trade: Trade, sign: Sign) -> Text | None:
    """Return the step between the editions of VSIC by which alone an industry is a sign's; None where it took none."""
    own, other = {"2018": sign.vsic_2018, "2025": sign.vsic_2025}, {"2018": "2025", "2025": "2018"}
    version = other.get(trade.vsic_version)
    if version is None or inside(trade.vsic, own[trade.vsic_version]) or inside(trade.isic, sign.isic):
        return None
    steps = (one for listed in own[version] for one in counterparts(listed, version))
    return next((one.told for one in steps if trade.vsic.startswith(one.code)), None)


def too_short(trade: Trade, sign: Sign) -> bool:
    """Return whether only more digits of its HS code could tell whether an offer bears a sign."""
    longer = [code for code in sign.hs if trade.hs and code != trade.hs and code.startswith(trade.hs)]
    return any(belongs(replace(trade, hs=code), sign) for code in longer) and not belongs(trade, sign)


def inside(code: str, wider: tuple[str, ...]) -> bool:
    """Return whether a code lies in one of some wider codes."""
    return bool(code) and any(code.startswith(one) for one in wider)


def holds(names: str, word: str) -> bool:
    """Return whether folded names hold a phrase, from the beginning of a word to the end of one."""
    at = names.find(word)
    while at >= 0:
        end = at + len(word)
        if not names[at - 1 : at].isalnum() and not names[end : end + 1].isalnum():
            return True
        at = names.find(word, at + 1)
    return False
