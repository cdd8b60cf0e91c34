"""What a newspaper is made of; one concept a module."""

from rotative.content.models.articles import Article
from rotative.content.models.authors import Author
from rotative.content.models.editions import Edition, EditionStory
from rotative.content.models.home import Home, HomeStory
from rotative.content.models.images import Picture, Rendition
from rotative.content.models.listings import Listing
from rotative.content.models.media import MediaFile
from rotative.content.models.memberships import follow_topics_and_editions
from rotative.content.models.newspaper import MenuItem, Newspaper, SocialAccount
from rotative.content.models.parts import Byline, Correction, RelatedStory
from rotative.content.models.sections import Section
from rotative.content.models.standing import StandingPage
from rotative.content.models.topics import Topic
from rotative.content.models.tree import follow_the_tree
from rotative.content.models.withdrawals import Withdrawal, WithdrawalKind

__all__ = [
    "Article",
    "Author",
    "Byline",
    "Correction",
    "Edition",
    "EditionStory",
    "Home",
    "HomeStory",
    "Listing",
    "MediaFile",
    "MenuItem",
    "Newspaper",
    "Picture",
    "RelatedStory",
    "Rendition",
    "Section",
    "SocialAccount",
    "StandingPage",
    "Topic",
    "Withdrawal",
    "WithdrawalKind",
    "follow_the_tree",
    "follow_topics_and_editions",
]
