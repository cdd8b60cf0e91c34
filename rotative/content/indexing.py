"""Index a page once for each change: a backend of Wagtail's tasks, which fill its search and its index of references.

Wagtail asks for both with every save of a page and of each row below it, and publishing saves a page three times.
"""

import json
from functools import partial
from typing import Any

from django_tasks.backends.immediate import ImmediateBackend
from django_tasks.base import TaskResult

from rotative.publishing.writing import is_writing, once_before_commit


class OncePerChange(ImmediateBackend):
    """Run a task at the end of the change that asked for it, in the same transaction; outside of one, at once."""

    def _execute_task(self, task_result: TaskResult[Any]) -> None:
        run = partial(super()._execute_task, task_result)
        if is_writing():
            asked = (task_result.task.module_path, task_result.args, task_result.kwargs)
            once_before_commit(json.dumps(asked, sort_keys=True), run)
        else:
            run()
