"""Which language a text is in, from its function words and scripts, good enough to gate rules.

Deliberately small: a rule for English sentences asks "is this English?", nothing finer. Where the
evidence is thin it says nothing, and the caller falls back on what the page declares.
"""

from __future__ import annotations

import re
from functools import cache

SAMPLE = 2000  # characters looked at: the beginning of a story is in the story's language
ENOUGH = 4  # function words needed before a guess is made
SHARE = 0.12  # of all words that must be function words of the language

# The most frequent words that few neighbours share; shared ones ("de", "la", "a") are of no help.
WORDS: dict[str, str] = {
    "en": "the of and to is was for that with his her it on as at by from are were be this has have said who which an",
    "es": "el los las del una por con para que y como pero más fue sus está son según también este sobre entre",
    "fr": "le les des du une dans est pour pas qui sur au aux par plus ne cette ses été mais avec sont ont et",
    "de": "der die das und den von zu ist mit des auf für im dem nicht ein eine sich auch als es wurde sind",
    "pt": "o os as da do dos das em um uma não com para que foi ao pela pelo são mais sua seu e à no na",
    "it": "il lo gli della di che è per una con del nel sono alla non ha dei più anche le dal",
    "nl": "de het een van en dat voor met zijn op niet aan ook bij door naar worden heeft maar deze",
    "pl": "w i na z się nie do że jest to od jak przez po dla oraz ale został był są",
    "sv": "och att det som en på är av för med till den har inte om ett han var men",
    "tr": "ve bir bu için ile da de olarak olan daha çok gibi sonra kadar ise ancak değil",
    "id": "yang dan di dengan untuk dari pada ini itu tidak dalam akan oleh ke adalah juga telah",
    "vi": "và của là có được trong các những cho một không với người này đã khi đến",
    "ro": "și în cu de la pe care este din pentru nu mai au fost că sunt prin",
    "cs": "a se na v je že s z do o pro ale jako po tak podle který bylo",
    "hu": "a az és hogy nem egy is volt meg de azt csak már szerint",
    "ru": "и в не на что с по это как из для он к но его от был",
    "uk": "і в не на що з до та це як у за від але його був про",
}
# Words of other languages that English writes too, with another meaning: no evidence for either.
SHARED = frozenset("a an as at by do he i in is me no o on to was we".split())  # noqa: SIM905
PLAIN = (" the ", " of ", " and ")
MORE = (
    " to ",
    " in ",
    " for ",
    " that ",
    " was ",
    " with ",
    " is ",
    " on ",
    " by ",
    " at ",
    " his ",
)
INDEX: dict[str, tuple[str, ...]] = {}
for _language, _words in WORDS.items():
    for _word in _words.split():
        if _language != "en" and _word in SHARED:
            continue
        INDEX[_word] = (*INDEX.get(_word, ()), _language)

SCRIPTS = (
    r"(?P<ja>[\u3040-\u30ff]{2})|(?P<ko>[\uac00-\ud7a3]{2})|(?P<zh>[\u4e00-\u9fff]{2})|(?P<fa>[پچژگ])"
    r"|(?P<ar>[\u0600-\u06ff]{2})|(?P<he>[\u0590-\u05ff]{2})|(?P<hi>[\u0900-\u097f]{2})|(?P<bn>[\u0980-\u09ff]{2})"
    r"|(?P<th>[\u0e00-\u0e7f]{2})|(?P<el>[\u0370-\u03ff]{2})"
)


@cache
def _scripts() -> re.Pattern[str]:
    return re.compile(SCRIPTS)


def guess_language(text: str, lower: str | None = None) -> str:
    """Return the two-letter code of the language a text is in, or "" where it is too short to say.

    `lower` is the text in lower case, where that is known already.

    >>> guess_language("The minister said that it was the first of the two, and by far the best.")
    'en'
    >>> guess_language("Lundi")
    ''
    """
    sample = text[:SAMPLE].lower() if lower is None else lower[:SAMPLE]
    # Most texts are plainly English, which counts of some substrings can tell in a fifth of the time.
    plain = sum(map(sample.count, PLAIN))
    if plain >= ENOUGH and " the " in sample:
        enough = SHARE * (sample.count(" ") + 1)
        for word in MORE:
            plain += sample.count(word)
            if plain >= enough:
                return "en"
    words = sample.split()
    counts: dict[str, int] = {}
    for word in filter(INDEX.__contains__, words):
        for language in INDEX[word]:
            counts[language] = counts.get(language, 0) + 1
    if counts:
        best = max(counts, key=lambda language: (counts[language], language == "en"))
        if counts[best] >= ENOUGH and counts[best] >= SHARE * len(words):
            return best
    if not sample.isascii() and (match := _scripts().search(sample)):
        seen = {match.lastgroup for match in _scripts().finditer(sample)}
        return next((code for code in ("ja", "ko", "fa") if code in seen), str(match.lastgroup))
    return ""
