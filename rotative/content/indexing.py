"""Coalesced indexing, once for each change: a backend of Wagtail's tasks, which fill its search and its references.

Wagtail asks for both with every save of a page and of each row below it, and publishing saves a page three times.
"""

from functools import partial
from typing import Any, Final

from django.apps import apps
from django_tasks.backends.immediate import ImmediateBackend
from django_tasks.base import TaskResult

from rotative.publishing.writing import is_writing, once_before_commit

# Both are given the app, the model and the key of what is to be indexed.
INDEXING: Final = ("modelsearch.tasks.insert_or_update_object_task", "wagtail.tasks.update_reference_index_task")


class OncePerChange(ImmediateBackend):
    """Index at the end of the change that asked for it, in the same transaction; run other tasks at once."""

    def _execute_task(self, task_result: TaskResult[Any]) -> None:
        name = task_result.task.module_path
        if is_writing() and name in INDEXING:
            once_before_commit((name, *task_result.args), partial(self._index, task_result))
        else:
            super()._execute_task(task_result)

    def _index(self, task_result: TaskResult[Any]) -> None:
        app, model, key = task_result.args
        # What was saved may be deleted by now, or its save taken back.
        if apps.get_model(app, model)._base_manager.filter(pk=key).exists():
            super()._execute_task(task_result)
