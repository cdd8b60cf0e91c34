"""Overridden translations of Wagtail: our French says « Entrer » where its own says « S’identifier ».

Translations of the project come before those of its libraries; to stand in our catalogue, a word must stand in our
source. Nothing imports this module.
"""

from django.utils.translation import gettext_noop, ngettext_lazy

gettext_noop("Sign in")
gettext_noop("View live")
# « Ce(tte) page » and « verrouillez le/la » are nobody's French.
gettext_noop("Are you sure you want to unpublish this %(model_name)s?")
gettext_noop("Are you sure you want to delete this %(model_name)s?")
gettext_noop("Publishing this %(model_name)s will cancel the current workflow.")
gettext_noop("Would you still like to publish this %(model_name)s?")
gettext_noop("One or more references to this %(model_name)s prevent it from being deleted.")
gettext_noop("You are viewing a previous version of this %(model_name)s from <b>%(created_at)s</b> by %(user)s")
gettext_noop("Only reviewers for this task can edit the %(model_name)s.")
gettext_noop("Reviewers can edit this %(model_name)s – lock it to prevent other reviewers from editing")
gettext_noop("Cannot overwrite a revision that is not the latest for this %(model_name)s.")
gettext_noop(
    "This %(model_name)s was marked as needing changes at <strong>%(task)s</strong> in <strong>%(workflow)s</strong>."
)
gettext_noop("This %(model_name)s is currently at <strong>%(task)s</strong> in <strong>%(workflow)s</strong>.")
gettext_noop("Anyone can edit this %(model_name)s – lock it to prevent others from editing")
gettext_noop("Anyone can edit this %(model_name)s")
gettext_noop("This %(model_name)s hasn't been submitted for moderation yet")
gettext_noop("This %(model_name)s is currently awaiting moderation.")
gettext_noop("This {model_name} is awaiting <b>'{task_name}'</b> in the <b>'{workflow_name}'</b> workflow.")
ngettext_lazy(
    "This %(model_name)s is referenced %(usage_count)s time.",
    "This %(model_name)s is referenced %(usage_count)s times.",
    "usage_count",
)
