"""Roles and permissions (RBAC): what each kind of person at the paper may do, as a table.

A role is a group of the same name. `grant_roles` makes the groups equal to the table, at the founding of the paper and
at each upgrade; what an administrator added by hand to a group is taken back then, so the table stays the truth.
Names of models are text, because this room stands below the one that has them.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import Q
from wagtail.models import (
    Collection,
    GroupApprovalTask,
    GroupCollectionPermission,
    GroupPagePermission,
    Page,
    Task,
    Workflow,
    WorkflowPage,
    WorkflowTask,
)

ENTER = "wagtailadmin.access_admin"
USE_FILES = (
    "wagtailimages.add_image",
    "wagtailimages.choose_image",
    "wagtaildocs.add_document",
    "wagtaildocs.choose_document",
)
CHANGE_FILES = ("wagtailimages.change_image", "wagtaildocs.change_document")
ARRANGE_FILES = ("wagtailcore.add_collection", "wagtailcore.change_collection", "wagtailcore.delete_collection")
# Which comments is said by the moderation desks (rotative.comments).
MODERATE = ("comments.view_comment", "comments.change_comment", "comments.delete_comment")
REVIEW = "Relecture"
# What Wagtail's migrations leave behind, before anybody has a role.
WAGTAIL_GROUPS = ("Editors", "Moderators")
WAGTAIL_APPROVAL = "Moderators approval"


def _all_of(app_label: str, *models: str) -> tuple[str, ...]:
    return tuple(f"{app_label}.{action}_{model}" for model in models for action in ("add", "change", "delete", "view"))


@dataclass(frozen=True)
class Role:
    """What one kind of person may do. `pages` and `files` hold for the whole paper and all collections."""

    group: str
    models: tuple[str, ...] = (ENTER,)
    pages: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    everything: bool = False


REPORTER = Role(
    "Journaliste",
    # With “add” alone one writes, and edits what one has written; nothing of it is published without an editor.
    pages=("add_page",),
    files=USE_FILES,
)
DESK_EDITOR = Role(
    "Chef de rubrique",
    pages=("add_page", "change_page", "publish_page", "lock_page", "unlock_page"),
    files=USE_FILES + CHANGE_FILES,
)
EDITOR_IN_CHIEF = Role(
    "Rédaction en chef",
    models=(
        ENTER,
        # Pages other than articles ask for these as well (rotative.content.permissions).
        "content.change_home",
        *_all_of("content", "section", "edition", "standingpage"),
        *_all_of("content", "author", "topic"),
        "content.change_newspaper",
        *_all_of("wagtailredirects", "redirect"),
        *MODERATE,
        "comments.change_commentsettings",
        *_all_of("comments", "moderationdesk"),
        # The one permission for all screens of imports.
        "importers.change_importjob",
    ),
    pages=("add_page", "change_page", "publish_page", "lock_page", "unlock_page", "bulk_delete_page"),
    files=USE_FILES + CHANGE_FILES + ARRANGE_FILES,
)
MODERATOR = Role("Modération", models=(ENTER, *MODERATE))
ADVERTISING_MANAGER = Role("Régie publicitaire")
ADMINISTRATOR = Role(
    "Administration",
    pages=EDITOR_IN_CHIEF.pages,
    files=EDITOR_IN_CHIEF.files,
    everything=True,
)
ROLES = (REPORTER, DESK_EDITOR, EDITOR_IN_CHIEF, MODERATOR, ADVERTISING_MANAGER, ADMINISTRATOR)
REVIEWERS = (DESK_EDITOR, EDITOR_IN_CHIEF, ADMINISTRATOR)


@transaction.atomic
def grant_roles(front_page: Page) -> None:
    """Make the groups and their permissions equal to the table of roles. A second call changes nothing."""
    Group.objects.filter(name__in=WAGTAIL_GROUPS, user=None).delete()
    for role in ROLES:
        group = Group.objects.get_or_create(name=role.group)[0]
        group.permissions.set(Permission.objects.all() if role.everything else permissions(role.models))
        _grant_pages(group, front_page, role.pages)
        _grant_files(group, role.files)


@transaction.atomic
def make_workflow(front_page: Page) -> Workflow:
    """Make the workflow in which an editor approves what a reporter submits, for every page below `front_page`.

    Call it after `grant_roles`. A paper that has set another workflow keeps it.
    """
    # A name is not unique: the paper may have made a second workflow or task of the same name, or switched one off.
    task = GroupApprovalTask.objects.filter(name=REVIEW, active=True).order_by("pk").first()
    task = task or GroupApprovalTask.objects.create(name=REVIEW)
    task.groups.set(Group.objects.filter(name__in=[role.group for role in REVIEWERS]))
    workflow = Workflow.objects.filter(name=REVIEW, active=True).order_by("pk").first()
    workflow = workflow or Workflow.objects.create(name=REVIEW)
    WorkflowTask.objects.get_or_create(workflow=workflow, task=task, defaults={"sort_order": 0})
    WorkflowPage.objects.get_or_create(page=front_page, defaults={"workflow": workflow})
    _forget_workflow_of_wagtail()
    return workflow


def permissions(labels: Iterable[str]) -> list[Permission]:
    """Return the permissions named `app.action_model`. Raises LookupError for a name that no model has."""
    wanted = set(labels)
    if not wanted:
        return []
    query = Q()
    for label in wanted:
        app_label, _, codename = label.partition(".")
        query |= Q(content_type__app_label=app_label, codename=codename)
    found = list(Permission.objects.filter(query).select_related("content_type"))
    missing = wanted - {f"{permission.content_type.app_label}.{permission.codename}" for permission in found}
    if missing:
        raise LookupError(f"No model has these permissions: {', '.join(sorted(missing))}.")
    return found


def _grant_pages(group: Group, front_page: Page, codenames: Iterable[str]) -> None:
    wanted = permissions(f"wagtailcore.{codename}" for codename in codenames)
    granted = GroupPagePermission.objects.filter(group=group)
    granted.exclude(page=front_page, permission__in=wanted).delete()
    for permission in wanted:
        GroupPagePermission.objects.get_or_create(group=group, page=front_page, permission=permission)


def _grant_files(group: Group, labels: Iterable[str]) -> None:
    root = Collection.get_first_root_node()
    wanted = permissions(labels)
    granted = GroupCollectionPermission.objects.filter(group=group)
    granted.exclude(collection=root, permission__in=wanted).delete()
    for permission in wanted:
        GroupCollectionPermission.objects.get_or_create(group=group, collection=root, permission=permission)


def _forget_workflow_of_wagtail() -> None:
    """Delete the workflow that Wagtail's migrations make, unless something went through it."""
    for model in (Workflow, Task):
        for unused in model.objects.filter(name=WAGTAIL_APPROVAL):
            if model is Workflow and unused.workflow_states.exists():
                continue
            if model is Task and unused.task_states.exists():
                continue
            unused.delete()
