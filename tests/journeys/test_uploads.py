"""Files from outside, some of them hostile, through the newsroom's own screens."""

import io
import re
import struct
import zlib
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import ExifTags, Image
from wagtail.models import UploadedFile
from wagtail.users.models import UserProfile

from rotative.accounts import roles
from rotative.content import forms
from rotative.content.models import MediaFile, Picture
from tests.newsroom import a_person, signed_in

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db,
    pytest.mark.usefixtures("files_collected"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

NB = "\N{NO-BREAK SPACE}"
NOT_AN_IMAGE = ("n’est pas une image", "This file is not an image")
WRONG_NAME = ("Donnez-lui son vrai nom", "Give it its true name")
DAMAGED = ("le fichier est abîmé", "the file is damaged")
TOO_HEAVY = (f"pèse plus de 25{NB}Mo", "weighs more than 25 MB")
TOO_LARGE = (f"plus de 40{NB}millions de pixels", "more than 40 million pixels")
WRONG_KIND = ("Ce genre d’image n’est pas accepté", "This kind of image is not accepted")


def encoded(kind: str, size: tuple[int, int] = (60, 40), **options: Any) -> bytes:
    output = io.BytesIO()
    Image.new(options.pop("mode", "RGB"), size, options.pop("colour", "#9c2a1b")).save(output, kind, **options)
    return output.getvalue()


@cache
def a_png_of(width: int, height: int) -> bytes:
    """Return a PNG of one colour, however large, that weighs next to nothing."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    packer, rows = zlib.compressobj(9), b"\x00" * ((width + 7) // 8 + 1)
    data = b"".join(packer.compress(rows) for _ in range(height)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def cut_off() -> bytes:
    whole = encoded("JPEG", (1200, 900), quality=95)
    return whole[: len(whole) // 3]


def content_of(stored: Picture | UploadedFile) -> bytes:
    with stored.file.open("rb") as file:
        return bytes(file.read())


def opened(stored: Picture) -> Image.Image:
    return Image.open(io.BytesIO(content_of(stored)))


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(1)</script></svg>'
HOSTILE = {
    "a text file named .jpg": ("photo.jpg", lambda: b"Ceci n'est pas une image.", NOT_AN_IMAGE),
    "HTML named .png": ("photo.png", lambda: b"<!doctype html><script>alert(1)</script>", NOT_AN_IMAGE),
    "an empty name's worth of zeros": ("photo.gif", lambda: b"\x00" * 4000, NOT_AN_IMAGE),
    "a PNG named .jpg": ("photo.jpg", lambda: encoded("PNG"), WRONG_NAME),
    "a JPEG that is cut off": ("photo.jpg", cut_off, DAMAGED),
    "26 MB": ("photo.jpg", lambda: encoded("JPEG") + b"\x00" * 26 * 1024 * 1024, TOO_HEAVY),
    "41 megapixels in a few kilobytes": ("photo.png", lambda: a_png_of(8200, 5000), TOO_LARGE),
    "a decompression bomb": ("photo.png", lambda: a_png_of(30_000, 30_000), TOO_LARGE),
    "a drawing with a script": ("dessin.svg", lambda: SVG, WRONG_KIND),
    "a TIFF": ("photo.tif", lambda: encoded("TIFF"), WRONG_KIND),
}


@pytest.fixture(params=["fr", "en"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def a_reporter(language: str = "fr") -> Client:
    person = a_person(roles.REPORTER)
    UserProfile.objects.create(user=person, preferred_language=language)
    return signed_in(person)


def stored_files(settings: Any) -> list[str]:
    return [path.name for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


def send(client: Client, name: str, data: bytes, **fields: str) -> Any:
    form = {"title": "Marché", "description": "Des étals au petit matin", "credit": "", "tags": "", **fields}
    return client.post(reverse("wagtailimages:add"), form | {"file": SimpleUploadedFile(name, data)})


def send_one_of_many(client: Client, name: str, data: bytes) -> dict[str, Any]:
    answer: dict[str, Any] = client.post(
        reverse("wagtailimages:add_multiple"), {"title": name, "files[]": SimpleUploadedFile(name, data)}
    ).json()
    return answer


@pytest.mark.parametrize("case", HOSTILE)
def test_what_is_no_good_image_is_refused_with_a_sentence_and_leaves_nothing(
    case: str, language: str, settings: Any
) -> None:
    name, make, sentences = HOSTILE[case]
    client, data = a_reporter(language), make()
    sentence = sentences[language == "en"]
    assert sentence in send(client, name, data).content.decode()
    assert sentence in send_one_of_many(client, name, data)["error_message"]
    assert not Picture.objects.exists()
    assert not UploadedFile.objects.exists()
    assert stored_files(settings) == []


@pytest.mark.parametrize(
    ("kind", "name", "kept_as"),
    [("JPEG", "a.jpg", ".jpg"), ("PNG", "a.png", ".jpg"), ("WEBP", "a.webp", ".jpg"), ("AVIF", "a.avif", ".jpg")],
)
def test_a_good_image_is_kept_encoded_anew(kind: str, name: str, kept_as: str) -> None:
    data = encoded(kind)
    assert send(a_reporter(), name, data).status_code == 302
    picture = Picture.objects.get()
    assert picture.file.name.endswith(kept_as)
    assert content_of(picture) != data
    assert (picture.width, picture.height) == (60, 40)


def test_an_image_from_an_iphone_becomes_a_jpeg() -> None:
    import pillow_heif

    pillow_heif.register_heif_opener()
    assert send(a_reporter(), "IMG_0001.HEIC", encoded("HEIF")).status_code == 302
    assert opened(Picture.objects.get()).format == "JPEG"


def test_transparency_is_kept() -> None:
    send(a_reporter(), "logo.png", encoded("PNG", mode="RGBA", colour="#9c2a1b00"))
    with opened(Picture.objects.get()) as picture:
        assert (picture.format, picture.getpixel((5, 5))[3]) == ("PNG", 0)


def test_of_an_animation_the_first_picture_is_kept() -> None:
    frames = [Image.new("RGB", (60, 40), colour) for colour in ("#9c2a1b", "#ffffff", "#000000")]
    output = io.BytesIO()
    frames[0].save(output, "GIF", save_all=True, append_images=frames[1:])
    client = a_reporter()
    assert send(client, "danse.gif", output.getvalue()).status_code == 302
    assert "la première image a été gardée" in client.get("/redaction/").content.decode()
    with opened(Picture.objects.get()) as picture:
        assert getattr(picture, "n_frames", 1) == 1
        red, green, blue = picture.convert("RGB").getpixel((5, 5))
        assert red > 140 > 60 > max(green, blue)


def a_photograph() -> bytes:
    """Return a JPEG lying on its side, with a place, a serial number, a comment, a thumbnail and a photographer."""
    exif = Image.Exif()
    exif[ExifTags.Base.Artist] = "Awa Tossou / L'Estuaire"
    exif[ExifTags.Base.Copyright] = "L'Estuaire"
    exif[ExifTags.Base.Orientation] = 6
    exif[ExifTags.Base.Make] = "Appareil"
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.BodySerialNumber] = "SN-123456"
    exif.get_ifd(ExifTags.IFD.GPSInfo).update({1: "N", 2: (6.0, 21.0, 36.0), 3: "E", 4: (2.0, 26.0, 24.0)})
    return encoded("JPEG", exif=exif, comment=b"chez la source", xmp=b"<x:xmpmeta>6.36 N</x:xmpmeta>")


def test_place_and_serial_number_go_and_the_photographer_stays() -> None:
    assert send(a_reporter(), "photo.jpg", a_photograph()).status_code == 302
    picture = Picture.objects.get()
    data = content_of(picture)
    exif = Image.open(io.BytesIO(data)).getexif()
    assert dict(exif) == {
        ExifTags.Base.Artist: "Awa Tossou / L'Estuaire",
        ExifTags.Base.Copyright: "L'Estuaire",
    }
    for trace in (b"SN-123456", b"chez la source", b"6.36 N", b"Appareil"):
        assert trace not in data
    assert picture.credit == "Awa Tossou / L'Estuaire"
    assert (picture.width, picture.height) == (40, 60), "it stands upright"


def test_a_typed_credit_is_not_replaced_by_the_camera_s() -> None:
    send(a_reporter(), "photo.jpg", a_photograph(), credit="Koffi Adjovi")
    assert Picture.objects.get().credit == "Koffi Adjovi"


def test_a_large_file_that_travels_through_the_disk_is_encoded_anew_as_well(settings: Any) -> None:
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 10
    client = a_reporter()
    assert send(client, "photo.jpg", a_photograph()).status_code == 302
    send_one_of_many(client, "photo2.jpg", a_photograph())
    for stored in [Picture.objects.get(), UploadedFile.objects.get()]:
        assert b"SN-123456" not in content_of(stored)


def test_alternative_text_is_required(language: str) -> None:
    page = send(a_reporter(language), "photo.jpg", encoded("JPEG"), description="").content.decode()
    assert ("des lecteurs écoutent le journal", "some readers hear the paper")[language == "en"] in page
    assert not Picture.objects.exists()


def test_an_image_that_stands_still_is_not_said_to_move() -> None:
    client = a_reporter()
    send(client, "photo.gif", encoded("GIF"))
    assert "a été gardée" not in client.get("/redaction/").content.decode()


def hidden_value(response: Any) -> str:
    found = re.search(r'name="(?:\w+-)*kept_file" value="(\d+)"', response.content.decode())
    assert found
    return found[1]


def send_words(client: Client, kept: str, **fields: str) -> Any:
    form = {"title": "Marché", "description": "Des étals", "credit": "", "tags": "", "kept_file": kept, **fields}
    return client.post(reverse("wagtailimages:add"), form)


def test_an_image_is_sent_once_however_often_the_form_comes_back(settings: Any) -> None:
    client = a_reporter()
    first = send(client, "photo.jpg", a_photograph(), description="")
    assert "inutile de le choisir" in first.content.decode()
    second = send_words(client, hidden_value(first), title="")
    assert send_words(client, hidden_value(second)).status_code == 302
    picture = Picture.objects.get()
    assert (picture.description, picture.credit) == ("Des étals", "Awa Tossou / L'Estuaire")
    assert (picture.width, picture.height) == (40, 60)
    assert not UploadedFile.objects.exists()
    assert not [name for name in stored_files(settings) if not name.startswith("photo")]


def test_an_image_chosen_anew_replaces_the_one_that_was_kept(settings: Any) -> None:
    client = a_reporter()
    first = hidden_value(send(client, "photo.jpg", encoded("JPEG"), description=""))
    second = hidden_value(send(client, "autre.png", encoded("PNG", (30, 30)), description="", kept_file=first))
    assert str(UploadedFile.objects.get().pk) == second
    assert [name for name in stored_files(settings) if name.startswith("photo")] == []
    send(client, "encore.png", encoded("PNG", (20, 20)), kept_file=second)
    assert Picture.objects.get().width == 20
    assert not UploadedFile.objects.exists()
    assert [name for name in stored_files(settings) if not name.startswith("encore")] == []


@pytest.mark.parametrize("kept", ["", "x", "²", "-1", "999999", "9" * 40, "colleague"])
def test_nobody_gets_a_file_that_another_has_sent(kept: str) -> None:
    if kept == "colleague":
        kept = hidden_value(send(a_reporter(), "photo.jpg", encoded("JPEG"), description=""))
    assert send_words(a_reporter(), kept).status_code == 200
    assert not Picture.objects.exists()


def test_a_media_file_is_sent_once_as_well() -> None:
    client, path = a_reporter(), reverse("wagtaildocs:add")
    sent = SimpleUploadedFile("son.mp3", b"ID3" + bytes(64))
    first = client.post(path, {"title": "", "tags": "", "file": sent})
    assert client.post(path, {"title": "Son", "tags": "", "kept_file": hidden_value(first)}).status_code == 302
    assert content_of(MediaFile.objects.get()) == b"ID3" + bytes(64)


def test_of_many_images_each_waits_for_its_alternative_text() -> None:
    client = a_reporter()
    answer = send_one_of_many(client, "photo.jpg", a_photograph())
    waiting = UploadedFile.objects.get()
    assert not Picture.objects.exists()
    assert b"SN-123456" not in content_of(waiting), "what waits is encoded anew already"
    path = reverse("wagtailimages:create_multiple_from_uploaded_image", args=[answer["uploaded_file_id"]])
    prefix = f"uploaded-image-{answer['uploaded_file_id']}-"
    without = client.post(path, {f"{prefix}title": "Marché", f"{prefix}description": "", f"{prefix}tags": ""}).json()
    assert "des lecteurs écoutent le journal" in without["form"]
    client.post(path, {f"{prefix}title": "Marché", f"{prefix}description": "Des étals", f"{prefix}tags": ""})
    assert Picture.objects.get().description == "Des étals"
    assert not UploadedFile.objects.exists()


# --- sound, film, PDF


def send_media(client: Client, name: str, data: bytes) -> tuple[Any, dict[str, Any]]:
    one = client.post(
        reverse("wagtaildocs:add"), {"title": "Reportage", "tags": "", "file": SimpleUploadedFile(name, data)}
    )
    many = client.post(reverse("wagtaildocs:add_multiple"), {"title": name, "files[]": SimpleUploadedFile(name, data)})
    return one, many.json()


@pytest.mark.parametrize(
    ("name", "data", "sentences"),
    [
        (
            "son.mp3",
            b"<!doctype html><script>alert(1)</script>",
            ("mais contient autre chose", "but contains something"),
        ),
        (
            "page.html",
            b"<!doctype html>",
            ("Ce genre de fichier n’est pas accepté", "This kind of file is not accepted"),
        ),
        ("outil.exe", b"MZ\x90", ("Ce genre de fichier n’est pas accepté", "This kind of file is not accepted")),
        ("long.mp3", b"ID3" + b"\x00" * 2_000_000, (f"pèse plus de 1{NB}Mo", "weighs more than 1 MB")),
    ],
    ids=["HTML named .mp3", "HTML", "a program", "too heavy"],
)
def test_what_is_no_good_media_file_is_refused_with_a_sentence_and_leaves_nothing(
    name: str, data: bytes, sentences: tuple[str, str], language: str, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forms, "MOST_MEDIA_BYTES", forms.MEGABYTE)
    one, many = send_media(a_reporter(language), name, data)
    sentence = sentences[language == "en"]
    assert sentence in one.content.decode()
    assert sentence in many["error_message"]
    assert not MediaFile.objects.exists()
    assert stored_files(settings) == []


def test_a_sound_file_is_kept() -> None:
    one, many = send_media(a_reporter(), "son.mp3", b"ID3\x04" + b"\x00" * 64)
    assert (one.status_code, many["success"], MediaFile.objects.count()) == (302, True, 2)


def test_two_files_of_one_name_never_share_an_address() -> None:
    """Browsers keep what they fetched for a year: a name that comes back would show them the old sound."""
    send_media(a_reporter(), "son.mp3", b"ID3\x04" + b"\x00" * 64)
    names = set(MediaFile.objects.values_list("file", flat=True))
    assert names
    assert all(re.fullmatch(r"documents/son-[0-9a-f]{8}\.mp3", name) for name in names)
