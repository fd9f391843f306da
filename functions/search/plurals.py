"""Irregular English plurals, which the stemmer doesn't reduce to their singulars.

They are added to a query rather than to the index, so that images that were stored before are found, too.
"""

from __future__ import annotations

from functools import cache

# Pairs that the stemmer of `terms` keeps apart. A word in several pairs has several other forms.
PAIRS = """
goose geese, leaf leaves, child children, man men, woman women, person people, foot feet, tooth teeth, mouse mice,
louse lice, ox oxen, die dice, penny pence, brother brethren, wolf wolves, knife knives, life lives, wife wives,
shelf shelves, elf elves, half halves, calf calves, loaf loaves, scarf scarves, thief thieves, hoof hooves,
dwarf dwarves, self selves, sheaf sheaves, wharf wharves, turf turves, staff staves, beef beeves,
canvas canvases, lens lenses, iris irises, quiz quizzes, bus buses, gas gases, gas gasses, rhinoceros rhinoceroses,
ibis ibises, trellis trellises, chrysalis chrysalises, chrysalis chrysalides, christmas christmases, alias aliases,
pancreas pancreases, hippopotamus hippopotami, octopus octopi, cactus cacti, fungus fungi, nucleus nuclei,
radius radii, stimulus stimuli, gladiolus gladioli, narcissus narcissi, alumnus alumni, locus loci, focus foci,
axis axes, oasis oases, crisis crises, thesis theses, basis bases, emphasis emphases, hypothesis hypotheses,
analysis analyses, parenthesis parentheses, metamorphosis metamorphoses, synthesis syntheses,
medium media, bacterium bacteria, stadium stadia, millennium millennia, symposium symposia, terrarium terraria,
aquarium aquaria, planetarium planetaria, honorarium honoraria, sanatorium sanatoria, datum data, stratum strata,
phenomenon phenomena, criterion criteria, automaton automata, polyhedron polyhedra, ganglion ganglia,
bureau bureaux, chateau chateaux, tableau tableaux, plateau plateaux, gateau gateaux,
matrix matrices, vertex vertices, index indices, appendix appendices, vortex vortices, helix helices, codex codices,
apex apices, opus opera, genus genera, corpus corpora, seraph seraphim, cherub cherubim, cello celli,
graffito graffiti, paparazzo paparazzi, virtuoso virtuosi, stigma stigmata, schema schemata
"""
# Endings of compounds, such as snowman, grandchild, and bookshelf.
ENDINGS = (
    "man men, child children, foot feet, tooth teeth, goose geese, mouse mice, wolf wolves, leaf leaves, "
    "shelf shelves, knife knives, wife wives, half halves, calf calves, thief thieves, loaf loaves, life lives"
)
# Words that end like a compound, but aren't one.
OTHERS = """
abdomen acumen bitumen brahman caiman german hanuman human hymen mongoose norman olives ottoman regimen roman shaman
specimen stamen superhuman talisman walkman
"""
SHORTEST_START = 3  # letters before the ending of a compound


def other_forms(word: str) -> tuple[str, ...]:
    """Return the other forms of a lower-case word that the stemmer doesn't find, or none."""
    if listed := pairs().get(word):
        return listed
    if word in OTHERS.split():
        return ()
    for ending, others in endings().items():
        start = word.removesuffix(ending)
        if start != word and len(start) >= SHORTEST_START:
            return tuple(start + other for other in others)
    return ()


@cache
def pairs() -> dict[str, tuple[str, ...]]:
    """Map each form of the pairs to the others."""
    return both_ways(PAIRS)


@cache
def endings() -> dict[str, tuple[str, ...]]:
    """Map each ending of a compound to the other one."""
    return both_ways(ENDINGS)


def both_ways(text: str) -> dict[str, tuple[str, ...]]:
    """Map each word of these pairs to the words it is paired with."""
    found: dict[str, tuple[str, ...]] = {}
    for pair in text.split(","):
        one, other = pair.split()
        found[one] = (*found.get(one, ()), other)
        found[other] = (*found.get(other, ()), one)
    return found
