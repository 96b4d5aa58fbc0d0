"""The sample day: what the sources might answer, for the first look without network.

``day/`` holds answers in the sources' own formats. Papers, repositories and competitions are real
landmarks with their real names and identifiers; summaries are in our own words, counts are rounded
or made up, and dates are placeholders that ``recording`` turns into times around the present.
"""
