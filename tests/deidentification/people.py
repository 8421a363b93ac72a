"""The people of the corpus: every value that names them, in several character sets."""

from dataclasses import dataclass

from tests.deidentification.text import spoken_numbers, words_of


@dataclass(frozen=True)
class Person:
    """A patient with the staff and the house around them; `mentions` are ways in which prose names the patient."""

    key: str
    patient_id: str
    issuer: str
    name: str
    mentions: tuple[str, ...]
    charset: str | list[str] = ""
    birth_date: str = "19510417"
    age: str = "067Y"
    sex: str = "F"
    physician: str = "Kowalczyk^Zbigniewa"
    operator: str = "Thistlewood^Peregrine"
    institution: str = "Klinikum Quellbrunn"
    station: str = "QBRNCT0934"
    ae_title: str = "QBRNPACS77"
    accession: str = "ACX8837251"
    study_date: str = "20190314"
    device: str = "Tomoscan 64"

    def identifiers(self):
        """Give every string that must not be found in an output."""
        found = {self.station, self.ae_title, self.accession, self.issuer, *spoken_numbers(self.patient_id)}
        if self.birth_date < "1960":  # before any date that a shift can give
            found.add(self.birth_date)
        for value in (self.name, self.physician, self.operator):
            found |= {word for word in words_of(value) if len(word) >= 4 or not word.isascii()}
        found |= {word for word in self.institution.split() if word != "Klinikum"}
        found |= {mention for mention in self.mentions if not mention.isascii()}
        return {value for value in found if value and (len(value) >= 4 or (not value.isascii() and len(value) >= 2))}


ANNA = Person(
    "anna",
    "QX7734190",
    "QUELLBRUNN-MPI",
    "Vandersteen^Marijke-Annekatrijn^^Dr",
    ("VANDERSTEEN, MARIJKE", "Marijke Annekatrijn Vandersteen", "marijkeannekatrijn vandersteen", "vandersteen"),
)
# The same number given by another house: another person.
NAMESAKE = Person(
    "namesake",
    "QX7734190",
    "DUNMORRAN-MPI",
    "O'Brannigan-Smythe^Siobhanna",
    ("OBrannigan Smythe", "O BRANNIGAN-SMYTHE", "Siobhanna", "SMYTHE OBRANNIGAN"),
    birth_date="19230102",
    age="093Y",
    institution="Klinikum Dunmorran",
    station="DUNMXA0042",
    ae_title="DUNMPACS12",
    accession="DUN5520913",
    study_date="20160229",
)
JOERG = Person(
    "joerg",
    "MRN-00482917",
    "QUELLBRUNN-MPI",
    "Müßiggäng^Jörgenhäuser",
    ("Jörgenhäuser Müßiggäng", "MÜSSIGGÄNG", "müßiggäng"),
    charset="ISO_IR 100",
    device="Roentgen DX 2",
    physician="Façonné^Éloïse",
    sex="M",
    age="011M",
    birth_date="20180401",
)
FEDOR = Person(
    "fedor",
    "RU55120778",
    "QUELLBRUNN-MPI",
    "Люксембург^Фёдоровна",
    ("Фёдоровна Люксембург", "ЛЮКСЕМБУРГ"),
    charset="ISO_IR 144",
    device="Tomograf 64",
    study_date="20210704",
)
TARO = Person(
    "taro",
    "JP-7719-4402",
    "QUELLBRUNN-MPI",
    "Yamadera^Tarouemon=山寺^太郎衛門=やまでら^たろうえもん",
    ("山寺太郎衛門", "太郎衛門", "YAMADERA TAROUEMON"),
    charset=["", "ISO 2022 IR 87"],
    device="Aquilion 64",
    study_date="20200101",
)
XIAODONG = Person(
    "xiaodong",
    "CN8826103347",
    "QUELLBRUNN-MPI",
    "Ouyangxiu^XiaoDongmei=欧阳修^小冬梅",
    ("欧阳修小冬梅", "小冬梅", "Xiaodongmei Ouyangxiu"),
    charset="GB18030",
    device="uCT 780",
    study_date="20181231",
)
LUKASZ = Person(
    "lukasz",
    "PL4410092277",
    "QUELLBRUNN-MPI",
    "Święcicki^Łukasziewicz",
    ("Łukasziewicz Święcicki", "ŚWIĘCICKI"),
    charset="ISO_IR 192",
    device="Swietlny 3",
    study_date="20200306",
)
PEOPLE = (ANNA, NAMESAKE, JOERG, FEDOR, TARO, XIAODONG, LUKASZ)
