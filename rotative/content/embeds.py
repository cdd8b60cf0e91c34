"""Players and posts of other sites: the address at which a person opens one, and the name of the place."""

import re
from typing import Final
from urllib.parse import parse_qs

from rotative.addresses import parts_of

_HOSTS: Final = {
    "YouTube": "youtube.com youtube-nocookie.com youtu.be",
    "Vimeo": "vimeo.com",
    "Dailymotion": "dailymotion.com dai.ly",
    "X": "twitter.com x.com",
    "Facebook": "facebook.com fb.watch",
    "Instagram": "instagram.com",
    "TikTok": "tiktok.com",
    "SoundCloud": "soundcloud.com",
    "Spotify": "spotify.com",
    "Google": "google.com",
    "Datawrapper": "datawrapper.de datawrapper.dwcdn.net",
    "Infogram": "infogram.com",
    "Flourish": "flourish.studio",
    "Scribd": "scribd.com",
    "SlideShare": "slideshare.net",
    "TED": "ted.com",
    "Flickr": "flickr.com",
    "WordPress.tv": "wordpress.tv",
    "VideoPress": "videopress.com",
    "Telegram": "telegram.org t.me",
    "LinkedIn": "linkedin.com",
    "Threads": "threads.net",
    "Bluesky": "bsky.app",
    "Reddit": "reddit.com",
    "Pinterest": "pinterest.com",
    "Issuu": "issuu.com",
    "Calaméo": "calameo.com",
    "France 24": "france24.com",
    "RFI": "rfi.fr",
    "Audiomack": "audiomack.com",
    "Deezer": "deezer.com",
}
_PLACES: Final = {host: place for place, hosts in _HOSTS.items() for host in hosts.split()}
_YOUTUBE: Final = re.compile(r"/(?:embed|v|shorts|live)/([\w-]{6,20})")
_VIMEO: Final = re.compile(r"/video/(\d+)")
_DAILYMOTION: Final = re.compile(r"/embed/video/(\w+)")


def place_of(url: str) -> str:
    """Return the name of the place that an embed comes from, or nothing for one that is not known."""
    host = (parts_of(url).hostname or "").lower()
    while host:
        if host in _PLACES:
            return _PLACES[host]
        host = host.partition(".")[2]
    return ""


def page_of(url: str) -> str:
    """Return the address of the page for the address of a player, or the same when nothing better is known.

    What a player's address names is checked like any other: whoever wrote it wrote that too.
    """
    url = "https:" + url if url.startswith("//") else url
    place, parts = place_of(url), parts_of(url)
    if place == "YouTube" and (match := _YOUTUBE.match(parts.path)):
        return f"https://www.youtube.com/watch?v={match[1]}"
    if place == "Vimeo" and (match := _VIMEO.match(parts.path)):
        return f"https://vimeo.com/{match[1]}"
    if place == "Dailymotion" and (match := _DAILYMOTION.match(parts.path)):
        return f"https://www.dailymotion.com/video/{match[1]}"
    if place == "Facebook" and parts.path.startswith("/plugins/"):
        named = parse_qs(parts.query).get("href", [""])[0]
        return named if parts_of(named).scheme in {"http", "https"} and parts_of(named).hostname else url
    return url


def is_known(url: str) -> bool:
    """Tell whether a bare address on a line of its own is an embed, as WordPress makes it one."""
    return url.startswith(("http://", "https://")) and not re.search(r"\s", url) and bool(place_of(url))
