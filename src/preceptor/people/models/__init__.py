from .absence import Absence
from .access_key import AccessKey
from .account import Account, Role, SignInLink
from .contact import Contact
from .delegation import Delegation
from .person import Capacity, Identifier, Person, Title
from .saved_search import SavedSearch
from .tie import Tie

__all__ = [
    "Absence",
    "AccessKey",
    "Account",
    "Capacity",
    "Contact",
    "Delegation",
    "Identifier",
    "Person",
    "Role",
    "SavedSearch",
    "SignInLink",
    "Tie",
    "Title",
]
