"""Django's settings, all derived from the checked environment (`lingju.site.environment`)."""

import datetime
from pathlib import Path

import structlog
from csp.constants import NONE, SELF

from lingju.site import environment

ENV = environment.current()
PACKAGE = Path(__file__).resolve().parents[1]
TESTING = ENV.mode == "test"

SECRET_KEY = ENV.secret_key
DEBUG = False
ALLOWED_HOSTS = list(ENV.hosts)
ROOT_URLCONF = "lingju.site.urls"
WSGI_APPLICATION = "lingju.site.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SILENCED_SYSTEM_CHECKS = [
    "axes.W002",  # its middleware only draws the locked-out page; ours is the sign-in page with a sentence
    "axes.W006",  # no lock by address: thousands of residents share one; addresses are limited on their own
]

INSTALLED_APPS = [
    "lingju.places",
    "lingju.trail",
    "lingju.people",
    "lingju.notify",
    "lingju.bookings",
    "lingju.activities",
    "lingju.volunteering",
    "lingju.needs",
    "lingju.cobuilding",
    "lingju.market",
    "lingju.site",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "csp",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
]
if TESTING:
    # Developers' own: zeal raises on n+1 queries and does nothing unless its middleware runs too;
    # linear migrations notices two that follow the same one.
    INSTALLED_APPS += ["zeal", "django_linear_migrations"]

MIDDLEWARE = [
    "lingju.trail.surroundings.SurroundingsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "lingju.site.display.DisplayMiddleware",
    "lingju.site.districts.DistrictMiddleware",
    "lingju.places.here.HereMiddleware",
    "lingju.people.actors.ActorMiddleware",
    "lingju.site.refusals.RefusalMiddleware",  # last, so that it answers before anything above does
]
if TESTING:
    MIDDLEWARE.append("zeal.middleware.zeal_middleware")

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "APP_DIRS": False,
        "DIRS": [
            PACKAGE / module / "templates"
            for module in (
                *("site", "places", "people", "needs", "activities", "bookings", "notify", "trail"),
                *("volunteering", "cobuilding", "market"),
            )
        ],
        "OPTIONS": {"environment": "lingju.site.jinja.environment"},
    },
    {
        # For libraries only; every page of ours is Jinja2.
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    },
]

# --- database ------------------------------------------------------------------------------------
DATABASES = {"default": dict(ENV.database)}
if DATABASES["default"].get("ENGINE") == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA mmap_size=134217728;"
            "PRAGMA cache_size=-20000; PRAGMA journal_size_limit=27262976; PRAGMA foreign_keys=ON;"
        ),
    }
    if not TESTING:
        # Each thread keeps its connection: to open one and put the journal away took most of a request.
        DATABASES["default"]["CONN_MAX_AGE"] = None
else:
    DATABASES["default"]["OPTIONS"] = {} if TESTING else {"pool": {"min_size": 1, "max_size": 10}}
    DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"] = True  # pgbouncer in transaction mode

# --- people, sessions, headers --------------------------------------------------------------------
AUTH_USER_MODEL = "people.Account"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "lingju.people.passwords.AccountBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("sign_in_name", "display_name", "phone")},
    },
    {"NAME": "lingju.people.passwords.NotUsedLately"},
]
PASSWORD_HASHERS = (
    ["django.contrib.auth.hashers.MD5PasswordHasher"]
    if TESTING
    else ["django.contrib.auth.hashers.ScryptPasswordHasher"]
)
CSRF_FAILURE_VIEW = "lingju.site.refusals.stale_form"
# Five wrong passwords lock an account's password for a quarter of an hour (C24); codes go on working.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = datetime.timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = ["username"]
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # trying on does not lock the owner out for ever
AXES_DISABLE_ACCESS_LOG = True  # footprints say who came in
AXES_ENABLE_ADMIN = False
AXES_SENSITIVE_PARAMETERS = ["who", "password", "phone", "code", "next", "csrfmiddlewaretoken"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = "sign_in_name"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
MFA_ADAPTER = "lingju.people.factors.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_TOLERANCE = 1  # the step before and the step after: phones' clocks differ
PEOPLE_CLERKS_NEED_SECOND_FACTOR = False  # officers and admins always do (C25)
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/me/"

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = ENV.https
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 8 * 3600
SESSION_SAVE_EVERY_REQUEST = False
SECURE_SSL_REDIRECT = ENV.https
SECURE_HSTS_SECONDS = 31_536_000 if ENV.https else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ENV.https else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],  # blob: the photo somebody is about to send
        "media-src": [SELF, "blob:"],  # and the voice just recorded
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "lingju.kernel.upload_limits.LimitedUploads",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

# --- language and time -----------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "site" / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_I18N = USE_TZ = True

# --- static files and jobs -------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = ENV.var / "static"
STATICFILES_DIRS = [PACKAGE / "site" / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if TESTING
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_AUTOREFRESH = TESTING  # tests collect no files; without this WhiteNoise warns at every start
MEDIA_ROOT = ENV.var / "uploads"
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default", "mail"]}}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

# One line an event on standard error, JSON in production; what went wrong always says where.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"},
        "json": {
            "()": "structlog.stdlib.ProcessorFormatter",
            "processors": [
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
            "foreign_pre_chain": [
                structlog.stdlib.add_log_level,
                structlog.stdlib.add_logger_name,
                structlog.processors.TimeStamper(fmt="iso"),
            ],
        },
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "json" if ENV.mode == "production" else "plain",
        }
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "lingju": {"level": "INFO"},
        "django": {"handlers": [], "level": "WARNING", "propagate": True},
        # A refusal is an answer, no fault: in a rush a line for each would drown the log.
        "django.request": {"handlers": [], "level": "ERROR", "propagate": True},
    },
}

# --- Lingju's own ------------------------------------------------------------------------------------
LINGJU = ENV
