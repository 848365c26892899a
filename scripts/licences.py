#!/usr/bin/env python3
"""Prints the licences of what is linked into regctl: each crate with its terms, then each text once.

    scripts/licences.py
"""
import json
import pathlib
import subprocess

TARGET = "x86_64-unknown-linux-gnu"
NAMES = ("LICEN", "COPYING", "NOTICE", "UNLICENSE", "COPYRIGHT")


def metadata():
    command = ["cargo", "metadata", "--locked", "--format-version=1", f"--filter-platform={TARGET}"]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)


def linked(graph, root):
    """The ids of what is linked into a package: neither what builds it, as macros do, nor what tests it."""
    macros = {it["id"] for it in graph["packages"] if any("proc-macro" in target["kind"] for target in it["targets"])}
    nodes = {node["id"]: node for node in graph["resolve"]["nodes"]}
    found, waiting = set(), [root]
    while waiting:
        for dependency in nodes[waiting.pop()]["deps"]:
            is_linked = any(kind["kind"] is None for kind in dependency["dep_kinds"])
            if is_linked and dependency["pkg"] not in found | macros:
                found.add(dependency["pkg"])
                waiting.append(dependency["pkg"])
    return found


def texts(package):
    folder = pathlib.Path(package["manifest_path"]).parent
    files = sorted(path for path in folder.iterdir() if path.is_file() and path.name.upper().startswith(NAMES))
    return [(path.name, path.read_text(errors="replace").strip()) for path in files]


def main():
    graph = metadata()
    packages = {package["id"]: package for package in graph["packages"]}
    root = next(package["id"] for package in graph["packages"] if package["name"] == "regctl")
    crates = sorted((packages[id] for id in linked(graph, root)), key=lambda it: (it["name"], it["version"]))
    owners = {}
    print("Linked into regctl, beside the standard library of Rust (MIT OR Apache-2.0):\n")
    for crate in crates:
        print(f"  {crate['name']} {crate['version']}: {crate['license'] or 'see its text'}")
        for name, text in texts(crate):
            owners.setdefault(text, []).append(f"{crate['name']} ({name})")
    for text, of in owners.items():
        print("\n" + "=" * 78 + "\n" + ", ".join(of) + ":\n\n" + text)


main()
