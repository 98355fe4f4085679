#!/usr/bin/env python3
"""Draws what bench_pool_size has written: plot_pool_size.py COURSES.csv PICTURE.svg

A row of pictures for each load: how many connections a fixed pool and an adaptive one have open, as
simulated and as it was on a real server.
"""

import csv
import sys
from collections import defaultdict

import matplotlib

matplotlib.use("svg")
matplotlib.rcParams["svg.hashsalt"] = "pgjinja"  # the same picture for the same figures
import matplotlib.pyplot as plt  # noqa: E402

STYLES = {
    "fixed, simulated": {"color": "0.6", "linewidth": 1.2},
    "adaptive, simulated": {"color": "tab:blue", "linewidth": 1.4},
    "adaptive, real": {"color": "tab:orange", "linewidth": 1.0},
}


def courses(path):
    """{load: {pool: ([seconds], [open])}}, in the order of the file."""
    loads = defaultdict(lambda: defaultdict(lambda: ([], [])))
    with open(path, newline="") as file:
        for row in csv.DictReader(file):
            seconds, sizes = loads[row["load"]][row["pool"]]
            seconds.append(int(row["microseconds"]) / 1e6)
            sizes.append(int(row["open"]))
    return loads


def draw(loads, target):
    figure, axes = plt.subplots(len(loads), 1, figsize=(8, 2.3 * len(loads)), layout="constrained")
    for axis, (load, pools) in zip(axes, loads.items()):
        for pool, style in STYLES.items():
            seconds, sizes = pools[pool]
            axis.step([*seconds, 18], [*sizes, sizes[-1]], where="post", label=pool, **style)
        axis.set_title(load, loc="left", fontsize=10)
        axis.set_xlim(0, 18)
        axis.set_ylim(0, 34)
        axis.set_ylabel("connections")
        axis.spines[["top", "right"]].set_visible(False)
    axes[-1].set_xlabel("seconds")
    handles = axes[0].get_legend_handles_labels()
    figure.legend(*handles, loc="outside upper right", ncols=3, fontsize=8, frameon=False)
    figure.savefig(target, metadata={"Date": None})


if __name__ == "__main__":
    draw(courses(sys.argv[1]), sys.argv[2])
