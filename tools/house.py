#!/usr/bin/env python3
"""The sizes of files and functions beside those that the design asks for: tools/house.py [ROOT]"""

import dataclasses
import pathlib
import statistics
import sys

import lizard

FILE_LIMIT = 400
FUNCTION_LIMIT = 40


@dataclasses.dataclass(frozen=True)
class Sized:
    lines: int
    where: str


@dataclasses.dataclass(frozen=True)
class Figures:
    median: float
    ninth: int  # of ten: 90% are not longer
    longest: Sized

    @classmethod
    def of(cls, sized: list[Sized]) -> "Figures":
        ordered = sorted(sized, key=lambda one: one.lines)
        ninth = ordered[max(0, -(-len(ordered) * 9 // 10) - 1)]
        return cls(statistics.median(one.lines for one in ordered), ninth.lines, ordered[-1])


def measure(root: pathlib.Path, folders: tuple[str, ...]) -> tuple[list[Sized], list[Sized]]:
    """Files with their lines, and functions with theirs, blank lines and comments included."""
    files, functions = [], []
    for folder in folders:
        for path in sorted((root / folder).rglob("*.[ch]pp")):
            text = path.read_text(encoding="utf-8")
            name = path.relative_to(root)
            files.append(Sized(len(text.splitlines()), str(name)))
            for function in lizard.analyze_file.analyze_source_code(str(path), text).function_list:
                where = f"{name}:{function.start_line} {function.name}"
                functions.append(Sized(function.end_line - function.start_line + 1, where))
    return files, functions


def print_figures(what: str, sized: list[Sized], design: str) -> None:
    if not sized:
        print(f"{what:<22} none")
        return
    figures = Figures.of(sized)
    print(f"{what:<22} {len(sized):5}  median {figures.median:5g}  90% {figures.ninth:4}  "
          f"longest {figures.longest.lines:4} ({figures.longest.where})  design: {design}")


def print_longer(what: str, sized: list[Sized], limit: int) -> None:
    longer = sorted((one for one in sized if one.lines > limit), key=lambda one: -one.lines)
    if longer:
        print(f"{what} over {limit} lines:")
        print("\n".join(f"  {one.lines:4}  {one.where}" for one in longer))


def main() -> None:
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parents[1])
    for title, folders in (("library", ("include", "src")), ("tests", ("tests",))):
        files, functions = measure(root, folders)
        print_figures(f"{title}: files", files, "median about 100, 90% under 400")
        print_figures(f"{title}: functions", functions, "median under 10")
        print_longer("files", files, FILE_LIMIT)
        print_longer("functions", functions, FUNCTION_LIMIT)


if __name__ == "__main__":
    main()
