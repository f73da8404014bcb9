"""Subtitles and exported chats: keeps what was said, drops numbers, times and names."""

import re

from core.reading.extracted_text import Found

_CUE = re.compile(r"(?:\d{1,2}:)?\d{1,2}:\d\d[,.]\d{1,3}[ \t]*-->[ \t]*(?:\d{1,2}:)?\d{1,2}:\d\d")
_DIALOGUE = re.compile(r"^Dialogue:(?:[^,\n]*,){9}(.*)$", re.MULTILINE)
_FRAMES = re.compile(r"^\{\d+\}\{\d*\}(.*)$", re.MULTILINE)  # MicroDVD
_CODE = re.compile(r"\{\\?[^{}\n]*\}|</?[A-Za-z][^<>\n]*>|<\d[^<>\n]*>")
_ENDED = re.compile(r"""[.!?…。！？؟][\"'”’»)\]♪]*$""")
_MESSAGE = re.compile(
    r"\u200e?\[?\d{1,4}[./-]\d{1,2}[./-]\d{2,4},? \d{1,2}:\d\d(?::\d\d)?(?:\s?[AaPp]\.?[Mm]\.?)?"
    r"(?:\]| -) ([^:\n]{1,60}): ?(.*)"
)
_LEFT_OUT = re.compile(r"^\u200e?<[^<>\n]*>$|^\u200e?(?:image|video|audio|sticker|GIF) omitted$")


def is_subtitles(text: str) -> bool:
    """True if the text has the times or frames of cues, or the dialogue of an .ass script."""
    head = text[:20_000]
    return (
        head.startswith("WEBVTT")
        or len(_CUE.findall(head)) > 1
        or len(_FRAMES.findall(head)) > max(2, head.count("\n") / 2)
        or (_CUE.search(head) is not None and head.lstrip()[:1] == "1")
        or ("[Script Info]" in head and "Dialogue:" in text)
    )


def read_subtitles(text: str) -> Found:
    """One line per cue; cues that continue a sentence are joined with the cue before."""
    script = [line.replace(r"\N", " ").replace(r"\n", " ") for line in _DIALOGUE.findall(text)]
    script = script or [line.replace("|", " ") for line in _FRAMES.findall(text)]
    cues = [_CODE.sub("", cue).strip() for cue in script or _cues(text)]
    cues = [cue for cue in cues if cue]
    lines: list[str] = []
    joined = 0
    # Without punctuation, there is no sign of which cues continue a sentence
    marked = sum(bool(_ENDED.search(cue)) for cue in cues) > 0.2 * len(cues)
    for cue in cues:
        goes_on = (
            marked and lines and not _ENDED.search(lines[-1]) and cue.lstrip("-–—…. ")[:1].islower()
        )
        if goes_on:
            joined += 1
            lines[-1] += " " + cue
        else:
            lines.append(cue)
    whole = f"; {joined:,} go on in the next one and are joined" if joined else ""
    told = f"read as subtitles: {len(cues):,} cues; numbers, times and tags are dropped{whole}"
    return Found("\n".join(lines), (told,), True)


def _cues(text: str) -> list[str]:
    cues: list[list[str]] = []
    inside = False
    for line in text.split("\n"):
        if _CUE.match(line.strip()):
            inside = True
            cues.append([])
        elif not line.strip():
            inside = False
        elif inside:
            # Where two people speak in one cue, each line begins with a dash
            cues[-1].append(_CODE.sub("", line).strip().removeprefix("-").removeprefix("–").strip())
    return [" ".join(lines) for lines in cues]


def is_chat(text: str) -> bool:
    """True if most lines begin with a date, a time and a name."""
    lines = [line for line in text[:20_000].split("\n") if line.strip()][:200]
    return len(lines) > 2 and sum(map(bool, map(_MESSAGE.match, lines))) > 0.6 * len(lines)


def read_chat(text: str) -> Found:
    """One line per message; dates, names and notes on pictures are dropped."""
    messages: list[str] = []
    for line in text.split("\n"):
        if found := _MESSAGE.match(line):
            messages.append(found[2])
        elif messages and line.strip():
            messages[-1] += " " + line.strip()
    said = [message for message in messages if not _LEFT_OUT.match(message.strip())]
    dropped = len(messages) - len(said)
    told = f"read as a chat: {len(said):,} messages; dates and names are dropped"
    return Found(
        "\n".join(said),
        (told + (f", and so are {dropped:,} notes on pictures and sounds" if dropped else ""),),
        True,
    )
