"""How the process of MPay's endpoint differs from that of the pages: no session, no form, no page, no static file."""

ROOT_URLCONF = "ghiseu.config.payments_urls"
MIDDLEWARE = [
    "ghiseu.foundation.ui.security.SecurityHeaders",
    "ghiseu.config.bodies.BodyLimits",
    "ghiseu.config.methods.AgreedMethods",
    "ghiseu.config.middleware.Correlation",
    "ghiseu.config.health.Measure",
]
