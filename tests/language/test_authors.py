from __future__ import annotations

import pytest

from language.authors import author_names


@pytest.mark.parametrize(
    ("listed", "names"),
    [
        (("TeamOne", ":", "Aili Example"), ("TeamOne", "Aili Example")),
        (("Team Two:", "Bo Example;"), ("Team Two", "Bo Example")),
        (("", " ", "-", "...", "|", "\uff1a", "\u3001", "&", "+", "()"), ()),
        (("Sammy Davis Jr.", "Anna M.", "O'Neil (Lab, Paris)"),) * 2,
        (("\u8463\u5148\u751f", "\u0627\u062d\u0645\u062f", "3Blue1Brown", "\U0001f917"),) * 2,
        (("Ann", "Bo", "Ann"), ("Ann", "Bo")),
        (("and", "Ann", "et al.", "null", "undefined", "N/A", "None"), ("Ann",)),
        (("Andy", "Nonell", "Et Alia"),) * 2,
        (("noreply@blogger.com (Unknown)", "and others", "NaN"), ()),
        (("a@lab.example, b@lab.example (Bo)", "Ann\u2020", "Cy\u2021*"), ("Bo", "Ann", "Cy")),
        (
            ("Ann; Bo;", "\u5f20\u4e09\u3001\u674e\u56db\uff1b"),
            ("Ann", "Bo", "\u5f20\u4e09", "\u674e\u56db"),
        ),
        (("Anders Unknown", "Nan Li", "Nil Admirari"),) * 2,
        (("Ann <ann@lab.science>", "bo@lab.example", "Cy @ Lab"), ("Ann", "Cy @ Lab")),
    ],
)
def test_a_sign_between_names_is_no_author(listed: tuple[str, ...], names: tuple[str, ...]) -> None:
    assert author_names(listed) == names
