"""The project's C++ files and what they include: shared by check_layers.py and tidy.py."""

import dataclasses
import pathlib
import re

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
SUFFIXES = (".hpp", ".cpp", ".inc")  # .inc: tables that a tool writes


@dataclasses.dataclass(frozen=True)
class Include:
    file: pathlib.Path  # who includes
    line: int
    name: str  # as written between the brackets or quotes
    target: pathlib.Path | None  # the project's file, or None for a header from outside

    @property
    def place(self) -> str:
        return f"{self.file}:{self.line}"


class Tree:
    """The C++ files below include/ and src/ of a root, by paths relative to it."""

    def __init__(self, root: pathlib.Path):
        self.root = root
        self.files = sorted(
            path.relative_to(root)
            for folder in ("include", "src")
            for path in (root / folder).rglob("*")
            if path.suffix in SUFFIXES
        )
        self._known = set(self.files)
        self._includes = {file: self._scan(file) for file in self.files}

    def includes(self, file: pathlib.Path) -> list[Include]:
        return self._includes[file]

    def closure(self, file: pathlib.Path) -> list[pathlib.Path]:
        """The file and every project file that it includes, directly or not, sorted."""
        seen, ahead = {file}, [file]
        while ahead:
            for include in self.includes(ahead.pop()):
                if include.target and include.target not in seen:
                    seen.add(include.target)
                    ahead.append(include.target)
        return sorted(seen)

    def _scan(self, file: pathlib.Path) -> list[Include]:
        text = (self.root / file).read_text(encoding="utf-8")
        matches = ((n, INCLUDE.match(line)) for n, line in enumerate(text.splitlines(), 1))
        return [
            Include(file, n, match[2], self._resolve(file, match[2])) for n, match in matches if match
        ]

    def _resolve(self, file: pathlib.Path, name: str) -> pathlib.Path | None:
        for folder in (pathlib.Path("include"), pathlib.Path("src"), file.parent):
            if folder / name in self._known:
                return folder / name
        return None
