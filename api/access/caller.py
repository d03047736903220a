"""Who asks: the one value that every endpoint gets to know of the person or program behind a request."""

from __future__ import annotations

import getpass
from dataclasses import dataclass
from typing import Final, Literal

from api.access.rights import ANONYMOUS_RIGHTS, RIGHTS, ROLE_NAMES, SEES_EVERYTHING, Right, Role
from supplychain.registry.visibility import Viewer


@dataclass(frozen=True, slots=True)
class Caller:
    """Whoever a request comes from.

    Parameters
    ----------
    account_id
        Account; None for somebody without one.
    name
        As the audit trail and the history of records name them.
    roles
        Roles of the account, narrowed to those of the key where a key was shown.
    organisation_id
        Organisation whose records are theirs; None where no claim was accepted.
    means
        How they showed who they are; ``operator`` is the one user of single-user mode.
    key_id
        Public id of the key they showed; None where they showed none.
    """

    account_id: str | None
    name: str
    roles: frozenset[Role]
    organisation_id: str | None = None
    means: Literal["anonymous", "key", "session", "operator"] = "anonymous"
    key_id: str | None = None

    @property
    def is_anonymous(self) -> bool:
        """Whether nobody signed in."""
        return self.account_id is None and self.means == "anonymous"

    @property
    def viewer(self) -> Viewer:
        """What of the registry they see."""
        if self.roles & SEES_EVERYTHING:
            return Viewer.everything()
        return Viewer.public() if self.organisation_id is None else Viewer.organisation(self.organisation_id)

    def may(self, right: Right) -> bool:
        """Return whether they have a right: what anybody may do, and what their roles may."""
        return right in ANONYMOUS_RIGHTS or bool(self.roles & RIGHTS[right])


ANONYMOUS: Final = Caller(None, "anonymous", frozenset())


def operator(name: str) -> Caller:
    """Return the one user of single-user mode, who sits at the machine and may do everything."""
    return Caller("operator", name, frozenset(ROLE_NAMES), means="operator")


def name_of_user() -> str:
    """Return what the system calls whoever sits at the machine."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container may run us as a user without a name
        return "operator"
