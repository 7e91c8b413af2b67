from .account import Account, Role
from .person import Capacity, Identifier, Person, Title

__all__ = ["Account", "Capacity", "Identifier", "Person", "Role", "Title"]
