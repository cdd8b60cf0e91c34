"""Mails of the workflow leave after the commit: none of what was undone, no lock held while a mail server thinks."""

from collections.abc import Callable
from typing import Any

from django.db import transaction
from wagtail.admin import signal_handlers
from wagtail.models import TaskState, WorkflowState
from wagtail.signals import task_submitted, workflow_approved, workflow_rejected, workflow_submitted


def send_after_commit() -> None:
    """Take the place of Wagtail's receivers. To be called before Wagtail connects them: the first of a name stays."""
    task_submitted.connect(
        _after_commit(signal_handlers.task_submission_email_notifier),
        sender=TaskState,
        dispatch_uid="group_approval_task_submitted_email_notification",
        weak=False,
    )
    for signal, notify, name in (
        (workflow_submitted, signal_handlers.workflow_submission_email_notifier, "submitted"),
        (workflow_rejected, signal_handlers.workflow_rejection_email_notifier, "rejected"),
        (workflow_approved, signal_handlers.workflow_approval_email_notifier, "approved"),
    ):
        signal.connect(
            _after_commit(notify),
            sender=WorkflowState,
            dispatch_uid=f"workflow_state_{name}_email_notification",
            weak=False,
        )


def _after_commit(notify: Callable[..., Any]) -> Callable[..., None]:
    def receive(**facts: Any) -> None:
        def send() -> None:  # no `partial`: Django says of a robust one that failed what it is called
            notify(**facts)

        # Robust: what was written stands, whatever becomes of the mail.
        transaction.on_commit(send, robust=True)

    return receive
