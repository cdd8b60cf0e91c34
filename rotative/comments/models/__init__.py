"""What the room of comments keeps."""

from rotative.comments.models.challenges import SpentChallenge
from rotative.comments.models.comments import Comment, Discussion, Proof, Status
from rotative.comments.models.decisions import Complaint, Decision, Lesson
from rotative.comments.models.desks import ModerationDesk
from rotative.comments.models.notices import Mailbox, Notice, Unsubscription
from rotative.comments.models.settings import CommentSettings

__all__ = [
    "Comment",
    "CommentSettings",
    "Complaint",
    "Decision",
    "Discussion",
    "Lesson",
    "Mailbox",
    "ModerationDesk",
    "Notice",
    "Proof",
    "SpentChallenge",
    "Status",
    "Unsubscription",
]
