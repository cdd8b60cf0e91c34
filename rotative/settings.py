"""The settings of Rotative: one file, read from the environment. docs/reference/settings.md lists the variables."""

from pathlib import Path

from django.utils.translation import gettext_lazy as _

from rotative import addresses, environment
from rotative.environment import read

PACKAGE = Path(__file__).resolve().parent

HOME = environment.make_home(
    Path(
        read(
            "ROTATIVE_HOME",
            "./var",
            "Folder of all state: database, media, collected static files, secrets.",
            environment.text,
        )
    ).resolve()
)
DEBUG = read("ROTATIVE_DEBUG", "no", "Show traces in the browser. For development only.", environment.boolean)
SITE_URL = read(
    "ROTATIVE_SITE_URL",
    environment.served_address(HOME) or "http://127.0.0.1:8000",
    "The paper's public address, as it stands in links, feeds and structured data.",
    environment.web_address,
)
ALLOWED_HOSTS = read(
    "ROTATIVE_ALLOWED_HOSTS",
    "*",
    "Host names that are answered, separated by commas. Name them as soon as the site is public.",
    environment.names,
)
TIME_ZONE = read(
    "ROTATIVE_TIME_ZONE", "Africa/Porto-Novo", "Time zone of the dates that are shown.", environment.time_zone
)
LANGUAGE_CODE = read(
    "ROTATIVE_LANGUAGE",
    "fr",
    "Language of the readers' pages, and of the newsroom by default.",
    environment.one_of("fr", "en"),
)
STRICT_TRACKING = DEBUG or read(
    "ROTATIVE_STRICT_TRACKING",
    "no",
    "Refuse what else is counted or logged: a page that reads what no key names, a change of the newspaper without the "
    "writers' lock. For development and tests.",
    environment.boolean,
)
LOG_LEVEL = read(
    "ROTATIVE_LOG_LEVEL",
    "WARNING",
    "The least level of messages that are logged.",
    environment.one_of("DEBUG", "INFO", "WARNING", "ERROR"),
)
TRUSTED_PROXY = read(
    "ROTATIVE_TRUSTED_PROXY",
    "no",
    "A proxy in front sets X-Forwarded-Proto and X-Forwarded-For, and nobody can reach the server around it.",
    environment.boolean,
)
PURGE_URLS = read(
    "ROTATIVE_PURGE_URLS",
    "",
    "Caches in front that take the method PURGE, separated by commas, such as http://127.0.0.1:6081.",
    environment.web_addresses,
)
DATABASE_URL = read(
    "DATABASE_URL",
    f"sqlite:///{HOME}/rotative.sqlite3",
    "The database: an SQLite file by default, or postgresql://USER:PASSWORD@HOST:PORT/NAME.",
    environment.database,
)
EMAIL_HOST = read("ROTATIVE_SMTP_HOST", "", "Mail server. Without one, mails are kept in files.", environment.text)
EMAIL_PORT = read("ROTATIVE_SMTP_PORT", "587", "Port of the mail server.", environment.positive_integer)
EMAIL_HOST_USER = read("ROTATIVE_SMTP_USER", "", "User name at the mail server.", environment.text)
EMAIL_HOST_PASSWORD = read("ROTATIVE_SMTP_PASSWORD", "", "Password at the mail server.", environment.text)
DEFAULT_FROM_EMAIL = read("ROTATIVE_MAIL_FROM", "rotative@localhost", "Sender of mails.", environment.text)

environment.VARIABLES["ROTATIVE_SITE_URL"] = environment.Variable(
    "ROTATIVE_SITE_URL", "http://127.0.0.1:8000", environment.VARIABLES["ROTATIVE_SITE_URL"].meaning
)
environment.VARIABLES["DATABASE_URL"] = environment.Variable(
    "DATABASE_URL", "sqlite:///ROTATIVE_HOME/rotative.sqlite3", environment.VARIABLES["DATABASE_URL"].meaning
)

SECRET_KEY = environment.secret(HOME / "secrets", "sessions")
PROOF_KEY = environment.secret(HOME / "secrets", "proofs")  # signs the work that is asked of who comments

INSTALLED_APPS = [
    "rotative",
    "rotative.frontend",
    "rotative.importers",
    "rotative.exporters",
    "rotative.demonstration",
    "rotative.comments",
    "rotative.content",
    "rotative.accounts",
    "rotative.publishing",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.contrib.typed_table_block",
    "wagtail.embeds",
    "wagtail.sites",
    "rotative.accounts.apps.NewsroomUsersConfig",  # Wagtail's wagtail.users
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "axes",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
    "rotative.frontend.views.HoldFormsMiddleware",
    "rotative.accounts.sessions.SessionEndMiddleware",
    "rotative.accounts.own_password.OwnPasswordMiddleware",
    "rotative.accounts.choosers.ChoosersForWritersMiddleware",
    "rotative.content.middleware.FormsAloneMiddleware",
    "rotative.content.middleware.PlainWordsMiddleware",
    "rotative.content.middleware.DevelopAheadMiddleware",  # before the lock that comes next
    "rotative.publishing.middleware.AtomicChangesMiddleware",
]

# What an open screen of the newsroom sends that changes nothing of the newspaper: it does not wait for those who do.
VIEWS_WITHOUT_LOCK = frozenset(
    {
        "wagtailadmin_block_preview",
        "wagtailadmin_dismissibles",
        "wagtailadmin_editing_sessions:ping",
        "wagtailadmin_editing_sessions:release",
        "wagtailadmin_logout",
        "wagtailadmin_pages:preview_on_add",
        "wagtailadmin_pages:preview_on_edit",
    }
)

ROOT_URLCONF = "rotative.urls"
WSGI_APPLICATION = "rotative.wsgi.application"
APPEND_SLASH = True

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

DATABASES = {"default": DATABASE_URL}
if DATABASE_URL["ENGINE"].endswith("sqlite3"):
    # WAL lets readers read while one writes; FULL survives a power cut; IMMEDIATE takes the write lock at the
    # start of a transaction, so that two writers queue for it instead of one of them failing half-way.
    DATABASE_URL["ENGINE"] = "rotative.publishing.sqlite3"  # makes no empty database where a paper has lost its own
    DATABASE_URL["CONN_HEALTH_CHECKS"] = True
    DATABASE_URL["OPTIONS"] = {
        "timeout": 30,  # as publishing.writing waits on PostgreSQL
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-8000;",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Whoever signs in and with what.
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "rotative.accounts.passwords.GuessablePasswordValidator"},
]
# A pair of user name and address is held back, never a name alone: else anyone could lock the newsroom out. An address
# that tries many names is held back later, by the handler.
AXES_HANDLER = "rotative.accounts.lockout.LockoutHandler"
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_CLIENT_IP_CALLABLE = "rotative.accounts.client_address.find_network"
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 0.25  # hours
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # the page says how long to wait, and that shall hold
AXES_LOCKOUT_TEMPLATE = "accounts/locked_out.html"
AXES_VERBOSE = False
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SITE_URL.startswith("https://")
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_HSTS_SECONDS = 31_536_000 if SITE_URL.startswith("https://") else 0
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"  # the newsroom shows previews in a frame of its own
CSRF_TRUSTED_ORIGINS = [SITE_URL]
CSRF_FAILURE_VIEW = "rotative.frontend.views.expired"
if TRUSTED_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# Language, time.
USE_I18N = USE_TZ = True
LANGUAGES = [("fr", _("French")), ("en", _("English"))]
LOCALE_PATHS = [PACKAGE / "locale"]

# Files.
STATIC_URL = addresses.STATIC
STATIC_ROOT = HOME / "static"
MEDIA_URL = addresses.MEDIA
MEDIA_ROOT = HOME / "media"
STORAGES = {
    "default": {"BACKEND": "rotative.content.storage.MediaStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000

# What a process remembers of a picture's copies, another process cannot make it forget.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    "renditions": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"},
}
STORE_ROOT = HOME / "store"

# Wagtail.
WAGTAILREDIRECTS_AUTO_CREATE = False  # content.models.addresses writes them in the transaction of the change
WAGTAIL_SITE_NAME = "Rotative"
WAGTAILADMIN_BASE_URL = SITE_URL
WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES
WAGTAIL_I18N_ENABLED = False
WAGTAIL_ALLOW_UNICODE_SLUGS = False  # an address that survives being typed, sent and printed
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False  # accounts.wagtail_hooks has a panel that asks for the password
WAGTAILIMAGES_IMAGE_MODEL = "content.Picture"
WAGTAILIMAGES_EXTENSIONS = ["jpg", "jpeg", "png", "webp", "avif", "gif", "heic"]
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 25 * 1024 * 1024
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 40_000_000
WAGTAILIMAGES_IMAGE_FORM_BASE = "rotative.content.forms.ImageForm"
WAGTAILDOCS_DOCUMENT_MODEL = "content.MediaFile"
WAGTAILDOCS_DOCUMENT_FORM_BASE = "rotative.content.forms.MediaFileForm"
WAGTAILDOCS_SERVE_METHOD = "direct"
WAGTAILDOCS_EXTENSIONS = ["mp3", "m4a", "ogg", "opus", "mp4", "webm", "pdf"]
WAGTAILEMBEDS_FINDERS: list[dict[str, str]] = []  # nothing is fetched from elsewhere while an editor types
# Whoever corrects a word and approves has approved what they corrected; nobody else can change it meanwhile.
WAGTAIL_WORKFLOW_REQUIRE_REAPPROVAL_ON_EDIT = False
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "modelsearch.backends.database"}}
TASKS = {"default": {"BACKEND": "rotative.content.indexing.OncePerChange"}}

# Without a server a mail is a file: in a log its links would be read by whoever reads logs.
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'filebased'}.EmailBackend"
EMAIL_FILE_PATH = str(HOME / "mails")
EMAIL_USE_TLS = True
EMAIL_TIMEOUT = 10

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    "loggers": {
        "django": {"handlers": [], "level": LOG_LEVEL, "propagate": True},
        # A page that is not there is a reader's business, not an alarm.
        "django.request": {"level": "ERROR"},
        # So is a wrong host name: scanners send them all day, each worth a trace otherwise.
        "django.security.DisallowedHost": {"handlers": [], "propagate": False},
    },
}
