"""The words by which people say what they want and what not: English, German, French, and signs.

Every pattern here is matched where a clause begins, unless its name says END. What follows it names
the subject. Signs that look alike are both taken, since phones type either.
"""

# ruff: noqa: RUF001  # people type signs that look alike

from __future__ import annotations

import re

IGNORE_CASE = re.IGNORECASE

ADVERB = (
    r"(?:(?:also|really|very|mostly|mainly|currently|particularly|especially|primarily|always|too|"
    r"deeply|just|definitely|absolutely|quite|so|at all|that|much|still|totally|honestly|all|"
    r"actually|simply|ever|completely|sehr|wirklich|gar|überhaupt|vraiment|très)\s+)*"
)
AM = r"(?:i\s+am|i['’]m|im|we\s+are|we['’]re)\s+"
_ME = r"(?:(?:i|we|you|ich|wir|je|nous)\s+)?"
_DO_NOT = (
    r"(?:(?:do|does|would|could|should|will)\s*(?:n['’]?t|\s+not)|never|can(?:no|['’]?|\s+no)t|won['’]?t|"
    r"no\s+longer|please\s+no)"
)
_ABOUT = r"(?:\s+(?:about|on|of|in|for|with|around|regarding|related\s+to|to\s+do\s+with))?"
_NOUN = r"(?:papers?|posts?|news|articles?|stories|content|talk|hype|stuff|things?|discussions?)"
_ANY = (
    r"(?:(?:any|all|more|other|the|these|those|such)\s+"
    r"|(?:anything|everything|something)\s+(?:about|on|of|like|(?:to\s+do|that\s+has\s+to\s+do)\s+with"
    r"|related\s+to|around|with)\s+"
    r"|(?:hearing|seeing|reading|getting|having)\s+(?:(?:about|of|on)\s+)?"
    rf"|{_NOUN}\s+(?:about|on|around|of|like|regarding)\s+"
    r"|(?:nachrichten|artikel|beiträge|actualités?|nouvelles)\s+(?:über|zu|von|sur|de)\s+"
    r"|(?:related\s+to|to\s+do\s+with|on|about|to|for)\s+"
    r"|(?:der|die|das|den|dem|le|la|les|du|des|de\s+la|el|los|las|il)\s+|(?:l|d)['’])*"
)
_TERMS = (
    r"(?!free\s+lunch|longer\b|regrets?\b|u-?turn|cloning\b|arbitrage\b|code\b|reference\b|"
    r"(?:lack|shortage|end)\s+of\b|man['’]s\b)"
)
"""Words behind "no" that make a term of it."""

NEVER_OTHERWISE = (
    r"(?:except(?:ing|\s+for)?(?!\s+clauses?\b)|excluding|other\s+than|apart\s+from|aside\s+from|as\s+opposed\s+to|"
    r"rather\s+than|instead\s+of|minus(?!\s+signs?\b)|barring|außer|ausgenommen|statt|sauf|excepté|hormis)\b"
)
"""What begins an exception in the middle of a phrase."""

_ENGLISH = (
    (
        rf"(?:{AM})?{ADVERB}not\s+(?!only\b|just\s+\w+\s+but\b|(?:tired|bored|sick)\s+of\b|uninterested)"
        rf"{ADVERB}(?:(?:interested|into|keen|fond|excited|fussed|bothered|looking|here|after|"
        r"a\s+(?:(?:big|huge|great|real)\s+)?fan)\b(?:\s+(?:in|on|of|by|about|for|to\s+see))?|about\s+|in\s+)?"
    ),
    rf"(?:{AM})?{ADVERB}(?:un|dis)interested\s+in",
    (
        rf"{_ME}{ADVERB}{_DO_NOT}\s+{ADVERB}(?:want|like|love|care|need|wish|enjoy|show|send|stand|give|"
        r"follow|read|see|bother|include|recommend|suggest)\b(?:\s+me)?"
        rf"(?:\s+to\s+(?:see|read|hear|know|get|learn))?{_ABOUT}"
    ),
    (
        rf"{_ME}(?:would\s+|['’]d\s+)?(?:rather|prefer)\s+not\s+(?:to\s+)?"
        rf"(?:see|read|hear|get|have|know){_ABOUT}"
    ),
    r"i['’]d\s+(?:rather|prefer)\s+not\s+(?:to\s+)?(?:see|read|hear|get|have)(?:\s+about)?",
    (
        r"(?:(?:i|we)(?:\s+have|['’]ve)(?:\s+got)?\s+)?(?:(?:absolutely|really)\s+)?"
        r"(?:no|zero|little|not\s+much)\s+(?:interest|use|time|need|desire)\s+(?:in|for|of)"
    ),
    rf"{_ME}could(?:n['’]?t|\s+not)?\s+care\s+less\s+(?:about|for)",
    (
        r"(?:(?:i|we)(?:['’]ve|\s+have)\s+(?:had|seen|read)\s+)?(?:(?:quite|more\s+than)\s+)?"
        r"enough\s+(?:of|about|with)"
    ),
    rf"{_ME}{ADVERB}(?:hate(?!\s+(?:speech|crimes?)\b)|dislike|detest|loathe|despise)\b",
    (
        rf"(?:{AM})?{ADVERB}(?:tired|sick(?:\s+and\s+tired)?|bored|fed\s+up|weary|done|allergic)\s+"
        r"(?:of|by|with|to)"
    ),
    rf"{AM}{ADVERB}over\s",
    r"(?:i\s+have|i['’]ve)\s+had\s+it\s+with",
    r"(?:keep|leave)\s+(?=[^,]+\s+out\b)",
    r"stop\s+(?:showing|sending|giving|recommending|suggesting)(?:\s+me)?",
    r"spare\s+me",
    (
        r"(?:anything|everything|all)\s+(?:but|besides|save|outside(?:\s+of)?|without"
        rf"|{NEVER_OTHERWISE})[\s:]"
    ),
    rf"{NEVER_OTHERWISE}",
    r"(?:that|which)\s+(?:are|is|have|has)\s*(?:n['’]?t|not|nothing)\s+(?:about|on|related\s+to|to\s+do\s+with)",
    rf"no\s+{_TERMS}",
    r"(?:neither|nor|never(?=\s+\w+$))\s",
    r"nothing\s+(?:about|on|with|from|of|related\s+to|to\s+do\s+with)\s",
    r"(?:less|fewer)\s+(?!is\b|than\b)(?:(?:of|about)\s+)?",
    r"too\s+(?:much|many)\s",
    (
        rf"{_ME}(?:(?:could|can|['’]d|would)\s+)?(?:without|exclude|avoid|ignore|mute|hide(?!\s+and\b)|unfollow|filter\s+out|leave\s+out|cut\s+out|"
        r"get\s+rid\s+of|skip(?!\s+(?:connections?|grams?|lists?|layers?)\b)|(?:do|live)\s+without|"
        r"(?:block|drop|ban|remove)(?=\s+(?:all|any|anything|everything|the)\b))\s"
    ),
    (
        r"(?:dislikes?|hates?|unwanted|nope|no|not|excluded?|less|muted?|skip|block(?:ed)?|without|never|"
        r"avoid|boring|not\s+for\s+me|not\s+interested(?:\s+in)?|don['’]?ts?|cons?)\s*:"
    ),
    r"[-−!](?=\w)",
)
_GERMAN = (
    (
        r"(?:(?:ich|wir)\s+)?(?:(?:mag|will|möchte|brauche|habe|hab|sehe|lese|wollen|mögen)\s+)?"
        r"(?:(?:auch|bitte|mehr)\s+)*keine?[nrms]?\s+(?:(?:interesse|lust|bock)\s+(?:an|auf)\s+)?(?:mehr\s+)?"
    ),
    (
        r"(?:(?:ich|wir)\s+)?(?:(?:bin|will|möchte|mag|interessiere\s+mich|interessieren\s+uns)\s+)?"
        r"(?:bitte\s+)?nichts?\s+(?:mehr\s+|interessiert\s+)?(?:(?:für|an|über|zu|von|mit|aus)\s+)?"
    ),
    r"(?:ich|wir)\s+(?:hasse|verabscheue|hassen)\s",
    r"(?:alles|anything)\s+außer\s|ohne\s|weder\s|genug\s+von\s|bloß\s+nicht\s",
)
_FRENCH = (
    r"(?:je\s+ne\s+suis\s+|nous\s+ne\s+sommes\s+)?(?:pas|plus|aucunement)\s+intéressée?s?\s+par",
    r"je\s+ne\s+m['’]intéresse\s+(?:pas|plus)\s+(?:à|aux?|par)",
    r"je\s+n['’]aime\s+(?:pas|plus|ni)(?:\s+du\s+tout)?",
    r"je\s+ne\s+(?:veux|souhaite|supporte)\s+(?:pas|plus)(?:\s+(?:voir|lire|de|entendre\s+parler\s+de))?",
    r"(?:je|nous)\s+détest(?:e|ons)\s",
    r"(?:surtout\s+)?pas\s+(?:de\s+|du\s+|d['’]|aux?\s+|par\s+|à\s+)",
    r"(?:sans|rien\s+(?:sur|de)|(?:tout\s+)?sauf|aucune?|(?:j['’]en\s+ai\s+)?(?:marre|assez)\s+(?:de|du|des))\s",
    r"ni\s+(?:d[eu]\s+|d['’])?",
    r"ras[-\s]le[-\s]bol\s+(?:de|du|des)\s",
)
_OTHERS = (
    r"no\s+me\s+(?:interesan?|gustan?)\s",
    r"(?:nada\s+(?:de|sobre)|ningun[oa]?|niente|senza|geen|zonder|nessun[oa]?)\s",
)
"""Spanish, Italian and Dutch, for what is said most."""

UNWANTED = re.compile(
    r"(?:(?:but|and|also|please|kindly|so|just|aber|und|bitte|mais|et|you\s+(?:can|may|could|should))"
    rf"[\s,]+)*(?:{'|'.join((*_OTHERS, *_GERMAN, *_FRENCH, *_ENGLISH))})\s*{_ANY}",
    IGNORE_CASE,
)

_DULL = (
    r"(?:boring|annoying|overrated|overhyped|useless|tiresome|rubbish|not\s+(?:so\s+|very\s+)?"
    r"interesting|of\s+no\s+(?:interest|use)|not\s+for\s+me|not\s+my\s+(?:thing|cup\s+of\s+tea))"
)
UNWANTED_END = re.compile(
    rf"\s*(?:(?:(?:is|are|seems?)\s+{ADVERB}{_DULL}(?:\s+(?:to|for)\s+me)?)"
    r"|(?:isn['’]?t|aren['’]?t)\s+(?:so\s+|very\s+)?(?:interesting|for\s+me|my\s+(?:thing|cup\s+of\s+tea))"
    r"|(?:does\s+not|doesn['’]?t|do\s+not|don['’]?t)\s+interest\s+me|bores?\s+me(?:\s+to\s+(?:death|tears))?|sucks?"
    r"|interessier(?:t|en)\s+mich\s+(?:gar\s+)?nicht|\s+nicht|finde\s+ich\s+langweilig"
    r"|\s+(?:nicht\s+)?interessiert"
    r"|ne\s+m['’]intéresse(?:nt)?\s+(?:pas|plus)"
    r"|\s*[-–—:?,]\s*(?:no|nope|never|nein|non|no,?\s+thanks?|no\s+thank\s+you)(?:\s+(?:thanks?|danke|merci))?"
    r"|\s+(?:nein|non)\s+(?:danke|merci))$",
    IGNORE_CASE,
)
WANTED_AFTER_ALL = re.compile(
    rf"(?:(?:and|but|please|also)\s+)*(?:"
    rf"{_ME}{ADVERB}{_DO_NOT}\s+(?:(?:want|wish|like)\s+to\s+|let\s+me\s+)?"
    r"(?:miss|skip|exclude|mute|hide|ignore|forget|lose|leave\s+out)\b(?:\s+out\s+on)?"
    r"(?:\s+(?:a\s+thing|anything|any)\b(?:\s+(?:about|on))?)?"
    rf"|{_ME}{ADVERB}(?:hate|dislike|{_DO_NOT}\s+(?:like|stand))\s+(?:it\s+when\s+i\s+)?"
    r"(?:not\s+(?:seeing|getting|reading|having|finding)|missing|to\s+miss|miss)\b(?:\s+out\s+on)?"
    rf"|{_ME}(?:can(?:not|['’]?t|\s+not)|never)\s+(?:get|have)\s+enough(?:\s+of)?"
    rf"|{_ME}can(?:not|['’]?t|\s+not)\s+(?:live|do|be)\s+without"
    rf"|(?:{AM})?(?:not|never)\s+(?:tired|bored|sick)\s+of"
    r"|nothing\s+(?:but|except(?:\s+for)?|other\s+than)"
    r"|not\s+(?:only|just)|nichts\s+(?:als|außer)|rien\s+(?:que|d['’]autre\s+que)|nicht\s+nur"
    r")\s+",
    IGNORE_CASE,
)
"""What sounds like a refusal and is none."""

_SEE = r"(?:\s+to\s+(?:see|read|hear|learn|know|get|follow))?(?:\s+more)?(?:\s+(?:about|of|on))?"
NOUNS = r"(?:interests?|topics?|work|research|focus|fields?|areas?|keywords?|expertise)"
WANTED = re.compile(
    rf"(?:(?:hi|hello|hey|hallo|bonjour)\b(?:\s+(?:all|there|everyone))?[\s,!.]*"
    r"|mein[e]?\s+(?:interessen|themen|gebiete)\s*(?::|sind)|mes\s+(?:intérêts|sujets)\s*(?::|sont)"
    r"|tout\s+(?:sur|ce\s+qui\s+concerne)|all\s+things(?=\s)"
    r"|(?:currently\s+)?(?:keen\s+on|passionate\s+about|curious\s+about|fascinated\s+by"
    r"|reading\s+about|learning\s+about)(?=\s)"
    rf"|{AM}{ADVERB}(?:interested\s+in|into|keen\s+on|passionate\s+about|fascinated\s+by|"
    r"curious\s+about|working\s+(?:on|with|in)|an?\s+(?:(?:big|huge|great)\s+)?fan\s+of|"
    r"focus(?:s)?(?:ed|ing)\s+on|looking\s+for|"
    r"studying|researching|learning(?:\s+about)?|specializ(?:ed|ing)\s+in)"
    rf"|(?:i|we)\s+{ADVERB}(?:like|love|enjoy|follow|study|research|work\s+(?:on|with|in)|adore|"
    r"care\s+about|want|need|prefer|read|specialize\s+in|focus\s+on|do(?=\s+(?!not\b)))"
    rf"{_SEE}"
    rf"|(?:love|enjoy|prefer|want|adore)(?=\s){_SEE}"
    rf"|(?:i['’]d|i\s+would|we\s+would)\s+(?:rather\s+|much\s+)?(?:like|love|prefer|see|have|read){_SEE}"
    rf"|(?:my|our|his|her)\s+(?:\w+\s+){{0,2}}{NOUNS}(?:\s+of\s+interest)?\s*"
    r"(?::|(?:are|is|include[sd]?|focus(?:es)?\s+on|lies?\s+in|span)\b(?:\s+in\b)?:?)"
    rf"|(?:\w+\s+){{0,2}}{NOUNS}(?:\s+of\s+interest)?\s*(?:are\b|include\b|:)"
    r"|(?:likes?|loves?|wants?|wanted|yes|includes?|pros?|mag\s+ich|follow(?:ing)?|dos?)\s*:"
    r"|(?:please\s+)?keep\s+me\s+(?:posted|updated|informed|up\s+to\s+date)\s+(?:on|about|with)|yes\s+to"
    r"|(?:please\s+)?(?:show|send|give|tell)\s+me(?:\s+(?:only|just))?(?:\s+(?:more|anything|everything))?"
    r"(?:\s+(?:about|on|of))?"
    r"|(?:more|all|anything|everything|something|news|papers|articles|updates|stuff)\s+"
    r"(?:about|on|related\s+to|around|like)"
    r"|(?:lots|plenty|a\s+lot|much\s+more|more)\s+(?:of\s+)?(?!than\b|is\b)(?=\w)"
    r"|interested\s+in|(?:also|especially|particularly|mostly|mainly|plus(?!\s+(?:de\b|d['’]|sur\b))|yes|rather|only|but|"
    r"just|instead)\b(?=[\s,:])"
    rf"|(?:(?:ich|wir)\s+)?(?:interessiere\s+mich|interessieren\s+uns)\s+{ADVERB}(?:auch\s+)?für"
    r"|mich\s+interessier(?:t|en)"
    r"|(?:ich|wir)\s+(?:mag|liebe|mögen|lieben|(?:arbeite|forsche|arbeiten|forschen)\s+(?:an|zu|über)"
    r"|(?:will|möchte)(?:\s+gerne?)?(?:\s+(?:mehr|alles))?(?:\s+(?:über|zu|von))?)(?=\s)"
    r"|(?:mehr|alles)\s+(?:über|zu|von)|interessiert\s+an|sondern\b|lieber\b|nur\b"
    r"|j['’]aime(?:rais)?(?:\s+(?:bien|beaucoup))?|j['’]adore|je\s+m['’]intéresse\s+(?:à|aux?)"
    r"|je\s+(?:suis\s+)?intéressée?s?\s+par|intéressée?s?\s+par|je\s+travaille\s+sur|je\s+(?:veux|préfère)"
    r"|plus\s+(?:de\s|d['’]|sur)|plutôt\b"
    r")[\s,:]*",
    IGNORE_CASE,
)
ARTICLE = re.compile(r"(?:(?:le|la|les|du|des|aux?)\s+|[ld]['’](?=\w))", IGNORE_CASE)
"""What French puts before a subject that somebody tells; it is no word of the subject."""

_TURNING = r"but|yet|though|however|aber|sondern|jedoch|mais|pero"
_AFTER_NO_VERB = "".join(
    f"(?<! {word})"
    for word in (
        *("are", "is", "was", "were", "am", "be", "do", "does", "did", "has", "can", "could"),
        *("would", "should", "will", "may", "or", "and", "why", "to", "but"),
    )
)
"""Where "not" belongs to no verb."""

TURN = re.compile(
    rf"\s+(?=(?:{NEVER_OTHERWISE}))"
    rf"|(?<!\banything)(?<!\beverything)(?<!\bnothing)(?<!\ball)[\s,;]+(?P<turning>{_TURNING})[\s,]+"
    r"|\s*,\s*(?:and\s+|und\s+|et\s+)?"
    r"|\s+[-–—]\s+|\s+(?=[-−]\w{2})|\s+(?=(?:that|which)\s)"
    rf"|{_AFTER_NO_VERB}\s+(?=not\s)"
    r"|\s+(?:and|und|et)\s+"
    r"|\s*\(",
    IGNORE_CASE,
)
"""Where somebody may go on with the opposite."""

_LACKS = (
    r"(?:labels?|supervision|gradients?|data|teachers?|tears|borders|rewards?|replay|maps?|priors?|"
    r"attention|context|humans?|replacement|consensus|ground|\w+(?:ing|tion|sion))\b"
)
"""What methods do without, as in "learning without forgetting"."""

WANTED_END = re.compile(
    r"\s+(?:m['’]intéresse(?:nt)?|interessier(?:t|en)\s+mich(?:\s+sehr)?|interests?\s+me)$",
    IGNORE_CASE,
)

WITHOUT = re.compile(
    rf"\s+(?:without|ohne|sans)\s+(?:any\s+|the\s+)?(?!\w*[\s-]?{_LACKS}|{_LACKS})", IGNORE_CASE
)
