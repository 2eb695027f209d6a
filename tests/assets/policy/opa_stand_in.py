"""A program that talks as `opa` does and thinks with regorus: for tests of the adapter where there is no OPA.

It takes the subcommands and options that the adapter gives, prints what opa's cmd/{check,eval,parse,test}.go print, and
refuses whatever else it is told. It shows that the adapter keeps its side; that OPA does too, the same tests show where
an `opa` binary is on PATH.
"""

import json
import re
import sys
from pathlib import Path

import regorus

QUERY = re.compile(r'"(\d+)": \[x \| x := (\S+) with time\.now_ns as (\d+)\]')
BUILTINS = ["count", "http.send", "net.lookup_ip_addr", "opa.runtime", "rand.intn", "time.now_ns", "uuid.rfc4122"]


class Options:
    def __init__(self, args):
        self.data, self.stdin, self.rest = [], False, []
        self.capabilities = self.coverage = None
        values = iter(args)
        for word in values:
            match word:
                case "--v1-compatible" | "--strict-builtin-errors" | "--current":
                    pass
                case "--coverage":
                    self.coverage = True
                case "--stdin-input":
                    self.stdin = True
                case "--format":
                    assert next(values) == "json"
                case "--timeout":
                    assert next(values).endswith("s")
                case "--capabilities":
                    self.capabilities = json.loads(Path(next(values)).read_text())
                    assert self.capabilities["allow_net"] == []
                case "--data":
                    self.data.append(Path(next(values)))
                case _:
                    assert not word.startswith("-"), word
                    self.rest.append(word)


def engine(folder, options, now=None):
    made = regorus.Engine()
    made.set_gather_prints(True)
    known = {item["name"] for item in options.capabilities["builtins"]}
    assert "time.now_ns" in known
    assert now is None or not known & {"io.jwt.encode_sign", "io.jwt.decode_verify"}
    if now is not None:
        made.add_extension("time.now_ns", 0, lambda: now)
    for path in sorted(folder.rglob("*.rego")):
        text = path.read_text()
        for name in BUILTINS:
            if name not in known and f"{name}(" in text:
                line = text[: text.index(f"{name}(")].count("\n") + 1
                raise Refused(f"undefined function {name}", path, line)
        try:
            made.add_policy(str(path), text)
        except RuntimeError as error:
            place = re.search(r"--> (.*):(\d+):\d+\n", str(error))
            raise Refused(str(error).rpartition("error: ")[2].strip(), path, int(place[2])) from None
    made.add_data_json((folder / "data.json").read_text())
    return made


class Refused(Exception):
    def __init__(self, message, path=None, line=None):
        place = {"location": {"file": str(path), "row": line, "col": 1}} if path else {}
        self.report = {"errors": [{"message": message, "code": "rego_type_error", **place}]}


def check(options):
    (folder,) = options.rest
    try:
        engine(Path(folder), options)
    except Refused as refused:
        print(json.dumps(refused.report), file=sys.stderr)
        return 1
    return 0


def parse(options):
    (path,) = options.rest
    made = regorus.Engine()
    made.add_policy(path, Path(path).read_text())
    ((module,),) = (json.loads(made.get_ast_as_json()),)
    package = made.get_packages()[0].split(".")
    rules = []
    for rule in module["ast"]["rules"]:
        head = rule["Default"] if "Default" in rule else next(iter(rule["Spec"]["head"].values()))
        node = head["refr"]
        while "Var" not in node:
            node = next(iter(node.values()))["refr"]
        rules.append({"head": {"ref": [{"type": "var", "value": node["Var"]["value"]}]}})
    tree = {"package": {"path": [{"type": "string", "value": part} for part in package]}}
    print(json.dumps(tree | ({"rules": rules} if rules else {})))
    return 0


def evaluate(options):
    folder, more = options.data
    (query,) = options.rest
    asked = QUERY.findall(query)
    assert query == "{" + ", ".join(f'"{n}": [x | x := {p} with time.now_ns as {t}]' for n, p, t in asked) + "}"
    value = {}
    try:
        made = engine(folder, options, now=int(asked[0][2]))
        made.add_data_json(more.read_text())
        made.set_input_json(sys.stdin.read())
        for number, path, _ in asked:
            found = json.loads(made.eval_query_as_json(path)).get("result")
            value[number] = [found[0]["expressions"][0]["value"]] if found else []
    except Refused as refused:
        print(json.dumps(refused.report))
        return 2
    except RuntimeError as error:
        print(json.dumps({"errors": [{"message": str(error).rpartition("error: ")[2].splitlines()[0]}]}))
        return 2
    print(json.dumps({"result": [{"expressions": [{"value": value}]}]}))
    return 0


def test(options):
    (folder,) = options.rest
    made = engine(Path(folder), options)
    made.set_enable_coverage(True)
    results = []
    for path in sorted(Path(folder).rglob("*.rego")):
        package = re.search(r"^package (\S+)", path.read_text(), re.MULTILINE)[1]
        for line, text in enumerate(path.read_text().splitlines(), start=1):
            if name := re.match(r"((?:todo_)?test_\w+)", text):
                result = {"location": {"file": str(path), "row": line, "col": 1}, "package": f"data.{package}"}
                results.append(result | {"name": name[1]} | outcome(made, f"data.{package}.{name[1]}"))
    if not options.coverage:
        print(json.dumps(results))
        return 2 if any(item.keys() & {"fail", "error", "skip"} for item in results) else 0
    if any(item.keys() & {"fail", "error"} for item in results):
        return 2
    files = {}
    for file in json.loads(made.get_coverage_report_as_json())["files"]:
        ranges = {kind: [{"start": {"row": n}, "end": {"row": n}} for n in file[kind]] for kind in ("covered", "not_covered")}
        files[file["path"]] = {kind: lines for kind, lines in ranges.items() if lines}
    print(json.dumps({"files": files}))
    return 0


def outcome(made, path):
    if path.rpartition(".")[2].startswith("todo_"):
        return {"skip": True}
    try:
        found = json.loads(made.eval_query_as_json(path)).get("result")
    except RuntimeError as error:
        return {"error": {"message": str(error).rpartition("error: ")[2].splitlines()[0]}}
    return {} if found and found[0]["expressions"][0]["value"] is True else {"fail": True}


def capabilities(options):
    known = [{"name": name} for name in BUILTINS]
    known.append({"name": "io.jwt.encode_sign", "nondeterministic": True})
    known.append({"name": "io.jwt.decode_verify"})
    print(json.dumps({"builtins": known, "features": ["rego_v1"]}))
    return 0


def version(options):
    print("Version: 1.0.0-stand-in\nRego Version: v1")
    return 0


COMMANDS = {"check": check, "parse": parse, "eval": evaluate, "test": test, "capabilities": capabilities, "version": version}
sys.exit(COMMANDS[sys.argv[1]](Options(sys.argv[2:])))
