"""The ranker's weights, all in one place, each with what it does and why it is what it is.

A score is a sum of terms; a full match with one written interest is worth about 1. Sizes that only
bound time and memory stand in the modules that keep to them. The bar that an item has to reach for
a digest is ``digests.threshold.BAR``.

The figures are those of ``./run bench ranking``: recall at 100 and nDCG at 10 on citeulike-t, and
the loss on the reviewers' judgements (lower is better). Bring new ones with a new weight.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType

from core.people import Verdict

# --- Metadata ---

FRESHNESS = 0.05
"""Weight of an item that appeared this moment; minus this is the weight of a very old one. Within a
week it settles what else is equal: with .2 it outweighed how well an item matches."""

FRESHNESS_HALF_LIFE = timedelta(days=3.5)
"""Age that counts neither for nor against an item: half of the period of a weekly digest."""

POPULARITY = 0.3
"""Weight of the most popular item of its source and kind."""

FOLLOWED = 1.0
"""Weight of a followed author or repository: about that of a full match with an interest."""

FOLLOWED_CATEGORY = 0.4
"""Weight of a followed category, which holds many items."""

ALREADY_JUDGED = 2.0
"""Taken from an item that the person knows or wanted less of: more than one match can give."""

# --- Written interests ---

SATURATION = 0.9
"""How fast further occurrences of a word stop counting: BM25's k1 (Robertson and Zaragoza 2009)."""

LENGTH_SHARE = 0.75
"""How strongly a word counts less in a long text: BM25's b (the same source)."""

LENGTH_FLOOR = 0.25
"""Length factor of the shortest texts: a title alone says little, however short it is."""

IN_TITLE, IN_TAGS, IN_BEGINNING, IN_REST = 3.0, 2.0, 1.0, 0.6
"""How much an occurrence counts by where it stands. Without its title and tags a repository has ten
words to set against the two hundred of an abstract."""

IN_LINE, LINE_WORDS = 2.0, 30
"""How much an occurrence counts in a summary of at most so many words. One line in which a
repository or a competition says what it is carries what a title does."""

BEGINNING_WORDS = 50
"""Words of a summary that are its beginning: two sentences, in which it says what it is about."""

COVERAGE = 1.5
"""Exponent of the share of a phrase that is found, words weighed by rarity: one word of three is no
match, all but one of five nearly one."""

COVERED_WORDS = 4
"""Words of which a longer phrase, a sentence or a title, needs no more to be covered."""

SIDE_BY_SIDE, SIDE_BY_SIDE_BELOW = 0.5, 0.4
"""What words of a phrase that stand side by side add to 1, in the title and below; half of it if
they stand in another order or up to two words apart."""

COMMON_WORD, FUNCTION_WORD = 1.5, 0.3
"""Rarity in a phrase of words that nearly every abstract holds ("code", "large"), and of function
words ("on"): they are part of it, and say little. Other words have 2 to 7 in 3,000 texts."""

SPELT_OTHERWISE = 0.8
"""Factor of a match with an acronym in place of what was written, or the other way round."""

OTHER_FORM = 0.5
"""What a word of the same stem is worth where another ending makes another thing of it: a server is
not serving, observability no observation."""

EITHER_SIDE = 0.8
"""Factor of a match with one side of an "and" alone: "fairness and bias" asks for either."""

INTEREST_LSA, INTEREST_LSA_WORDS = 1.4, 3
"""Weight of an LSA similarity of 1 with a single word, beside a full match of 1, in a large
archive; divided by the number of words of a phrase, as far as three. Texts on one subject reach .3
to .5. What a word alone is about its neighbours tell (with half the weight recall at 100 from five
words falls from .448 to .439); a phrase says it itself, and what is merely near to it is
far-fetched (nDCG at 10 of the judged weeks .637 in place of .620)."""

INTEREST_CONTEXT = 1.0
"""How far the direction of an interest is turned towards that of all of the person: what a word
alone means they tell. Recall at 100 from five words rises from .439 to .449, the loss with three
titles falls from .347 to .344, nDCG at 10 of the judged weeks rises from .607 to .622; .3 to 1 do
as well."""

LITERAL, LITERAL_TAG = 0.8, 0.5
"""The least that an interest adds to an item that names it in its title, or in its tags alone,
where it is looked for as it is written (a name such as Go, a phrase without spaces): clearly above
the bar, and below a full match of words, since a name may mean something else. The language of a
repository is a tag, and what it is about something else."""

# --- Verdicts ---

VERDICT_WEIGHTS: Mapping[Verdict, float] = MappingProxyType(
    {Verdict.SAVE: 1.25, Verdict.MORE: 1.0, Verdict.KNOWN: 0.4, Verdict.LESS: -1.0}
)
"""Sample weight of each verdict: what is saved is wanted most; what is known shows the field of a
person but not what they miss."""

VERDICTS = 0.4
"""Score of an item one standard deviation above the background, once there are many verdicts."""

DISLIKE_EVIDENCE = 0.1
"""How much a dislike adds to the trust in verdicts, beside a like: it says what to avoid, not what
to look for."""

BESIDE_INTERESTS = 8.0
"""Likes from which on the regression counts half as much beside written interests as without any.
Of a few likes it says little more than their common words, which are not what was written. With 4
or 16, nDCG at 10 of the judged weeks is the same within .01 with 1, 3 and 10 saves."""

NEAREST = 6.0
"""What a similarity of 1 to a liked item would add beside written interests, if there were many
likes. Two abstracts on one narrow topic have .1 to .2."""

NEAREST_ALIKE = 0.4
"""Similarity beyond which an item is no more alike: one like never adds as much as a full match
with a written interest, whatever it is like."""

NEAREST_EVIDENCE = 4.0
"""Likes, weighted, at which their nearness counts half of what it does with many."""

NEAREST_PLACES = (1.0, 0.3, 0.1)
"""How far the nearest likes of an item count, the nearest first. With the nearest alone, or with
half and a quarter for the others, nDCG at 10 of the judged weeks differs by less than .005."""

REGRESSION_C = 0.1
"""Inverse of the regularization of the logistic regression: anything from .01 to .3 does as well on
both benchmarks."""

# --- Similarity of two texts ---

LSA_SIMILARITY = 0.8
"""Weight of the LSA cosine beside the TF-IDF cosine, in a large archive of short texts."""

LSA_SHORT = 32
"""Counted words of a mean text up to which LSA has its whole weight; it falls as texts grow longer.
Two short texts on one subject may share no word; two abstracts share several, and which ones says
more than the subject. It takes nDCG at 20 of daily-readers from .648 to .672 (submissions-page) and
from .386 to .410 (submissions-arxiv); the loss on the reviewers' 20 papers goes from .247 to
.250."""

LSA_HALF_TEXTS = 500
"""Archive texts at which LSA has half of its weight: from few texts little can be learned."""

LSA_POWER = 0.75
"""Exponent of the singular values in word vectors: .5 is a little better where there is much text,
1 where there is little."""

LSA_FADING = 0.25
"""Exponent of the factor that falls from 1 to 0 over the directions, so that the weakest end
gradually. Which directions come last is half chance, and a hard end lets it tell: with other random
starts the loss on the reviewers' 20 papers went from .246 to .259. (Together with 160 dimensions in
place of 128 and 4 texts for each in place of 6: .252 to .246 in the mean of three starts, .347 to
.341 with three titles; recall on citeulike-t .576 to .580, with three likes .492 to .496, with five
words .446 to .448. With .5 the first gains more, .243, and the last loses, .443.)"""

LOCAL_SCALING = 0.5
"""Exponent of the local density that similarity is divided by, in a large archive. It took nDCG of
the words alone on citeulike-t from .172 to .188."""

LOCAL_SCALING_FLOOR = 0.1
"""Part of the mean density that even an isolated text is taken to have around it."""

# --- Sentence embeddings, where there is a model ---
#
# Chosen on half of the reviewers, by a hash of their names; decision 0015 has what else was tried.

EMBEDDING_INTEREST, EMBEDDING_INTEREST_SHARES = (0.7, 1.4), (0.2, 0.7)
"""Weight of the cosine with a written interest, and share of embeddings in the score by interests,
beside the words: of short phrases and of sentences. A model of sentences makes much of a title
and little of two words, which stand in a text or do not: with the shares of titles for phrases nDCG
at 10 of the judged weeks falls below that of the words alone (.556 against .607)."""

SENTENCE_WORDS = (4, 10)
"""Words up to which an interest is a phrase, and from which it is a sentence."""

EMBEDDING_LIKED = 3.0
"""Weight of the cosine with liked items: the nearest of one field are .3 above the mean."""

EMBEDDING_LIKED_SHARE = 0.85
"""Share of embeddings in the score by verdicts, beside the words; .8 to .9 do as well."""

EMBEDDING_NEIGHBORS = 3
"""Nearest liked items whose cosines are averaged. One may be a whim, many are a blur: at equal
shares the loss is .244 with one, .213 with three, .220 with eight."""

EMBEDDING_SAME_SUBJECT = 0.3
"""Cosine from which two texts are on one subject; texts on different ones stay below. Only from
there does the cosine with a disliked item count, as much as with a liked one."""

EMBEDDING_PRIOR = 0.1
"""Mean cosine of unrelated texts, as far as the candidates do not tell."""

EMBEDDING_PRIOR_COUNT = 20
"""Candidates that tell as much about the mean cosine as ``EMBEDDING_PRIOR`` does."""

# --- Diversity and calibration: the order alone, never the score ---

DIVERSITY = 0.7
"""The highest penalty, as a part of the score range of the items that a digest is picked from."""

DIVERSITY_MIN = 0.2
"""The highest penalty in any case, a fifth of a full match with an interest: where many items of
one topic score nearly the same, their range alone would let them fill a digest."""

DIVERSITY_ALIKE = 0.3
"""TF-IDF cosine from which two items are much alike (two papers of one narrow topic reach about
.2, two reports of one thing .5)."""

AUTHOR_PENALTY = 0.25
"""Penalty of each further item by an author."""

AUTHOR_FREE = 2
"""Items by one author in the top that nobody minds."""

SHARE_PENALTY = 0.5
"""Penalty of each item beyond the share of its source or topic."""

SHARE_FREE = 0.5
"""Items beyond a share that cost nothing: shares are no whole numbers."""

FIRST_OF_TOPIC, GOOD_MATCH = 0.3, 0.5
"""What the first item of a topic is worth more, and the match from which it is: so each interest
gets a place as long as something good exists for it."""

TOPIC_DECAY, SOURCE_DECAY = 0.92, 0.95
"""What an item is still worth after each other one above it on the same topic, and from the same
source. So each interest gets a place as long as something about as good as the rest exists for it,
and more where there is more."""

SHARE_LIKES = 20
"""Likes from which on the shares of sources and topics count. Fewer say little of them, and then
what appeared this week would decide: with 1, 3 and 10 saves nDCG at 10 of the judged weeks was .006
to .008 lower."""

CALIBRATION_PRIOR = 10.0
"""Liked items that weigh as much as what matched today: a few likes do not settle the shares."""
