import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import UserError
from core.reading.decoding import decode

POLISH = "Zażółć gęślą jaźń — „świetny” film… 😀\n"
SENTENCES = {
    "Polish": "Ten film był świetny i bardzo śmieszny. Obsada źle zagrała, muzyka była piękna. ",
    "Czech": "Příliš žluťoučký kůň úpěl ďábelské ódy. Ten film byl skvělý a velmi vtipný. ",
    "Hungarian": "Ez a film nagyszerű volt és nagyon vicces. Az őrült művész tündökölt benne. ",
    "French": "Ce film était très drôle et l’été fut déjà là, où ça ne coûte rien. ",
    "German": "Der Film war großartig und sehr schön. Über die Straße läuft ein Mädchen. ",
    "Spanish": "La película fue muy divertida, ¿no? El niño comió una manzana el año pasado. ",
    "Turkish": "Bu film çok güzeldi ve şarkılar ağır değildi. İyi oyuncular vardı. ",
    "Russian": "Этот фильм был замечательный и очень смешной. Солдат вернулся с войны. ",
    "Greek": "Η ταινία ήταν εξαιρετική και πολύ αστεία. ",
    "Chinese": "这部电影非常好看，我喜欢看电影。今天天气很好。",
    "Japanese": "この映画はとても面白かったです。猫は魚を食べます。",
    "Korean": "이 영화는 정말 재미있었습니다. 나는 영화를 좋아합니다. ",
}
CODECS = {
    "Polish": ("cp1250", "iso-8859-2", "cp852"),
    "Czech": ("cp1250", "iso-8859-2", "cp852"),
    "Hungarian": ("cp1250", "iso-8859-2"),
    "Russian": ("cp1251", "koi8-r", "cp866", "iso-8859-5"),
    "Greek": ("cp1253",),
    "Turkish": ("cp1254",),
    "Chinese": ("gb18030",),
    "Japanese": ("shift-jis", "euc-jp"),
    "Korean": ("euc-kr",),
}


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_unicode_is_decoded_with_its_mark(codec):
    decoded = decode(POLISH.encode(codec))
    assert (decoded.text, decoded.notes, decoded.lost) == (POLISH, (), 0)


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("language", ["Polish", "Russian", "Chinese"])
def test_wide_encodings_are_read_without_their_mark(codec, language):
    text = SENTENCES[language] * 3 + "\n"
    decoded = decode(text.encode(codec))
    assert decoded.text == text and "mark is missing" in decoded.notes[0]


@pytest.mark.parametrize(
    "codec, mark", [("utf-16-be", b"\xfe\xff"), ("utf-32-be", b"\0\0\xfe\xff")]
)
def test_big_endian_is_decoded(codec, mark):
    assert decode(mark + POLISH.encode(codec)).text == POLISH


@pytest.mark.parametrize("times", [1, 30])
@pytest.mark.parametrize("language", SENTENCES)
def test_a_one_byte_encoding_is_recognized_by_the_letters_of_its_languages(language, times):
    for codec in CODECS.get(language, ("cp1252",)):
        text = SENTENCES[language] * times
        decoded = decode(text.encode(codec))
        assert decoded.text == text, codec
        assert f"encoding {decoded.encoding}" in decoded.notes[0]


def test_a_file_cut_in_the_middle_of_a_letter_stays_utf_8():
    decoded = decode((POLISH * 9).encode()[:-2] + b"\n")
    assert decoded.encoding == "utf-8" and decoded.lost == 1
    assert decoded.notes == ("1 place holds bytes that are not UTF-8; \ufffd stands there",)


def test_an_encoding_that_is_asked_for_is_used():
    assert decode("żółw".encode("iso-8859-2"), "iso-8859-2").text == "żółw"
    with pytest.raises(UserError, match="choose another encoding"):
        decode("żółć".encode("cp1250") * 9, "utf-8")


@pytest.mark.parametrize("codec", ["cp1250", "cp1252", "latin-1"])
def test_utf_8_that_was_misread_once_is_repaired(codec):
    text = {"cp1250": "Świetny film, źle zagrała", "cp1252": "naïve café, déjà vu"}.get(
        codec, "naïve café, über"
    )
    spoiled = text.encode().decode(codec)
    decoded = decode(f"{spoiled}\nplain\n".encode())
    assert decoded.text == f"{text}\nplain\n" and decoded.notes[0].startswith("1 line was")


def test_letters_that_only_look_like_it_are_left_alone():
    text = "Ícaro e PÃO de ló; são Ângelo\n"
    assert decode(text.encode()).text == text and not decode(text.encode()).notes


@pytest.mark.parametrize(
    "data, words",
    [
        (b"", "empty"),
        (b" \r\n\t", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"\xff\xfe", "empty"),
        (b"%PDF-1.7 text", "a PDF"),
        (b"plain\0text", "binary"),
        (bytes(range(1, 32)), "binary"),
        (b"\x89PNG\r\n", "picture"),
    ],
)
def test_what_is_no_text_is_refused_in_one_sentence(data, words):
    with pytest.raises(UserError, match=words) as error:
        decode(data)
    assert str(error.value).endswith(".") and "\n" not in str(error.value)


@given(
    st.binary(max_size=200),
    st.sampled_from([b"", b"\xff\xfe", b"\xfe\xff", b"\xff\xfe\0\0", b"\xef\xbb\xbf"]),
)
def test_any_bytes_are_text_or_a_user_error(data, mark):
    try:
        decoded = decode(mark + data)
    except UserError:
        return
    assert decoded.text.strip() and "\0" not in decoded.text
    decoded.text.encode("utf-8")  # no lone surrogates
