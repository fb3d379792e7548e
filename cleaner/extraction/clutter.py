"""Boxes that are never the story, told by the names that plugins give them.

Only names that say it on any site: comment threads and reply forms, share bars, newsletter boxes, cookie
layers, players, recommendation widgets.
What is only likely is left to the model.
"""

# ruff: noqa: SIM905 - a list of names reads better as one string

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element

WORDS = frozenset(
    "disqus commentlist commentform akismet fbcomments livefyre coral hyvor"  # comments
    " onetrust didomi usercentrics cookiebot cookieconsent quantcast cmplz cky truste iubenda"  # consent
    " borlabs gdpr"
    " sharedaddy addtoany addthis sharethis shareaholic sociable heateor"  # share bars
    " taboola outbrain zergnet revcontent relatedposts"  # recommendations
    " jwplayer vjs plyr mejs brightcove"  # players
    " gform wpforms mailpoet mailerlite mailmunch".split()  # forms
)
PAIRS = frozenset(
    tuple(pair.split("-"))
    for pair in (
        "comment-form comment-list comment-respond respond-comment comments-area comments-list leave-comment"
        " comment-notes comment-reply reply-title title-comment comments-section comments-wrapper"
        " cookie-consent cookie-banner cookie-notice cookie-law cookie-bar cookie-policy cookies-consent"
        " consent-banner ot-sdk"
        " social-share share-buttons share-bar share-button sharing-buttons sharing-enabled social-sharing"
        " share-links share-tools addthis-toolbox"
        " newsletter-signup newsletter-form newsletter-subscribe newsletter-subscription subscribe-form"
        " newsletter-box mc-embed"
        " search-form login-form jp-relatedposts skip-link skip-links screen-reader-only"
    ).split()
)
NEVER = frozenset(
    {"html", "body", "main", "article", "h1", "h2", "p", "td", "tr", "table", "tbody"}
)
STORY = ("h1", "article")


@lru_cache(maxsize=4096)
def names_clutter(words: tuple[str, ...]) -> bool:
    """Whether the words of a box's class name and id can't name a part of a story."""
    return not WORDS.isdisjoint(words) or not PAIRS.isdisjoint(pairwise(words))


def is_clutter(element: _Element, tag: str, words: tuple[str, ...]) -> bool:
    """Whether a box is clutter: by its name, and it doesn't wrap the page or the story."""
    return names_clutter(words) and tag not in NEVER and not any(True for _ in element.iter(*STORY))
