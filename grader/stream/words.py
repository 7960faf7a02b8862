"""Common words by length, for salting: a word is exchanged for another of the same length, so cuts stay put."""

from __future__ import annotations

_WORDS = """
a I
of to in is it he as at on by we or an be so if my up no us go me do
the and for are but not you all any can her was one our out day get has him his how man new now old see two way who
boy did its let put say she too use dog sun red sky run map key pen cup box hat ink jar kit leg mud net oak pie
that with have this will your from they know want been good much some time very when come here just like long make
many more only over such take than them well were what year work back call came each even find give hand high keep
lamp moon rain snow wind fish bird rose leaf tree road song ship boat coin gold iron salt rice corn milk wool rope
about after again below could every first found great house large learn never other place plant point right small
sound spell still study their there these thing think three water where which world would write river stone light
bread fruit grass green horse money music night ocean paper queen round sheep table tiger voice wheel white woman
always animal around before better change course during enough family father follow garden letter little mother
number people person school should spring summer winter yellow window butter castle desert forest island jungle
silver copper planet rocket saddle tunnel valley violin walnut basket candle dinner engine finger guitar hammer
another because between brother century country evening example feather general harvest history journey kitchen
lantern machine measure morning nothing outside picture problem quarter science several special station thought
through village weather whisper captain chimney diamond dolphin fortune gallery harbour jasmine library mineral
together children mountain sentence question complete anything distance remember language building material
standard surprise festival notebook calendar elephant hospital keyboard magazine neighbor orchestra parallel
umbrella vacation wildlife backpack cathedral dinosaur envelope firewood grateful handmade icebergs junction
different important something beautiful direction adventure chocolate discovery education furniture geography
happiness invisible knowledge landscape machinery newspaper orchestra pineapple quicksand rectangle satellite
telephone universal vegetable waterfall yesterday crocodile blueprint
everything government understand experience literature technology apartment atmosphere background collection
dictionary earthquake friendship generation helicopter individual journalist laboratory motorcycle
restaurant scientific television university vocabulary watermelon
information environment temperature imagination celebration explanation grandmother handwriting independent
landscaping marketplace observation partnership performance personality photographer supermarket
conversation neighborhood architecture championship construction disappointed encyclopedia grandparents
intelligence refrigerator relationship requirements
"""

BY_LENGTH: dict[int, list[str]] = {}
for _word in dict.fromkeys(_WORDS.split()):
    BY_LENGTH.setdefault(len(_word), []).append(_word)

# Characters beyond ASCII, by the length of their UTF-8 form and by kind: one is exchanged for another of its row, so a
# character cut between two reads stays cut. None holds the byte 0x85 (a line end to who decodes as ISO-8859-1).
ROWS = (
    "áàâãäéêëèíìîïóòôõöúùûüçñ",
    "ÁÀÂÃÄÉÊËÈÍÌÎÏÓÒÔÕÖÚÙÛÜÇÑ".replace("Å", ""),
    "安全第一天地人大小山水火木金土日月年时分上下中左右东西南北春夏秋冬",
    "あいうえおかきくけこさしすせそたちつてと",
    "€₤₩₪₫₭₱₹₺₽",
    "🍕🎉🍇🍈🍉🍊🍋🍌🍍🍎🍏🍐🍑🍒🍓🎀🎁🎂🎃🎄🎈",
)
