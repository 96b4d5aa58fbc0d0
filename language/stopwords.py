"""Words that say nothing about a subject."""

from __future__ import annotations

_GRAMMAR = """
a about above across after again against ain all almost along already also although always am
among an and another any anyone anything are aren aren't around as at away back be became because
become becomes been before behind being below beside besides between beyond both but by came can
can't cannot cause come could couldn couldn't did didn didn't do does doesn doesn't doing don don't
done down due during each either else enough etc even ever every everyone everything except few
first for former from further get gets getting give given gives go goes going gone got had hadn
hadn't has hasn hasn't have haven haven't having he hence her here hers herself him himself his how
however i ie if in indeed instead into is isn isn't it it's its itself just keep kept last later
latter least less let like likely made make makes making many may maybe me might mine more moreover
most mostly much must mustn my myself namely near nearly need needs neither never nevertheless next
no nobody none nor not nothing now of off often on once one only onto or other others otherwise our
ours ourselves out over own per perhaps please quite rather re really s same say says see seem
seemed seems several shall she should shouldn shouldn't since so some someone something sometimes
somewhat soon still such t take taken takes than that that's the their theirs them themselves then
there thereby therefore these they thing things this those though through throughout thus to
together too toward towards under unless until up upon us use used uses using usually various ve
very via want was wasn wasn't way we well went were weren weren't what whatever when where whereas
whereby wherein whether which while who whoever whole whom whose why will with within without won
won't would wouldn wouldn't yes yet you you'd you'll you're you've your yours yourself yourselves
"""

# What nearly every abstract and every project page says of itself. As a reason for a pick these
# read badly ("because of: propose"), and they tell no two subjects apart.
_BOILERPLATE = """
achieve achieved achieves achieving additionally address addresses aim aims approach approaches
article based best better code compared consider considered demonstrate demonstrated demonstrates
easy effective effectively enable enables enabling existing experiment experimental experiments
extensive finally find finding findings furthermore github good great help high introduce
introduced introduces introducing investigate key large leverage leverages leveraging low main
method methods new novel paper papers present presented presents previous prior problem problems
proposed propose proposes proposing provide provided provides providing recent recently remain
remains result resulting results show showed logged shown shows significant significantly simple
specifically state study studies superior two three work works
"""

FUNCTION_WORDS: frozenset[str] = frozenset(_GRAMMAR.split())
"""English function words, in folded form."""

STOP_WORDS: frozenset[str] = FUNCTION_WORDS | frozenset(_BOILERPLATE.split())
"""Function words, and those that nearly every abstract uses; in folded form."""
