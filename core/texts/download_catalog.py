"""Where real texts come from: addresses and checksums of downloads, and texts that are parts of
installed packages.
"""

import importlib.util
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path


@dataclass(frozen=True)
class Source:
    """One text that can be downloaded."""

    name: str
    title: str
    language: str
    address: str
    license: str
    bytes: int = 0  # 0: not recorded
    sha256: str = ""  # "": not recorded, so the download cannot be checked
    member: str = "*"  # which files of the archive are the text
    groups: dict[str, tuple[str, ...]] = field(default_factory=dict)  # words worth plotting

    @property
    def file_name(self) -> str:
        """The name of its file in the cache and on a mirror."""
        last = self.address.rpartition("/")[2].partition("#")[0]
        return (
            f"{self.name}-{last}"
            if "." in last and not last.endswith(".html")
            else f"{self.name}.txt"
        )

    @property
    def size(self) -> str:
        """Its size in words, such as "6.4 MB"."""
        return f"{self.bytes / 1e6:.1f} MB" if self.bytes else "size not recorded"


def _groups(**words: str) -> dict[str, tuple[str, ...]]:
    return {name.replace("_", " "): tuple(listed.split()) for name, listed in words.items()}


_FILMS = _groups(
    praise="funny moving charming hilarious smart witty touching beautiful",
    blame="dull boring bad predictable flat silly stupid tedious",
    people="director actors cast audience writer characters",
    time="minutes hours years time day",
)
_CAPTIONS = _groups(
    people="kobieta mężczyzna chłopiec dziewczynka dziewczyna chłopak",
    colors="czarny biały brązowy szary",
    clothes="koszulce kurtce czapce sukience kapeluszu okularach",
    water="wodzie wody wodą fali brzegu basenie",
)
_KLEJ = "https://klejbenchmark.com/static/data/"
SOURCES = (
    Source(
        "sst",
        "Stanford Sentiment Treebank: sentences of film reviews",
        "English",
        "https://nlp.stanford.edu/~socherr/stanfordSentimentTreebank.zip",
        "research data, no license stated; cite Socher et al. 2013",
        6_372_817,
        "3f5209483b46bbf129cacbbbe6ae02fe780407034f61cf6342b7833257c3f1db",
        "datasetSentences.txt",
        _FILMS,
    ),
    Source(
        "rt-polarity",
        "Sentences of film reviews (Pang and Lee 2005)",
        "English",
        "https://storage.googleapis.com/seldon-datasets/sentence_polarity_v1/rt-polaritydata.tar.gz",
        "research data, no license stated; cite Pang and Lee 2005",
        487_770,
        "a05befe52aafda71d458d188a1c54506a998b1308613ba76bbda2e5029409ce9",
        "rt-polarity.[pn]*",
        _FILMS,
    ),
    Source(
        "text8",
        "The first 100 MB of a cleaned Wikipedia",
        "English",
        "http://mattmahoney.net/dc/text8.zip",
        "CC BY-SA, Wikipedia",
        31_344_016,
        "a6640522afe85d1963ad56c05b0ede0a0c000dddc9671758a6cc09b7a38e5232",
        groups=_groups(
            numbers="two three four five six seven",
            countries="france germany england china japan russia",
            science="physics chemistry biology mathematics",
            family="father mother son daughter brother",
            animals="dog cat horse bird fish",
        ),
    ),
    Source(
        "shakespeare",
        "Tiny Shakespeare: scenes of plays",
        "English",
        "https://raw.githubusercontent.com/karpathy/char-rnn/master/data/tinyshakespeare/input.txt",
        "public domain",
        1_115_394,
        "86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed",
        groups=_groups(
            rank="king queen duke prince lord",
            family="father mother brother son daughter",
            body="heart eyes hand tongue head",
            fate="death life blood grave war",
        ),
    ),
    Source(
        "allegro-reviews",
        "Allegro Reviews: opinions about goods",
        "Polish",
        _KLEJ + "klej_ar.zip",
        "CC BY-SA 4.0",
        2_314_847,
        "7c74bdb440e15c36b0a66f32500decd86f29380fc42b28752f1335de143a99fc",
        "train.tsv",
        _groups(
            praise="polecam super dobry świetny solidny",
            blame="słaby zły tragedia porażka niestety",
            goods="telefon słuchawki ładowarka głośnik kabel",
            trade="cena jakość produkt towar przesyłka",
        ),
    ),
    Source(
        "polemo",
        "PolEmo 2.0: opinions about doctors and hotels",
        "Polish",
        _KLEJ + "klej_polemo2.0-in.zip",
        "CC BY-NC-SA 4.0",
        2_350_339,
        "ec9ccfa232686081577e6c250c79c028411076e84db60d4cd192f9a567a2cb96",
        "train.tsv",
        _groups(
            doctors="lekarz doktor pacjent wizyta leczenie",
            hotels="hotel pokój śniadanie basen obsługa",
            praise="polecam miły pyszne czysto świetny",
            blame="niestety brudno drogo fatalna odradzam",
        ),
    ),
    Source(
        "cds",
        "CDSC-E: captions of pictures",
        "Polish",
        _KLEJ + "klej_cdsc-e.zip",
        "CC BY-NC-SA 4.0",
        376_079,
        "5314b3294ec36c49793e83ed1923c4551bda3fe15c6060eddbc57d3b15c19c05",
        "train.tsv",
        _CAPTIONS,
    ),
    Source(
        "subtitles",
        "OpenSubtitles 2018, the Polish side of Georgian-Polish: the exercise's own text",
        "Polish",
        "https://object.pouta.csc.fi/OPUS-OpenSubtitles/v2018/moses/ka-pl.txt.zip",
        "opensubtitles.org; cite Lison and Tiedemann 2016",
        member="*.pl",
    ),
)
NEWSGROUPS = Source(
    "newsgroups",
    "20 newsgroups: messages of 1993, downloaded and checked by scikit-learn",
    "English",
    "https://scikit-learn.org/stable/datasets/real_world.html#the-20-newsgroups-text-dataset",
    "public messages, no license stated; cite Lang 1995",
    14_464_277,
    groups=_groups(
        space="space orbit shuttle nasa launch",
        computers="windows file program disk memory",
        sports="team game players season hockey",
        belief="god jesus christian church bible",
    ),
)
BY_NAME = {source.name: source for source in (*SOURCES, NEWSGROUPS)}


@cache  # to look for a package takes a millisecond
def of_packages() -> dict[str, Path]:
    """The files of texts that are parts of installed packages, by name."""
    spec = importlib.util.find_spec("gensim")
    if spec is None or not spec.submodule_search_locations:
        return {}
    path = Path(next(iter(spec.submodule_search_locations))) / "test/test_data/lee_background.cor"
    return {"lee-news": path} if path.is_file() else {}


LEE_GROUPS = _groups(
    politics="government minister president leader party",
    war="israeli palestinian forces attacks killed",
    cricket="test match australia wicket team",
    fire="fire fires firefighters sydney wales",
)
