"""How easy a text is to read, by simple counters: a school grade for English, INFLESZ for Spanish."""

import re

VOWELS = re.compile(r"[aeiouy]+")


def sentences(text):
    return [one for one in re.split(r"[.!?:]+(?:\s|$)", text) if re.search(r"\w", one)]


def words(text):
    return re.findall(r"[^\W\d_]+(?:['-][^\W\d_]+)*", text)


def flesch_kincaid_grade(text):
    """Return the school grade that reads an English text: Kincaid 1975, 0.39 W/S + 11.8 syllables/W - 15.59."""
    told = words(text)
    return 0.39 * len(told) / len(sentences(text)) + 11.8 * sum(map(syllables, told)) / len(told) - 15.59


def inflesz(text):
    """Return how easy a Spanish text is, 0 to 100: Szigriszt 1993, 206.835 - 62.3 syllables/W - W/S."""
    told = words(text)
    return 206.835 - 62.3 * sum(map(spanish_syllables, told)) / len(told) - len(told) / len(sentences(text))


def syllables(word):
    """Count groups of vowels; an e at the end is silent, but for -le behind a consonant."""
    word = word.lower()
    count = len(VOWELS.findall(word))
    silent = re.search(r"[^aeiouy]e$|[^aeioutdy]ed$|[^aeiouyhsxz]es$", word) and not re.search(r"[^aeiouy]le$", word)
    return max(1, count - bool(silent))


def spanish_syllables(word):
    """Count vowels, where a weak one beside a strong one makes no syllable of its own."""
    word = re.sub(r"qu(?=[ei])|gu(?=[ei])", "k", word.lower())
    return max(1, len(re.findall(r"[iuüy]?[aeoáéóíú][iuy]?(?![aeoáéíóú])|[aeoáéóíú]|[iuü]+|\by\b", word)))
