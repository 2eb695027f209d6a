"""Who is who: from the names and addresses in commits to the people of `assay.toml`."""

import unicodedata
from collections.abc import Mapping
from email.utils import parseaddr

from assay.config.schema import Config, PersonConfig
from assay.model.subject import Commit, Identity
from assay.policy.input import InputIdentity, InputPerson


class People:
    """The people and roles of a target commit."""

    def __init__(self, config: Config) -> None:
        self._people = config.people
        self._roles = config.roles
        self._by_email = {_folded(email): person for person, said in config.people.items() for email in said.emails}
        self._by_name = {_folded(said.name): person for person, said in config.people.items()}

    def identified(self, identity: Identity) -> InputIdentity:
        """Return an identity with the person it belongs to: by address or, for an unknown address, by name.

        The name counts so that nobody approves their own change by committing under an address that is not listed.
        """
        by_email = self._by_email.get(_folded(identity.email))
        person = by_email or self._by_name.get(_folded(identity.name))
        return InputIdentity(name=identity.name, email=identity.email, person=person)

    def coauthors(self, commit: Commit) -> tuple[InputIdentity, ...]:
        """Return who the `Co-authored-by` trailers of a commit name."""
        pairs = (parseaddr(text) for text in commit.coauthors)
        return tuple(self.identified(Identity(name=name, email=email)) for name, email in pairs)

    def recorded(self) -> Mapping[str, InputPerson]:
        """Return everybody as the policy input has them."""
        return {person: self._recorded(person, said) for person, said in self._people.items()}

    def _recorded(self, person: str, said: PersonConfig) -> InputPerson:
        roles = tuple(role for role, members in self._roles.items() if person in members)
        return InputPerson(name=said.name, emails=said.emails, roles=roles)


def _folded(text: str) -> str:
    """Return a name or an address as people read it: without case, width, spacing and characters that do not show."""
    shown = "".join(one for one in unicodedata.normalize("NFKC", text) if unicodedata.category(one) != "Cf")
    return unicodedata.normalize("NFKC", " ".join(shown.split()).casefold())
