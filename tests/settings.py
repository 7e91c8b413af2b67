"""The product's settings, with what only tests need: a cheap password hash, a database in a file."""

from preceptor.config.settings import *  # noqa: F403
from preceptor.config.settings import DATABASES, PRECEPTOR_HOME

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
SQLITE = DATABASES["default"]["ENGINE"].endswith("sqlite3")
DATABASES["default"]["TEST"] = {
    "NAME": str(PRECEPTOR_HOME / "test.sqlite3") if SQLITE else "test_preceptor"
}
