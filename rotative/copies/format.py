"""The form of an exported paper: which tables it holds, in which order, and what of them is left out.

`exporters` writes it and `copies.restore` reads it; neither room knows the other. For people it is described in
docs/reference/export-format.md.
"""

from pathlib import PurePosixPath
from typing import Final

NAME: Final = "rotative-paper"
VERSION: Final = 1

MANIFEST: Final = "manifest.json"  # what is in the export, with the digest of each of the files below
TABLES: Final = "tables"  # one file for each table, one line for each row
ADDRESSES: Final = "addresses.jsonl"  # where no page stands, and something answers nevertheless
FILES: Final = "files.jsonl"  # name, size and digest of everything in `media/`
MEDIA: Final = "media"
OURS: Final = frozenset({MANIFEST, TABLES, ADDRESSES, FILES, MEDIA})

LONGEST_LINE: Final = 64 * 1024 * 1024  # bytes: a row that is longer is no row of a newspaper
LONGEST_NAME: Final = 255

# In the order in which they are written and read: what others name comes first.
MODELS: Final = (
    "wagtailcore.Locale",
    "auth.Group",
    "auth.Group_permissions",
    "accounts.User",
    "accounts.User_groups",
    "accounts.User_user_permissions",
    "wagtailusers.UserProfile",
    "wagtailcore.Collection",
    "taggit.Tag",
    "taggit.TaggedItem",
    "content.Picture",
    "content.Rendition",
    "content.MediaFile",
    "wagtailcore.Page",
    "content.Home",
    "content.Section",
    "content.Edition",
    "content.StandingPage",
    "content.Topic",
    "content.Author",
    "content.Article",
    "content.Article_topics",
    "content.Article_other_editions",
    "content.Byline",
    "content.Correction",
    "content.RelatedStory",
    "content.HomeStory",
    "content.EditionStory",
    "content.Listing",
    "content.Withdrawal",
    "content.Newspaper",
    "content.MenuItem",
    "content.SocialAccount",
    "wagtailcore.Site",
    "wagtailredirects.Redirect",
    "wagtailcore.Revision",
    "wagtailcore.Workflow",
    "wagtailcore.Task",
    "wagtailcore.WorkflowTask",
    "wagtailcore.GroupApprovalTask",
    "wagtailcore.GroupApprovalTask_groups",
    "wagtailcore.WorkflowPage",
    "wagtailcore.WorkflowContentType",
    "wagtailcore.WorkflowState",
    "wagtailcore.TaskState",
    "wagtailcore.GroupPagePermission",
    "wagtailcore.GroupCollectionPermission",
    "wagtailcore.GroupSitePermission",
    "wagtailcore.Comment",
    "wagtailcore.CommentReply",
    "wagtailcore.PageSubscription",
    "wagtailcore.PageLogEntry",
    "wagtailcore.ModelLogEntry",
    "wagtailcore.ReferenceIndex",
    "comments.CommentSettings",
    "comments.ModerationDesk",
    "comments.ModerationDesk_sections",
    "comments.ModerationDesk_editions",
    "comments.Comment",
    "comments.Discussion",
    "comments.Decision",
    "comments.Complaint",
    "comments.Lesson",
    "comments.Unsubscription",
    "comments.Mailbox",
    "importers.Wire",
    "importers.ImportJob",
    "importers.CategoryTarget",
    "importers.ImportedItem",
    "importers.Line",
    "importers.Made",
    "importers.FetchedFile",
)

# Tables that stay where they are, and why. A table that is in neither list fails the tests.
LEFT_OUT: Final = {
    "accounts": "secrets with which people sign in",
    "auth.Permission": "made by each installation, and named in words",
    "axes": "attempts to sign in, with addresses",
    "comments.Notice": "mails on their way, with links that only the old installation can answer",
    "comments.SpentChallenge": "proofs of work that were spent",
    "contenttypes": "made by each installation, and named in words",
    "publishing": "made again from the paper, byte for byte",
    "sessions": "who is signed in",
    "wagtailadmin": "forms that are open at the moment",
    "wagtailcore.APIToken": "secrets",
    "wagtailcore.CollectionViewRestriction": "passwords; the paper has no closed collections",
    "wagtailcore.CollectionViewRestriction_groups": "as above",
    "wagtailcore.PageViewRestriction": "passwords; the paper has no closed pages",
    "wagtailcore.PageViewRestriction_groups": "as above",
    "wagtailcore.UploadedFile": "files half-way through an upload",
    "wagtaildocs": "not used: the paper’s files are content.MediaFile",
    "wagtailembeds": "fetched from elsewhere, and fetched again",
    "wagtailimages": "not used: the paper’s pictures are content.Picture",
    "wagtailsearch": "the index of the newsroom’s search, made again at the import",
}

# Fields that are left out of a table that goes along.
LEFT_OUT_FIELDS: Final = {
    "accounts.User": frozenset({"password", "last_login"}),
    "comments.Comment": frozenset({"address"}),  # of the device; the network is kept as long as in the paper
    "comments.Complaint": frozenset({"address"}),  # the same
    # How one server answered another; the new installation asks in full. `seen` goes along: what was taken back or
    # deleted stays away.
    "importers.Wire": frozenset(
        {"etag", "modified", "asked_at", "answered_at", "next_ask_at", "failures", "problem", "claimed_until"}
    ),
}
# What each installation numbers for itself is named in words: ["content", "article"], ["add_page", "wagtailcore", …].
NAMED_IN_WORDS: Final = frozenset({"contenttypes.ContentType", "auth.Permission"})


def table_file(label: str) -> str:
    """Return the name of the file that holds a table."""
    return f"{TABLES}/{label.lower()}.jsonl"


def is_safe(name: str) -> bool:
    """Tell whether a name from an export stays below the folder it is put in, on any machine."""
    if not name or len(name) > LONGEST_NAME or "\\" in name or ":" in name or not name.isprintable():
        return False
    return not name.startswith("/") and all(
        step not in {"", ".", ".."} and not step.startswith(".") for step in name.split("/")
    )


def extension_of(name: str) -> str:
    return PurePosixPath(name).suffix.lower().removeprefix(".")
