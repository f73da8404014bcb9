"""Rules for every file: which files it may import, where randomness comes from, how long functions
and files may be.
"""

import ast
import importlib
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PATHS = [
    ROOT / "dashboard.py",
    *(path for room in ("core", "ui", "pages") for path in (ROOT / room).rglob("*.py")),
]
FILES = {
    str(path.relative_to(ROOT)): ast.parse(path.read_text(encoding="utf8"))
    for path in sorted(PATHS)
}
# The last two are installed with scikit-learn
SCIENCE = {"numpy", "scipy", "sklearn", "threadpoolctl", "joblib"}
# libraries that only one file may import
ALONE = {
    "core/equations/expressions.py": {"simpleeval"},
    "core/seeds/sweep.py": {"distributed"},
    # Imported only when a text needs them
    "core/reading/decoding.py": {"charset_normalizer", "ftfy"},
    "core/texts/downloads.py": {"pooch"},
}
GENERATORS = {"Generator", "default_rng", "SeedSequence", "PCG64", "BitGenerator"}


def rooms(*names):
    return [pytest.param(name, id=name) for name in FILES if name.split("/")[0] in names]


def imported(name):
    """Every module that a file imports, at its top or later, by statement or by name, in full."""
    found = set()
    for node in ast.walk(FILES[name]):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name}:{node.lineno}: a relative import"
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
        elif (
            isinstance(node, ast.Call)
            and ast.unparse(node.func) in ("importlib.import_module", "__import__", "import_module")
            and isinstance(node.args[0], ast.Constant)
        ):
            found.add(node.args[0].value)
    return found


def tops(name):
    return {module.split(".")[0] for module in imported(name)}


def test_there_are_files_to_look_at():
    assert (
        len(rooms("core")) >= 18
        and len(rooms("ui")) >= 10
        and len(rooms("pages")) >= 1
        and "dashboard.py" in FILES
    )


@pytest.mark.parametrize("name", rooms("core"))
def test_core_stands_on_numpy_scipy_and_scikit_learn_alone(name):
    assert tops(name) <= {"core"} | SCIENCE | ALONE.get(name, set()) | sys.stdlib_module_names


# What each room of core may import besides itself and what all rooms share.
ARROWS = {
    "segmentation": set(),
    "reading": {"segmentation"},
    "texts": {"reading", "segmentation"},
    "vectors": set(),
    "projections": {"vectors"},
    "optimizers": set(),
    "word2vec": {"optimizers", "texts", "vectors"},
    "networks": {"optimizers"},
    "equations": {"word2vec", "optimizers", "texts", "vectors"},
    "seeds": {"word2vec", "optimizers", "texts", "vectors"},
    "classroom": {"seeds", "word2vec", "texts", "vectors"},
    "commands": {"classroom", "seeds", "word2vec", "optimizers", "texts", "vectors"},
}


def core_rooms(name):
    """The rooms of core that a file imports."""
    return {module.split(".")[1] for module in imported(name) if module.startswith("core.")} & set(
        ARROWS
    )


def test_every_folder_of_core_is_a_room_with_arrows():
    folders = {path.name for path in (ROOT / "core").iterdir() if (path / "__init__.py").exists()}
    assert folders == set(ARROWS)


@pytest.mark.parametrize("name", rooms("core"))
def test_arrows_between_rooms_point_one_way(name):
    room = name.split("/")[1]
    if room in ARROWS:
        assert core_rooms(name) - {room} <= ARROWS[room]
    elif room not in ("background_tasks.py", "__main__.py"):
        assert core_rooms(name) == set(), "what all rooms share stands below them"


@pytest.mark.parametrize(
    "folder",
    [p.parent for room in ("core", "ui") for p in sorted((ROOT / room).rglob("__init__.py"))],
    ids=str,
)
def test_a_room_fits_on_one_screen(folder):
    assert len(list(folder.glob("*.py"))) <= 13 and not (folder / "__init__.py").read_text()


@pytest.mark.parametrize("name", rooms("core", "ui", "pages", "dashboard.py"))
def test_every_task_string_names_a_function(name):
    for node in ast.walk(FILES[name]):
        text = node.value if isinstance(node, ast.Constant) else None
        if isinstance(text, str) and (task := re.fullmatch(r"(core(?:\.\w+)+):(\w+)", text)):
            assert callable(getattr(importlib.import_module(task[1]), task[2]))


@pytest.mark.parametrize("name", rooms("core"))
def test_public_functions_of_core_are_typed(name):
    places = [FILES[name], *(n for n in FILES[name].body if isinstance(n, ast.ClassDef))]
    for place in places:
        for node in place.body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                own = [d for d in node.decorator_list if ast.unparse(d) == "staticmethod"]
                skipped = 1 if isinstance(place, ast.ClassDef) and not own else 0
                arguments = (node.args.posonlyargs + node.args.args)[skipped:]
                untyped = [a.arg for a in arguments + node.args.kwonlyargs if not a.annotation]
                assert not untyped and node.returns, f"{name}: {node.name}: {untyped or 'result'}"


@pytest.mark.parametrize("name", rooms("ui"))
def test_ui_imports_no_page(name):
    assert not tops(name) & {"pages", "dashboard", "tests"}


@pytest.mark.parametrize("name", list(FILES))
def test_no_module_imports_a_page(name):
    pages = {Path(page).stem for page in FILES if page.startswith("pages/")} | {
        "pages",
        "dashboard",
    }
    assert not tops(name) & pages
    text = (ROOT / name).read_text(encoding="utf8")
    assert "runpy" not in text and "exec(" not in text.replace("_exec(", "")


@pytest.mark.parametrize("name", rooms("pages", "dashboard.py"))
def test_pages_hold_no_maths_and_no_charts(name):
    assert not tops(name) & (SCIENCE | {"altair", "pandas"}), "a page draws and computes through ui"
    functions = [
        node.name
        for node in ast.walk(FILES[name])
        if isinstance(node, (ast.FunctionDef, ast.ClassDef))
    ]
    assert functions == [], "a function worth testing belongs to ui or core"


def test_core_runs_where_only_numpy_scipy_and_scikit_learn_are_installed(tmp_path):
    modules = [
        name[:-3].replace("/", ".")
        for name in FILES
        if name.startswith("core/") and name not in ALONE
    ]
    code = "\n".join(
        (
            "import sys",
            "for name in 'streamlit altair pandas vl_convert simpleeval distributed "
            "gensim ftfy charset_normalizer pooch jieba fugashi pythainlp'.split():",
            "    sys.modules[name] = None",
            "from core.__main__ import main",
            "main(['train', 'polish', '--tokens', '1000', '--out', sys.argv[1]])",
            "del sys.modules['simpleeval']",
            *(f"import {module}" for module in modules if not module.endswith("__")),
        )
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0 and (tmp_path / "vectors.txt").exists(), done.stderr


def test_no_page_waits_for_the_imports_of_what_workers_compute():
    """One to two seconds for the first visitor of a page."""
    views = [n[:-3].replace("/", ".") for n in FILES if n.startswith("ui/") and "/view.py" in n]
    assert len(views) >= 10
    slow = "('sklearn', 'scipy.stats', 'scipy.interpolate', 'scipy.optimize')"
    imports = "; ".join(f"import {view}" for view in views)
    code = f"{imports}; import sys; print([name for name in {slow} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stderr


def test_the_server_answers_before_what_pages_need_is_imported():
    heavy = "('numpy', 'scipy', 'pandas', 'altair', 'PIL')"
    code = f"import dashboard, sys; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stderr


def test_scripts_find_pandas_imported():
    """Altair uses it as soon as it is there, also when another script has half imported it."""
    modules = "('pandas', 'pyarrow')"
    code = (
        "import sys; from ui import warm_up; warm_up.prepare(); "
        f"print([name for name in {modules} if name not in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stderr


@pytest.mark.parametrize("name", rooms("core", "ui", "pages", "dashboard.py"))
def test_randomness_is_handed_down_and_never_global(name):
    assert "random" not in imported(name) and "secrets" not in imported(name)
    for node in ast.walk(FILES[name]):
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) in (
            "np.random",
            "numpy.random",
        ):
            assert node.attr in GENERATORS, (
                f"{name}:{node.lineno}: np.random.{node.attr} uses the global state"
            )
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("default_rng"):
            assert node.args, f"{name}:{node.lineno}: a generator without a seed"


def bodies():
    """The number of lines of each function's body without its docstring, by name."""
    found = {}
    for name, tree in FILES.items():
        for node in ast.walk(tree):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                first = node.body[0]
                documented = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
                start = node.body[documented and len(node.body) > 1]
                found[f"{name}: {node.name}"] = node.end_lineno - start.lineno + 1
    return found


def test_files_and_functions_stay_short():
    lines = {name: len((ROOT / name).read_text(encoding="utf8").splitlines()) for name in FILES}
    # limits for code whose calls the formatter spreads over one line for each argument
    for sizes, seldom, never in ((bodies(), 25, 70), (lines, 300, 450)):
        assert {name: size for name, size in sizes.items() if size > never} == {}
        long = [name for name, size in sizes.items() if size > seldom]
        assert len(long) <= len(sizes) / 8, long
    assert all(size <= 60 for name, size in lines.items() if name.startswith("pages/"))


@pytest.mark.parametrize("name", list(FILES))
def test_functions_take_few_arguments(name):
    for node in ast.walk(FILES[name]):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            arguments = node.args.posonlyargs + node.args.args + node.args.kwonlyargs
            assert len(arguments) <= 13, f"{name}: {node.name} takes {len(arguments)} arguments"


@pytest.mark.parametrize("name", list(FILES))
def test_nothing_is_left_to_do_and_nothing_reaches_out(name):
    text = (ROOT / name).read_text(encoding="utf8")
    for word in (
        "TODO",
        "FIXME",
        "XXX",
        "print(" if name.startswith(("ui/", "pages/")) else "TODO",
    ):
        assert word not in text
    assert not tops(name) & {"requests", "urllib3", "httpx"} and "urllib.request" not in imported(
        name
    )
    assert not any(
        isinstance(node, ast.ExceptHandler) and node.type is None for node in ast.walk(FILES[name])
    ), "a bare except"
