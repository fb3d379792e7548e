"""What a box's name says it is for: comments, a caption, a byline ...

Each word of the names has a learned weight too, but weights only add up. What stands under "comments" is
never the story, however good the other names around it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from cleaner.extraction.blocks import Box, Page

if TYPE_CHECKING:
    from numpy.typing import NDArray

FARTHEST = 8  # boxes up to which a role reaches down
ROLES = {
    "comments": "comment comments commenter commenting disqus respond reply replies discussion responses"
    " feedback",
    "related": "related recommended recommend recommendations recommends trending popular read latest"
    " teaser teasers also promo suggested suggestions next more carousel slider card cards upnext recirc"
    " recirculation explore",
    "share": "share sharing social follow facebook twitter whatsapp linkedin socials shares pinterest",
    "caption": "caption credit credits figcaption captioned photo image img picture gallery media"
    " attribution",
    "byline": "author authors byline bylines bio contributor writer avatar profile biography about",
    "signup": "newsletter subscribe signup subscription paywall register login membership cta email"
    " subscriber donate premium",
    "consent": "cookie cookies consent gdpr privacy modal popup overlay dialog banner disclaimer policy"
    " legal ccpa",
    "tags": "tag tags topics topic keywords category categories breadcrumb breadcrumbs taxonomy label"
    " labels kicker eyebrow",
    "date": "date time timestamp published updated dateline datetime publish",
    "navigation": "nav menu sidebar footer header rail widget widgets aside navigation navbar toc",
    "advertisement": "ad ads advert advertisement sponsor sponsored affiliate product products price buy"
    " deal shop offer cart review rating",
    "summary": "summary excerpt dek subhead standfirst lede lead intro description deck subtitle"
    " subheadline abstract",
    "body": "body content entry post story article text main richtext wysiwyg prose",
    "notes": "footnote footnotes references reference note notes correction transcript faq accordion"
    " collapse tooltip",
}
ROLE_OF = {word: number for number, words in enumerate(ROLES.values()) for word in words.split()}


def roles(page: Page) -> dict[str, NDArray[Any]]:
    """Return for each block and role how many boxes up the nearest with it is, at most 8.

    0 is its own box, -1 an inline element in it.
    """
    import numpy as np

    depths = np.array([box.depth for box in page.boxes])
    where = np.array([block.box for block in page.blocks])
    nearest = np.array(nearest_depths(page.boxes))[where]
    far = np.minimum(depths[where, None] - nearest, FARTHEST)
    for row, block in enumerate(page.blocks):
        if block.words:
            far[row, list(roles_of(block.words))] = -1
    return {f"role_{name}": far[:, number] for number, name in enumerate(ROLES)}


def nearest_depths(boxes: Sequence[Box]) -> list[tuple[int, ...]]:
    """Return for each box the depths of the innermost boxes with each role, itself included."""
    known: dict[tuple[str, ...], set[int]] = {}
    found: list[tuple[int, ...]] = []
    for box in boxes:
        own = known.get(box.words)
        if own is None:
            own = known[box.words] = roles_of(box.words)
        depths = found[box.parent] if box.parent >= 0 else (-FARTHEST,) * len(ROLES)
        if own:
            changed = list(depths)
            for number in own:
                changed[number] = box.depth
            depths = tuple(changed)
        found.append(depths)
    return found


def roles_of(words: Sequence[str]) -> set[int]:
    """Return the numbers of the roles that words name."""
    return {ROLE_OF[word] for word in words if word in ROLE_OF}
