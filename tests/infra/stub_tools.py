"""Stub of `az`, `azd`, and `npm` for the tests of the hooks: records calls and stored values.

The file is installed under these names; the variable STUB is a folder with `state.json`, which contains the calls.
"""

import json
import os
import sys
from pathlib import Path

folder = Path(os.environ["STUB"])
file = folder / "state.json"
state = json.loads(file.read_text())
tool, words = Path(sys.argv[0]).name, sys.argv[1:]
state["calls"].append([tool, *words])


def after(option: str) -> str:
    return words[words.index(option) + 1] if option in words else ""


def starts(*expected: str) -> bool:
    return tuple(words[: len(expected)]) == expected


answer = ""
if tool == "azd" and starts("env", "set"):
    state["environment"][words[2]] = words[3]
elif tool == "azd" and starts("env", "get-values"):
    answer = "\n".join(f"{name}={json.dumps(value)}" for name, value in state["environment"].items())
elif tool == "az" and starts("account", "show"):
    answer = json.dumps({"subscription": state["environment"]["AZURE_SUBSCRIPTION_ID"], "kind": "user"})
elif tool == "az" and starts("keyvault", "secret", "set"):
    # Only whether the file holds what it should is worth keeping: the value itself is a secret.
    state["secrets"][after("--name")] = Path(after("--file")).read_text()
elif tool == "az" and starts("keyvault", "secret", "list"):
    answer = json.dumps(list(state["secrets"]))
elif tool == "az" and starts("keyvault", "secret", "show"):
    answer = state["secrets"][after("--name")]
elif tool == "az" and starts("storage", "blob", "service-properties", "update"):
    state["website"] = "true"
elif tool == "az" and starts("storage", "blob", "service-properties", "show"):
    answer = state["website"]
elif tool == "az" and starts("storage", "blob", "upload-batch"):
    source = Path(after("--source"))
    served = {name: after(f"--content-{name}") for name in ("type", "encoding", "cache-control")}
    for path in sorted(source.rglob("*")):
        if path.is_file():
            state["uploaded"].append(
                {"name": path.relative_to(source).as_posix(), **served, "hex": path.read_bytes().hex()}
            )
elif tool == "az" and starts("rest", "--method", "get") and "/secrets?" in after("--url"):
    answer = json.dumps(list(state["secrets"]))
elif tool == "az" and starts("rest") and after("--body"):
    state["bodies"].append([after("--method"), after("--url"), json.loads(Path(after("--body")[1:]).read_text())])

for prefix, output, code in state["answers"]:
    if tool == "az" and " ".join(words).startswith(prefix):
        answer = output
        if code:
            sys.stderr.write(output + "\n")
            file.write_text(json.dumps(state))
            sys.exit(code)
        break
file.write_text(json.dumps(state))
print(answer)
