"""Words of Wagtail that our French says otherwise: a newsroom says « Entrer », not « S’identifier ».

Translations of the project come before those of its libraries; to stand in our catalogue, a word must stand in our
source. Nothing imports this module.
"""

from django.utils.translation import gettext_noop

gettext_noop("Sign in")
gettext_noop("View live")
