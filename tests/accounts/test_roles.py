import pytest
from django.contrib.auth.models import Group, Permission
from wagtail.models import GroupApprovalTask, GroupCollectionPermission, GroupPagePermission, Workflow

from rotative.accounts import roles
from tests.builders import a_newspaper, a_section

pytestmark = pytest.mark.django_db


def granted() -> list[set[tuple[object, ...]]]:
    return [
        set(Group.permissions.through.objects.values_list("group__name", "permission__codename")),
        set(GroupPagePermission.objects.values_list("group__name", "page", "permission__codename")),
        set(GroupCollectionPermission.objects.values_list("group__name", "collection", "permission__codename")),
    ]


def test_granting_roles_twice_changes_nothing() -> None:
    front_page = a_newspaper()
    roles.grant_roles(front_page)
    first = granted()
    roles.grant_roles(front_page)
    assert granted() == first
    assert set(Group.objects.values_list("name", flat=True)) == {role.group for role in roles.ROLES}


def test_granting_roles_takes_back_what_the_table_does_not_name() -> None:
    front_page = a_newspaper()
    roles.grant_roles(front_page)
    first = granted()
    reporters = Group.objects.get(name=roles.REPORTER.group)
    reporters.permissions.add(*roles.permissions(["accounts.delete_user"]))
    publish = roles.permissions(["wagtailcore.publish_page"])[0]
    GroupPagePermission.objects.create(group=reporters, page=front_page, permission=publish)
    roles.grant_roles(front_page)
    assert granted() == first


def test_a_group_of_the_paper_s_own_is_left_alone() -> None:
    front_page = a_newspaper()
    interns = Group.objects.create(name="Stagiaires")
    interns.permissions.add(*roles.permissions([roles.ENTER]))
    roles.grant_roles(front_page)
    assert interns.permissions.count() == 1


def test_advertising_managers_enter_and_may_do_nothing_yet() -> None:
    role = roles.ADVERTISING_MANAGER
    assert (role.models, role.pages, role.files, role.everything) == ((roles.ENTER,), (), (), False)


def test_moderators_and_the_editor_in_chief_decide_on_comments() -> None:
    from rotative.comments.queries import MODERATE

    assert (roles.MODERATOR.pages, roles.MODERATOR.files, roles.MODERATOR.everything) == ((), (), False)
    assert set(roles.MODERATOR.models) == {roles.ENTER, *roles.MODERATE}
    assert {role for role in roles.ROLES if MODERATE in role.models} == {roles.MODERATOR, roles.EDITOR_IN_CHIEF}


def test_an_administrator_holds_every_permission() -> None:
    roles.grant_roles(a_newspaper())
    held = Group.objects.get(name=roles.ADMINISTRATOR.group).permissions.count()
    assert held == Permission.objects.count()


def test_a_permission_that_no_model_has_is_named() -> None:
    with pytest.raises(LookupError, match="fly_article"):
        roles.permissions(["content.fly_article", roles.ENTER])


def test_one_workflow_asks_editors_for_approval_below_the_front_page() -> None:
    front_page = a_newspaper()
    roles.grant_roles(front_page)
    workflow = roles.make_workflow(front_page)
    assert roles.make_workflow(front_page) == workflow == Workflow.objects.get() == a_section().get_workflow()
    reviewers = {group.name for group in GroupApprovalTask.objects.get().groups.all()}
    assert reviewers == {role.group for role in roles.REVIEWERS}


def test_a_second_workflow_and_task_of_the_same_name_do_not_hold_up_the_upgrade() -> None:
    front_page = a_newspaper()
    roles.grant_roles(front_page)
    workflow, task = roles.make_workflow(front_page), GroupApprovalTask.objects.get()
    Workflow.objects.create(name=roles.REVIEW)
    GroupApprovalTask.objects.create(name=roles.REVIEW)
    assert roles.make_workflow(front_page) == workflow
    assert [one.pk for one in workflow.tasks] == [task.pk]
    assert Workflow.objects.count() == GroupApprovalTask.objects.count() == 2


def test_a_workflow_that_was_switched_off_is_not_taken_for_the_papers() -> None:
    front_page = a_newspaper()
    roles.grant_roles(front_page)
    roles.make_workflow(front_page).deactivate()
    assert roles.make_workflow(front_page).active
    assert front_page.get_workflow().active
