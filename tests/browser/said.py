"""Print everything that readers have said on the newspaper in ROTATIVE_HOME, as JSON, by its text."""

import json

from rotative.comments.models import Comment

FIELDS = ("name", "status", "proof", "in_reply_to", "email")
print(json.dumps({row.pop("text"): row for row in Comment.objects.values("text", *FIELDS)}))
