"""Flags over environment over file over defaults, and values that cannot be."""

from pathlib import Path
from typing import Any

import pytest

from assistant.readers import DEFAULT_READER
from assistant.settings import Settings, load_settings
from index.errors import UserError


def load(folder: Path, flags: dict[str, Any] | None = None, **environment: str) -> Settings:
    return load_settings(flags or {}, environment, folder)


def test_defaults(tmp_path: Path) -> None:
    assert load(tmp_path) == Settings()
    assert Settings().library == Path("majlis-library")
    assert Settings().host == "127.0.0.1"


def test_flags_win_over_environment_over_file_over_defaults(tmp_path: Path) -> None:
    (tmp_path / "majlis.toml").write_text('k = 3\nport = 81\nretriever = "lexical"\n', encoding="utf-8")
    settings = load(tmp_path, {"k": 5}, MAJLIS_K="4", MAJLIS_PORT="82")
    assert (settings.k, settings.port, settings.retriever) == (5, 82, "lexical")
    assert settings.threshold == Settings().threshold


def test_the_reader_is_the_bundled_one_until_another_is_named(tmp_path: Path) -> None:
    assert Settings().reader == DEFAULT_READER
    (tmp_path / "majlis.toml").write_text('reader = "one/qa"\n', encoding="utf-8")
    assert load(tmp_path).reader == "one/qa"
    assert load(tmp_path, MAJLIS_READER="two/qa").reader == "two/qa"
    assert load(tmp_path, {"reader": "three/qa"}, MAJLIS_READER="two/qa").reader == "three/qa"


def test_an_empty_environment_variable_is_not_set(tmp_path: Path) -> None:
    assert load(tmp_path, MAJLIS_LIBRARY="") == Settings()
    assert load(tmp_path, MAJLIS_LIBRARY="~/مقالات").library == Path.home() / "مقالات"


def test_a_library_in_the_file_is_relative_to_the_file(tmp_path: Path) -> None:
    (tmp_path / "elsewhere.toml").write_text('library = "مقالاتي"\n', encoding="utf-8")
    settings = load(tmp_path / "here", MAJLIS_CONFIG=str(tmp_path / "elsewhere.toml"))
    assert settings.library == tmp_path / "مقالاتي"


def test_flags_that_are_no_settings_are_passed_over(tmp_path: Path) -> None:
    assert load(tmp_path, {"as_json": True, "library": Path("a")}) == Settings(library=Path("a"))


def test_the_file_of_people_is_relative_to_the_settings_file_and_is_not_printed(tmp_path: Path) -> None:
    (tmp_path / "majlis.toml").write_text('auth = "people.txt"\n', encoding="utf-8")
    assert load(tmp_path).auth == tmp_path / "people.txt"
    assert load(tmp_path, MAJLIS_AUTH="other.txt").auth == Path("other.txt")
    assert "sesame" not in repr(load(tmp_path, MAJLIS_AUTH="sara:open sesame"))
    (tmp_path / "majlis.toml").write_text('auth = ""\n', encoding="utf-8")
    assert load(tmp_path).auth is None


@pytest.mark.parametrize(
    ("given", "root_path"),
    [("/majlis", "/majlis"), ("majlis/", "/majlis"), ("/a/b/", "/a/b"), ("/", ""), ("", "")],
)
def test_a_root_path_is_known_by_its_parts(tmp_path: Path, given: str, root_path: str) -> None:
    assert load(tmp_path, {"root_path": given}).root_path == root_path


def test_names_of_hosts_come_as_a_list_or_with_commas(tmp_path: Path) -> None:
    (tmp_path / "majlis.toml").write_text('allow_host = ["a.example", "10.0.0.1"]\n', encoding="utf-8")
    assert load(tmp_path).allow_host == ("a.example", "10.0.0.1")
    assert load(tmp_path, MAJLIS_ALLOW_HOST="b.example, c.example").allow_host == ("b.example", "c.example")


def test_switches_are_true_or_false(tmp_path: Path) -> None:
    (tmp_path / "majlis.toml").write_text("mcp = true\nlog_requests = false\n", encoding="utf-8")
    settings = load(tmp_path, MAJLIS_LOG_REQUESTS="true")
    assert (settings.mcp, settings.log_requests) == (True, True)


@pytest.mark.parametrize(
    ("file", "environment", "flags", "words"),
    [
        ("", {"MAJLIS_PORT": "many"}, {}, ["MAJLIS_PORT", "'many'", "0 to 65535"]),
        ("", {"MAJLIS_THRESHOLD": "nan"}, {}, ["MAJLIS_THRESHOLD", "0 to 1"]),
        ("", {"MAJLIS_RETRIEVER": "psychic"}, {}, ["MAJLIS_RETRIEVER", "hybrid, lexical, dense"]),
        ("", {"MAJLIS_MCP": "maybe"}, {}, ["MAJLIS_MCP", "true or false"]),
        ("", {}, {"root_path": "https://a.example/"}, ["--root-path", "a path, as /majlis"]),
        ("allow_host = [3]", {}, {}, ["majlis.toml", "names of hosts"]),
        ("allow_host = 3", {}, {}, ["majlis.toml", "names of hosts"]),
        ("", {"MAJLIS_CONFIG": "nowhere.toml"}, {}, ["nowhere.toml", "MAJLIS_CONFIG"]),
        ("", {}, {"k": 0}, ["--k", "1 to 1000"]),
        ("k = 2.5", {}, {}, ["majlis.toml", "k is 2.5"]),
        ("k = true", {}, {}, ["majlis.toml", "k is True"]),
        ("libary = 'a'", {}, {}, ["majlis.toml", "'libary'", "library, embedder"]),
        ("library = 3", {}, {}, ["majlis.toml", "a folder"]),
        ("embedder = ' '", {}, {}, ["majlis.toml", "sentence-transformers"]),
        ("reader = 3", {}, {}, ["majlis.toml", "reader is 3", "transformers question-answering"]),
        ("", {}, {"reader": " "}, ["--reader", "bundled, sentence, llm, or"]),
        ("auth = 3", {}, {}, ["majlis.toml", "a file of people"]),
        ("k = ", {}, {}, ["majlis.toml", "TOML"]),
        ("llm_key = 'sk-1'", {}, {}, ["majlis.toml", "a key does not belong here", "MAJLIS_LLM_KEY"]),
        ("", {"MAJLIS_LLM_URL": "localhost:11434"}, {}, ["MAJLIS_LLM_URL", "http://localhost:11434/v1"]),
        ("", {}, {"llm_url": "ftp://a.example"}, ["--llm-url", "http://localhost:11434/v1"]),
        ("", {}, {"llm_window": 100}, ["--llm-window", "from 1024"]),
        ("llm_unsupported = 'hide'", {}, {}, ["majlis.toml", "mark, omit"]),
        ("k = '\udcff'", {}, {}, ["majlis.toml", "TOML"]),
    ],
)
def test_a_bad_value_is_one_line_that_says_what_and_where(
    tmp_path: Path, file: str, environment: dict[str, str], flags: dict[str, Any], words: list[str]
) -> None:
    if file:
        (tmp_path / "majlis.toml").write_bytes(file.encode("utf-8", "surrogateescape"))
    with pytest.raises(UserError) as error:
        load(tmp_path, flags, **environment)
    assert "\n" not in str(error.value)
    for word in words:
        assert word in str(error.value)


def test_a_bad_value_that_is_overridden_is_still_told(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="MAJLIS_K"):
        load(tmp_path, {"k": 5}, MAJLIS_K="x")


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ("http://localhost:11434", "http://localhost:11434/v1"),
        ("http://localhost:11434/", "http://localhost:11434/v1"),
        ("https://a.example/api/v3/", "https://a.example/api/v3"),
        ("http://[::1]:80/v1", "http://[::1]:80/v1"),
    ],
)
def test_an_endpoint_without_a_path_gets_the_usual_one(tmp_path: Path, given: str, url: str) -> None:
    assert load(tmp_path, {"llm_url": given}).llm_url == url


@pytest.mark.parametrize("url", ["http://me:secret@a.example/v1", "https://a.example/v1?key=secret", "secret"])
def test_an_address_that_may_hold_a_key_is_refused_and_not_told(tmp_path: Path, url: str) -> None:
    with pytest.raises(UserError) as error:
        load(tmp_path, MAJLIS_LLM_URL=url)
    assert "secret" not in str(error.value)
