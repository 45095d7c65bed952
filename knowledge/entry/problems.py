"""What is wrong with one entry that is not saved yet, in words for the person who writes it.

The rules are those of reading a file, of ``checks`` and of ``lint``; here they are asked about one entry against a
base, and answered in both languages without file and line.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from knowledge.entry.fields import FIELDS
from knowledge.entry.markdown import parse, unchecked
from knowledge.entry.model import Entry
from knowledge.entry.rules import check_base
from knowledge.errors import EntryError, Problem, Severity
from knowledge.lint import warnings_about
from knowledge.reading import Lang


@dataclass(frozen=True, slots=True)
class Finding:
    """One mistake (``error``: it cannot be saved so) or remark (``warning``: it can).

    ``field``: one of ``FIELDS`` whose editing mends it, "" for the entry as a whole.
    """

    severity: Severity
    field: str
    words: Mapping[Lang, str]


def check_entry(entry: Entry, entries: Iterable[Entry], exemplars: Collection[str]) -> list[Finding]:
    """Everything that is wrong with the entry as it would be saved beside ``entries``, errors first.

    ``exemplars``: names of those that are kept or come along with the save.
    """
    others = [one for one in entries if one.id != entry.id]
    try:
        whole = parse(unchecked(entry).encode("utf-8", "surrogatepass"), entry.path)
    except EntryError as error:
        return _findings(error.problems)
    base = check_base([*others, whole], exemplars)
    about = [p for p in base if p.path == whole.path or f"links to {whole.id!r}, which is a" in p.reason]
    return _findings([*about, *warnings_about(whole, others)])


def worded(problem: Problem, lang: Lang) -> str:
    """A mistake in a file that was sent, for the person who sent it, with its line."""
    line = {"ru": "строка", "en": "line"}[lang]
    return f"{line} {problem.line}: {_finding(problem).words[lang]}"


def _findings(problems: Sequence[Problem]) -> list[Finding]:
    found = dict.fromkeys((f.severity, f.field, f.words["ru"], f.words["en"]) for f in map(_finding, problems))
    made = [Finding(severity, field, {"ru": ru, "en": en}) for severity, field, ru, en in found]
    return sorted(made, key=lambda finding: (finding.severity != "error", _place(finding.field)))


def _place(field: str) -> int:
    return FIELDS.index(field) if field in FIELDS else len(FIELDS)


def _finding(problem: Problem) -> Finding:
    for rule in _WORDS:
        if found := rule.pattern.fullmatch(problem.reason):
            facts = {name: text or "" for name, text in found.groupdict().items()}
            link = re.search("'(.*)'", problem.hint)
            facts["link"] = link[1] if link else ""
            words: dict[Lang, str] = {
                "ru": rule.ru.format(**{name: _shown(name, text, "ru") for name, text in facts.items()}),
                "en": rule.en.format(**{name: _shown(name, text, "en") for name, text in facts.items()}),
            }
            return Finding(problem.severity, rule.field or _field(facts), words)
    plain = f"{problem.reason} ({problem.hint})" if problem.hint else problem.reason
    return Finding(problem.severity, "", {"ru": plain, "en": plain})


def is_worded(problem: Problem) -> bool:
    """Whether the problem has words in both languages, and not only those for the terminal."""
    return any(rule.pattern.fullmatch(problem.reason) for rule in _WORDS)


def _field(facts: Mapping[str, str]) -> str:
    what, lang = facts.get("what", ""), facts.get("lang", "")
    if found := re.fullmatch(r"(?:the )?(title|keywords) in '(ru|en)'", what):
        return f"{found[1]}.{found[2]}"
    if "source" in what:
        return "sources"
    if what in ("title", "keywords", "text"):
        return f"{what}.{lang or 'ru'}"
    if lang and not what:
        return f"text.{lang}"
    return what if what in FIELDS else ""


def _shown(name: str, text: str, lang: str) -> str:
    if name == "what":
        return _what(text, lang)
    if name in ("lang", "longer"):
        return _LANGUAGES[lang].get(text, text)
    if name == "path":
        return PurePosixPath(text).stem
    if name == "kind":
        return _KINDS[lang].get(text, text)
    bare = re.fullmatch(r"(['\"])(.*)\1", text, re.S)
    return bare[2] if bare else text


def _what(text: str, lang: str) -> str:
    if found := re.fullmatch(r"(?:the )?(\w+) in '(ru|en)'", text):
        return f"{_NAMES[lang].get(found[1], found[1])} ({_LANGUAGES[lang][found[2]]})"
    return _NAMES[lang].get(text, text)


_LANGUAGES: Mapping[str, Mapping[str, str]] = {
    "ru": {"ru": "по-русски", "en": "по-английски"},
    "en": {"ru": "in Russian", "en": "in English"},
}
_KINDS: Mapping[str, Mapping[str, str]] = {
    "ru": {"joke": "шутка", "format": "формат", "concept": "понятие"},
    "en": {"joke": "a joke", "format": "a format", "concept": "a concept"},
}
_NAMES: Mapping[str, Mapping[str, str]] = {
    "ru": {
        "title": "название",
        "aliases": "другие имена",
        "says": "фразы на картинке",
        "keywords": "ключевые слова",
        "looks_like": "описание картинки",
        "formats": "форматы",
        "concepts": "понятия",
        "exemplars": "картинки",
        "sources": "источники",
        "a source": "источник",
        "the title of a source": "название источника",
        "the address of a source": "адрес источника",
        "text": "объяснение",
    },
    "en": {
        "title": "title",
        "aliases": "other names",
        "says": "phrases on the picture",
        "keywords": "keywords",
        "looks_like": "what it looks like",
        "formats": "formats",
        "concepts": "concepts",
        "exemplars": "pictures",
        "sources": "sources",
        "text": "explanation",
    },
}

_Q = r"(?:'[^\n]*?'|\"[^\n]*?\")"
_WHAT = r"(?P<what>(?:the )?[a-z_]+(?: (?:in '(?:ru|en)'|of a source|source))?)"


@dataclass(frozen=True, slots=True)
class _Rule:
    """How a problem is recognised, its words, and its field where the problem does not name it."""

    pattern: re.Pattern[str]
    ru: str
    en: str
    field: str


def _rule(pattern: str, ru: str, en: str, field: str = "") -> _Rule:
    return _Rule(re.compile(pattern, re.S), ru, en, field)


_WORDS: Sequence[_Rule] = (
    # one field
    _rule(r"no explanation in '(?P<lang>ru|en)'", "нет объяснения {lang}", "there is no explanation {lang}"),
    _rule(r"the explanation in '(?P<lang>ru|en)' is empty", "нет объяснения {lang}", "there is no explanation {lang}"),
    _rule(
        r"the explanation in '(?P<lang>ru|en)' has (?P<n>[\d,]+) characters",
        "объяснение {lang} слишком длинное, символов: {n}; помещается 4000",
        "the explanation {lang} is too long: {n} characters, and 4,000 fit",
    ),
    _rule(
        r"the explanation in '(?P<lang>ru|en)' has (?P<n>\d+) words",
        "слов в объяснении {lang}: {n}; лучше всего читается от 60 до 160",
        "the explanation {lang} has {n} words; 60 to 160 read best",
    ),
    _rule(
        r"'(?P<lang>ru|en)' is (?P<n>\d+) % as long as '(?P<longer>ru|en)'",
        "объяснение {lang} короче, чем {longer}: {n} % длины; расскажите на обоих языках одно и то же",
        "the explanation {lang} is {n} % as long as that {longer}; tell the same in both languages",
    ),
    _rule(
        r"HTML: (?P<x>.*)",
        "в объяснении HTML ({x}); пишите в Markdown, а код – в `кавычках`",
        "HTML in the explanation ({x}); use Markdown, and `backticks` around code",
    ),
    _rule(r"no title", "нет названия", "there is no title"),
    _rule(_WHAT + r" has no '(?P<x>\w+)'", "{what}: не хватает части «{x}»", "{what}: “{x}” is missing"),
    _rule(_WHAT + r" is empty", "{what}: пусто", "{what}: empty"),
    _rule(_WHAT + r" is no text", "{what}: это не текст", "{what}: that is no text"),
    _rule(
        _WHAT + r" has line breaks, control characters or spaces around it",
        "{what}: должно быть в одну строку, без невидимых символов",
        "{what}: write it in one line, without invisible characters",
    ),
    _rule(
        _WHAT + r" has (?P<n>[\d,]+) characters",
        "{what}: слишком длинно, символов: {n}; помещается 500",
        "{what}: too long, {n} characters; 500 fit",
    ),
    _rule(
        _WHAT + r" has (?P<n>\d+) items", "{what}: слишком много, {n}; помещается 100", "{what}: too many, {n}; 100 fit"
    ),
    _rule(_WHAT + r" wants a list", "{what}: здесь нужен список", "{what}: a list is needed here"),
    _rule(_WHAT + r" wants (?P<x>.*)", "{what}: нужны части {x}", "{what}: the parts {x} are needed"),
    _rule(rf"(?P<x>{_Q}) is in {_WHAT} twice", "{what}: «{x}» повторяется", "{what}: “{x}” is there twice"),
    _rule(rf"unknown (?P<x>{_Q}) in {_WHAT}", "{what}: лишняя часть «{x}»", "{what}: unknown part “{x}”"),
    _rule(
        rf"(?P<x>{_Q}) in {_WHAT} is not an id",
        "{what}: «{x}» – не идентификатор записи (маленькие латинские буквы, цифры и дефисы)",
        "{what}: “{x}” is not an entry's id (small Latin letters, digits, hyphens)",
    ),
    _rule(
        rf"(?P<x>{_Q}) in {_WHAT} cannot be an exemplar",
        "{what}: «{x}» – не имя картинки",
        "{what}: “{x}” is no name of a picture",
    ),
    _rule(
        rf"(?P<x>{_Q}) is no web address",
        "источники: «{x}» – не адрес, он начинается с https://",
        "sources: “{x}” is no web address, which begins with https://",
        "sources",
    ),
    _rule(
        rf"(?P<x>{_Q}) cannot be written to a file as it is",
        "«{x}» нельзя записать в таком виде: уберите пустые строки по краям и переносы строк",
        "“{x}” cannot be kept as it is: remove blank lines around it and line breaks in it",
    ),
    # beside others
    _rule(
        rf"(?P<what>formats|concepts) links to (?P<x>{_Q}), which does not exist",
        "{what}: записи «{x}» нет",
        "{what}: there is no entry “{x}”",
    ),
    _rule(
        rf"(?P<what>formats|concepts) links to (?P<x>{_Q}), which is a (?P<kind>\w+)",
        "{what}: «{x}» – это {kind}",
        "{what}: “{x}” is {kind}",
    ),
    _rule(
        r"(?P<what>formats|concepts) links to the entry itself",
        "{what}: запись ссылается на саму себя",
        "{what}: the entry links to itself",
    ),
    _rule(rf"the exemplar (?P<x>{_Q}) does not exist", "картинки «{x}» нет", "there is no picture “{x}”", "exemplars"),
    _rule(
        rf"the (?P<what>title) (?P<x>{_Q}) is also that of (?P<path>.*)",
        "название «{x}» уже у записи {path}; назовите иначе или объедините записи",
        "the title “{x}” is also that of {path}; choose another, or merge the entries",
    ),
    _rule(
        rf"(?P<x>{_Q}) in (?P<what>says) is also in (?P<path>.*)",
        "фраза «{x}» уже есть в записи {path}; оставьте её в одной",
        "the phrase “{x}” is also in {path}; keep one",
    ),
    _rule(
        rf"the id (?P<x>{_Q}) is also that of (?P<path>.*)", "идентификатор «{x}» уже занят", "the id “{x}” is taken"
    ),
    _rule(
        rf"(?P<x>{_Q}) in (?P<what>says) would match many texts",
        "фраза «{x}» встретится во многих текстах; возьмите кусок подлиннее",
        "the phrase “{x}” would match many texts; take a longer piece",
    ),
    _rule(
        rf"(?P<x>{_Q}) has an entry but no link",
        "для «{x}» есть отдельная запись; добавьте в понятия {link}",
        "“{x}” has an entry of its own; add {link} to the concepts",
        "concepts",
    ),
    _rule(
        rf"(?P<path>\S+) has the name (?P<x>{_Q}) too",
        "имя «{x}» есть и у записи {path}; дайте им разные имена",
        "{path} has the name “{x}”, too; give them names that tell them apart",
    ),
    _rule(
        r"nearly the same words lead to (?P<path>.*)",
        "почти теми же словами находится запись {path}; добавьте слова, которые есть только у одной, или объедините",
        "nearly the same words lead to {path}; add words that only one of them has, or merge them",
    ),
    # a whole file
    _rule(
        rf"the file name (?P<x>{_Q}) is not an id",
        "«{x}» – не идентификатор: маленькие латинские буквы, цифры и дефисы, до 48 знаков",
        "“{x}” is not an id: small Latin letters, digits and hyphens, 48 at most",
    ),
    _rule(
        r"(?P<n>[\d,]+) bytes",
        "слишком большой файл, байтов: {n}; помещается 65 536",
        "the file is too large: {n} bytes, and 65,536 fit",
    ),
    _rule(r"the byte (?P<x>0x\w\w) is not UTF-8", "файл не в UTF-8", "the file is not UTF-8"),
    _rule(r"an invisible byte order mark", "невидимая метка в начале файла (BOM)", "an invisible byte order mark"),
    _rule(r"the file is empty", "файл пуст", "the file is empty"),
    _rule(r"Windows line ends", "переводы строк как в Windows", "Windows line ends"),
    _rule(r"a tab", "табуляция; поставьте пробелы", "a tab; use blanks"),
    _rule(r"the character (?P<x>U\+\w+)", "невидимый символ {x}; уберите его", "an invisible character {x}; remove it"),
    _rule(r"the file does not begin with ---", "файл не начинается с ---", "the file does not begin with ---"),
    _rule(r"the second --- is missing", "нет второй строки ---", "the second --- is missing"),
    _rule(
        r"not valid YAML: (?P<x>.*)",
        "поля записаны с ошибкой ({x}); возьмите текст в двойные кавычки",
        "the fields cannot be read ({x}); put texts into double quotes",
    ),
    _rule(
        r"expected `key: value`, each key on a line of its own",
        "нужны строки вида `поле: значение`",
        "expected `key: value`, each key on a line of its own",
    ),
    _rule(
        r"(?:a second document|brackets nested too deeply|an unfinished value|the (?:alias|anchor|tag) .*)",
        "поля записаны слишком хитро; возьмите текст в двойные кавычки",
        "the fields are written in too clever a way; put texts into double quotes",
    ),
    _rule(r"(?P<x>'[^']*'|`## \w+`) is there twice", "{x} встречается дважды", "{x} is there twice"),
    _rule(rf"unknown key (?P<x>{_Q})", "неизвестное поле «{x}»", "unknown field “{x}”"),
    _rule(
        r"text before the first language",
        "текст до заголовка языка; поставьте его под `## ru` или `## en`",
        "text before the first language; put it below `## ru` or `## en`",
    ),
    _rule(
        rf"the heading (?P<x>{_Q}) is no language",
        "заголовок «{x}» – не язык; объяснения начинаются с `## ru` и `## en`, внутри них – ###",
        "the heading “{x}” is no language; `## ru` and `## en` begin the explanations, use ### in them",
    ),
    _rule(r"the folder (?P<x>.*) is no kind of entry", "неизвестный вид записи", "unknown kind of entry"),
)
