"""Who is in the class: nobody there is."""

from __future__ import annotations

from grader.classroom.model import Student

SECTIONS = ("A", "B", "C")

# Names as classes have them, in several scripts; and one of somebody who wants to know what a page does with it.
NAMES = """
    Amina Adeyemi| Tomás Aguirre| Zoë Ångström| Noah Baker| Chiara Bianchi| Olivia Brown| Mateus Carvalho|
    Wei Chen| Hannah Clark| שירה כהן| Lucía Delgado| Aïcha Diallo| Emre Demir| Jack Edwards| Ingrid Eriksen|
    Sofia Fernandes| Maya Fischer| Liam Fitzgerald| Camille Fournier| Ana García| Priya Gupta| محمد حسن|
    Mia Hansen| Kofi Asante| Anouk de Haas| Yuki Ito| Elżbieta Jabłońska| Adam Johansson| Grace Kamau|
    Dimitra Karra| Min-jun Kim| Petr Kolář| Olena Kovalenko| <script>alert("hello")</script>| Chloé Lambert|
    Ethan Lee| 李雨桐| Isabel López| Duc Anh Mai| Nomvula Dlamini| Siobhán Murphy| Aarav Nair| Nguyễn Thu Hà|
    Ben O’Connor| Chidi Okafor| Paula Ortiz| Seo-yeon Park| Irina Popescu| Ravi Raman| Laura Rossi|
    Fatima Sayed| Jonas Schmidt| 佐藤 美咲| Ivan Petrov| Thandi Sithole| Oscar Svensson| Ewa Wójcik| Ruth Weiss|
    Samuel Young| Leila Zand
"""


def the_class() -> list[Student]:
    """Sixty students in three sections, the same each time."""
    names = [name.strip() for name in NAMES.split("|")]
    ids = [f"s{number:03}" for number in range(101, 101 + len(names))]
    return [
        Student(id, name, f"{id}@school.example", SECTIONS[number % len(SECTIONS)])
        for number, (id, name) in enumerate(zip(ids, names, strict=True))
    ]
