"""Credits of pictures."""

from __future__ import annotations

from collections.abc import Iterable

from cleaner.blocks import (
    cut,
    cut_edges,
    lines_starting,
)
from cleaner.document import Document
from cleaner.edits import Edit
from cleaner.phrases import word_set
from cleaner.rule import pattern, rule

LONGEST_CAPTION = 400  # characters; a last line longer than this is a flattened story

AGENCY = (
    r"(?:Getty(?:\ Images)?|AP(?:\ Photos?|\ Images)?|AFP|Reuters|EPA(?:-EFE)?|EFE"
    r"|Shutterstock|Bloomberg|Flickr|Associated\ Press|Alamy(?:\ Stock\ Photo)?"
    r"|PA(?:\ Wire|\ Images)?|"
    r"iStock(?:photo)?|Rex(?:\ Features)?|Anadolu(?:\ Agency)?|Xinhua|Sipa(?:\ USA)?"
    r"|Zuma(?:\ Press)?|WireImage|FilmMagic|Splash(?:\ News)?|UPI|dpa"
    r"|Wikimedia(?:\ Commons)?|Pixabay|Unsplash|Pexels|"
    r"CQ\ Roll\ Call|NurPhoto|Pool|Wikipedia|Creative\ Commons|Instagram|Twitter|YouTube"
    r"|Facebook|Divulgação|Reprodução|Folhapress|Agência\ Brasil|TASS|Sputnik|IMAGO|NTB"
    r"|TT|Scanpix|Belga|ANP|Keystone|POLITICO|WENN|INSTARimages|BACKGRID)"
)
PICTURE = (
    r"(?:image|photo|photograph|picture|graphic|illustration|screenshot|screen\ ?(?:grab"
    r"|shot|capture)|thumbnail|foto|fotografia|imagem|imagen|bild|fotos|photos|images"
    r"|zdjęcie|fot|фото|ảnh|صورة|사진|写真|图片|图|圖|Photographer|video|artwork|gif)"
)
NAME = r"[\w.'’‘-]+"
CREDIT = pattern(
    r"""[\[(（]?\s?(?:
      (?:(?:featured|main|lead|top|cover|header|feature|file|stock|opening)\ )*"""
    + PICTURE
    + r"""s?(?:\ (?:credits?|sources?|copyright|courtesy(?:\ of)?|provided|supplied
      |taken))?(?:\s?[:=/©]|\ (?:by|via|from|copyright|credits?|courtesy(?:\ of)?|©|used
      |is\ in\ the\ public\ domain)\b)+\s?[^:]{1,90}?
     |(?:Crédito|Crédit\ photo|Fotoğraf|Credit|Créditos|Credits|Foto|Imagem|Imagen|Bildquelle
       |Fotograf|Reprodução|Divulgação|Courtesy)\s?[:/]\s?.{2,70}
     |(?:"""
    + NAME
    + r"""[ ]){0,6}"""
    + NAME
    + r"""\s?[/|]\s?(?:"""
    + NAME
    + r"""[ ]?){0,5}(?:\s?[/|]\s?)?"""
    + AGENCY
    + r"""(?:\s?[/|]\s?\w[\w\ .]{0,30})?
     |AP\ Photo(?:/.{2,60})?|(?:Getty(?:\ Images)?|Shutterstock|iStock(?:photo)?|AFP|EPA
       |WireImage|Flickr|Image\ (?:copyright|source,).{0,60}|Getty\ Images/.{2,60}|REUTERS/.{3,60}
       |AFP/.{3,60}|EPA/.{3,40}|Ảnh\ .{0,6}Internet|Image\ caption|File\ photo|Stock\ photo)
     |(?:courtesy|photo\ courtesy)\ (?:of\ )?(?:the\ )?[A-Z].{2,60}
    )\s?[\])）]?\.?""",
    "ix",
)
LONGEST_CREDIT = 130
SENTENCE = pattern(r":\s[^\W\d_A-Z]\S* (?:\S+ ){2,}\S+\.$")  # behind a label; a name has a capital
DIGIT = pattern(r"\d")
PREDICATE = pattern(
    r"\b(?:shows?|was|were|said|has|have|had|will|would|who|which|that|after|during"
    r"|before|while|speaks?|is(?! in the public)|are)\b",
    "i",
)
SLASHED = pattern(
    r"[A-Z][a-zà-ÿ'’-]+ (?:[A-Z]\. "
    r"|[A-Z][a-zà-ÿ'’-]+ ){0,2}[A-Z][\w'’-]+ ?/ ?(?:The )?[A-Z][\w.&'’-]{1,20}(?: [A-Z][\w.&'’-]{1,20}){0,3}"
)


PICTURED = word_set(
    """
    image images photo photos photograph photographs picture pictures graphic illustration
    screenshot screengrab screen thumbnail foto fotos fotografia imagem imagen bild zdjęcie
    fot фото ảnh صورة 사진 * photographer video artwork gif getty shutterstock istock afp epa ap
    wireimage flickr file stock featured feature main lead top cover header opening courtesy
    crédito crédit fotoğraf credit créditos credits bildquelle fotograf reprodução divulgação
    """
)


# "Example CRM / Other", "Photographer / Videographer": headings have slashes, too. So one side names a paper
# or the like, or is written as companies are, or a writer stands in front.
OUTLET = pattern(
    r"""\b(?:News|Times|Post|Press|Herald|Tribune|Gazette|Journal|Chronicle|Globe|Magazine|Media|Daily|Observer
    |Examiner|Dispatch|Wire|Images|Pictures|Photos?|Photography|Agency|TV|Radio|Network|Studios?|Staff|Today
    |Guardian|Independent|Telegraph|Register|Courier|Inquirer|Sentinel|Mirror|Verge|Atlantic)\b""",
    "x",
)
COMPANY = pattern(r"\b(?:[A-Z]{3,}|[A-Z][a-z]+[A-Z]\w*)\b")
TRADES = pattern(r"\w+\s?/\s?(?:photo|video|film|audio|graphic|design|edit|writ)\w*", "i")
FORMAT = pattern(r"\b(?:\d(?:\.\d)?K|\d{3,4}[pi]|F?HD)\b")  # of a video


def _names_agency(text: str) -> bool:
    """Whether a line of a name, a slash and a name names who took a picture, and for whom."""
    if not SLASHED.fullmatch(text):
        return False
    left, _, right = text.partition("/")
    return left.startswith("By ") or bool(OUTLET.search(text) or COMPANY.search(right))


def is_credit(text: str) -> bool:
    """Whether a line credits a picture and says nothing else."""
    if len(text) > LONGEST_CREDIT or not (CREDIT.fullmatch(text) or _names_agency(text)):
        return False
    if text[0] in "([" and text.rstrip(".")[-1] not in ")]":
        return False
    if TRADES.fullmatch(text) or FORMAT.search(text):
        return False
    if SENTENCE.search(text):
        return False
    return not PREDICATE.search(text) and text.count(" ") < 16


@rule("BP050", fix="safe", starts=PICTURED | {"=slash", "=flat"})
def image_credit(doc: Document) -> Iterable[Edit]:
    """A line that credits a picture and says nothing else.

    "Photo by Jane Doe/Getty Images" stays behind when the picture goes. Captions, which carry facts, are
    left alone, and so is a credit inside one.

    ```diff
      Shares fell 4% on Tuesday.
    - (Photo courtesy of Jane Doe.)
      Analysts expect more.
    - Image source, Getty Images
      The chairman resigned.
    - Featured image via Getty Images/Jane Doe
    ```

    ```diff
      The bank's head office in Leeds. Photograph: Jane Doe/Reuters
    ```

    ```diff
      Images of Mars show features that were most likely made by water
      Photos of the guidebook
      Single Use/Plastic Items
      Photographer / Videographer
      Video: 4K/30p, Full HD
    ```
    """
    lines = doc.lines
    marked = [
        i
        for i, line in enumerate(lines)
        if len(line.text) <= LONGEST_CREDIT
        and ("/" in line.text or "|" in line.text)
        and line.text[-1] != "."
        and DIGIT.search(line.text) is None
    ]
    yield from cut(
        doc, [i for i in {*marked, *lines_starting(doc, PICTURED)} if is_credit(lines[i].text)]
    )
    if doc.lines and len(doc.lines[-1].text) > LONGEST_CAPTION:
        yield from cut_edges(doc, None, is_credit)
