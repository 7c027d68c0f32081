#!/usr/bin/env python3
"""Exported models in other programs: every cell, depth, form and scaling in PyTorch and onnxruntime against
forecast.csv, the snippets as they are printed, onnx.checker, Netron's and TensorBoard's own readers, and a model
trained by PyTorch taken into the program and trained on in both.

    /opt/venv/bin/python tests/export.py target/release/optimizer-explorer

Needs torch, safetensors, onnx, onnxruntime, pandas; netron and tensorboard where those parts are to be run.
"""

import csv
import io
import itertools
import json
import math
import pathlib
import subprocess
import sys
import tempfile
from contextlib import redirect_stdout

import numpy as np
import onnx
import onnxruntime
import pandas as pd
import torch
from safetensors import safe_open
from safetensors.torch import save_file

PROGRAM = pathlib.Path(sys.argv[1]).resolve()
HERE = pathlib.Path(tempfile.mkdtemp(prefix="optimizer-explorer-export-"))
MOST = 1e-5
LOOKBACK = 12


def program(*words):
    done = subprocess.run([PROGRAM, *map(str, words)], cwd=HERE, capture_output=True, text=True)
    assert done.returncode == 0, f"{words}: {done.stderr}"
    return done.stdout


def tables():
    """Two targets and a further input, one a month."""
    t = np.arange(160)
    pd.DataFrame(
        {
            "month": [f"{2000 + row // 12}-{row % 12 + 1:02}" for row in t],
            "sales": 30 + 0.3 * t + 5 * np.sin(t * 0.5),
            "price": 12 + 4 * np.cos(t * 0.3),
            "rain": np.sin(t * 0.11),
        }
    ).to_csv(HERE / "table.csv", index=False)


def train(toml, out):
    (HERE / f"{out}.toml").write_text(toml)
    program("train", f"{out}.toml", "--out", out, "--quiet", "--force")
    return sorted((HERE / out).glob("*/seed-7"))


def printed(run, kind, file):
    """What `export` prints, without the lines around it: the snippet."""
    said = program("export", run, "--format", kind, "-o", file, "--force")
    return said[said.index("\n\nWith ") :].split("\n\n", 2)[2]


def run_snippet(code):
    """Runs a snippet as it stands; gives its names, and what it printed."""
    names, said = {}, io.StringIO()
    with redirect_stdout(said):
        exec(compile(code, "snippet", "exec"), names)  # noqa: S102: that is what is tested
    return names, said.getvalue()


def forecasts(run):
    """The rows of forecast.csv of the test part, by window: the row of its last input, and its values."""
    rows = [row for row in csv.DictReader(open(run / "forecast.csv")) if row["part"] == "test"]
    of = {}
    for row in rows:
        origin = int(row["index"]) - int(row["horizon"])
        of.setdefault(origin, {})[(int(row["horizon"]), row["target"])] = float(row["predicted"])
    return of


def differences(run, forecast_of, form, horizon, targets):
    """The largest difference from forecast.csv over the largest forecast of the target."""
    own = forecasts(run)
    largest = {target: max(abs(v) for f in own.values() for (_, t), v in f.items() if t == target) for target in targets}
    worst, count = 0.0, 0
    for origin, values in own.items():
        theirs = forecast_of(origin)
        for (ahead, target), value in values.items():
            place = targets.index(target)
            if form == "last-step":
                place += (ahead - 1) * len(targets)
            worst = max(worst, abs(float(theirs[place]) - value) / largest[target])
            count += 1
    assert count > 0, run
    return worst


def matrix():
    """Every cell × layers × form × scaling, in both programs."""
    settings = list(
        itertools.product(
            ["lstm", "gru", "rnn", "linear"], [1, 2], ["every-step", "last-step"], ["standard", "min-max", "robust", "none"]
        )
    )
    toml = f'[data]\nsource = "table.csv"\ntargets = ["sales", "price"]\nfeatures = ["rain"]\n[training]\nsteps = 20\n[model]\nhidden = 8\n[data.window]\nlookback = {LOOKBACK}\n'
    for cell, layers, form, scale in settings:
        toml += (
            f'[[contender]]\nname = "{cell}-{layers}-{form}-{scale}"\nmodel = {{ cell = "{cell}", layers = {layers} }}\n'
            f'data = {{ scale = {{ method = "{scale}" }}, window = {{ output = "{form}", horizon = 2 }} }}\n'
        )
    runs = {run.parent.name: run for run in train(toml, "matrix")}
    values = pd.read_csv(HERE / "table.csv")[["sales", "price", "rain"]].to_numpy(np.float32)
    print(f"| {'cell':6} | layers | {'form':10} | {'scaling':8} | PyTorch | onnxruntime |")
    print("| --- | --- | --- | --- | --- | --- |")
    for cell, layers, form, scale in settings:
        run = runs[f"{cell}-{layers}-{form}-{scale}"]
        window = lambda origin: values[None, origin + 1 - LOOKBACK : origin + 1]
        printed_onnx = printed(run, "onnx", "model.onnx")
        onnx.checker.check_model(str(HERE / "model.onnx"), full_check=True)
        kinds = {node.op_type for node in onnx.load(HERE / "model.onnx").graph.node}
        assert cell == "linear" or cell.upper() in kinds, kinds
        session = onnxruntime.InferenceSession(HERE / "model.onnx")

        def by_onnx(origin):
            forecast = session.run(["forecast"], {"window": window(origin)})[0]
            return forecast[0, -1] if form == "every-step" else forecast[0]

        code = printed(run, "safetensors", "model.safetensors").replace('"model.safetensors"', repr(str(HERE / "model.safetensors")))
        names, _ = run_snippet(code)
        compute = code[code.index("x = torch.tensor") :]

        def by_torch(origin):
            names["window"] = window(origin)
            with redirect_stdout(io.StringIO()):
                exec(compute, names)  # noqa: S102
            return names["forecast"][0, -1] if form == "every-step" else names["forecast"][0]

        torch_worst = differences(run, by_torch, form, 2, ["sales", "price"])
        onnx_worst = differences(run, by_onnx, form, 2, ["sales", "price"])
        print(f"| {cell:6} | {layers} | {form:10} | {scale:8} | {torch_worst:.1e} | {onnx_worst:.1e} |")
        assert max(torch_worst, onnx_worst) < MOST, run
        # The snippet of onnxruntime, as it stands: its window is the last of the data.
        names, said = run_snippet(printed_onnx.replace('"model.onnx"', repr(str(HERE / "model.onnx"))))
        last = by_onnx(len(values) - 1)
        assert np.array_equal(np.array(json.loads(said), np.float32), last), said
        # Both axes are dynamic.
        more = np.stack([values[k : k + LOOKBACK + 5] for k in range(7)])
        assert session.run(None, {"window": more})[0].shape[0] == 7


def sequences():
    """Unequal lengths: the optional input, against each sequence alone; classes against forecast.csv."""
    lines = ["@problemName walks", "@timeStamps false", "@univariate true", "@equalLength false", "@classLabel true up down", "@data"]
    random = np.random.default_rng(3)
    walks = []
    for number in range(60):
        sign = 1 if number % 2 == 0 else -1
        walk = np.cumsum(sign * 0.3 + 0.2 * random.standard_normal(6 + number % 9)).round(4)
        walks.append(walk.astype(np.float32))
        lines.append(",".join(map(str, walk)) + (":up" if sign > 0 else ":down"))
    (HERE / "walks.ts").write_text("\n".join(lines) + "\n")
    toml = '[data]\nsource = "walks.ts"\ntask = "classify"\n[training]\nsteps = 30\n[model]\nhidden = 6\nlayers = 2\n'
    for cell in ["lstm", "gru", "rnn", "linear"]:
        toml += f'[[contender]]\nname = "{cell}"\nmodel = {{ cell = "{cell}" }}\n'
    for run in train(toml, "sequences"):
        program("export", run, "--format", "onnx", "-o", "walks.onnx", "--force")
        onnx.checker.check_model(str(HERE / "walks.onnx"), full_check=True)
        session = onnxruntime.InferenceSession(HERE / "walks.onnx")
        longest = max(map(len, walks))
        padded = np.zeros((len(walks), longest, 1), np.float32)
        for k, walk in enumerate(walks):
            padded[k, : len(walk), 0] = walk
            padded[k, len(walk) :, 0] = 1000  # padding must not matter
        lengths = np.array([len(walk) for walk in walks], np.int64)
        together = session.run(None, {"window": padded, "lengths": lengths})[0]
        alone = np.concatenate([session.run(None, {"window": walk[None, :, None]})[0] for walk in walks])
        worst = float(np.abs(together - alone).max())
        assert worst < MOST, (run, worst)
        found = {int(row["index"]): row["predicted"] for row in csv.DictReader(open(run / "forecast.csv"))}
        classes = json.loads({p.key: p.value for p in onnx.load(HERE / "walks.onnx").metadata_props}["classes"])
        for k, name in found.items():
            assert classes[int(together[k].argmax())] == name, (run, k)
        print(f"sequences of unequal lengths, {run.parent.name}: padded against alone {worst:.1e}, {len(found)} classes the same")


def prepared():
    """Preparation inside the graph, against forecast.csv."""
    steps = {
        "log": '{ step = "transform", method = "log", columns = ["sales"] }',
        "difference": '{ step = "difference", columns = ["sales", "price"] }',
        "log-season": '{ step = "transform", method = "log", columns = ["sales"] }, { step = "difference", season = 12, order = 1, columns = ["sales"] }',
        "quantile-lag": '{ step = "transform", method = "quantile" }, { step = "lag" }, { step = "rolling", functions = ["std", "max"] }',
        "box-cox": '{ step = "transform", method = "box-cox", columns = ["sales", "price"] }',
    }
    toml = '[data]\nsource = "table.csv"\ntargets = ["sales", "price"]\nfeatures = ["rain"]\n[training]\nsteps = 10\n'
    for name, form in itertools.product(steps, ["every-step", "last-step"]):
        horizon = 1 if form == "every-step" else 4
        toml += f'[[contender]]\nname = "{name}-{form}"\ndata = {{ prepare = [{steps[name]}], window = {{ lookback = {LOOKBACK}, output = "{form}", horizon = {horizon} }} }}\n'
    values = pd.read_csv(HERE / "table.csv")[["sales", "price", "rain"]].to_numpy(np.float32)
    for run in train(toml, "prepared"):
        form = "every-step" if run.parent.name.endswith("every-step") else "last-step"
        program("export", run, "--format", "onnx", "-o", "prepared.onnx", "--force")
        model = onnx.load(HERE / "prepared.onnx")
        onnx.checker.check_model(model, full_check=True)
        rows = int({p.key: p.value for p in model.metadata_props}["rows"])
        lost = int(len(values) - max(int(row["index"]) for row in csv.DictReader(open(run / "forecast.csv"))) - 1)
        session = onnxruntime.InferenceSession(HERE / "prepared.onnx")

        def by_onnx(origin):
            # Rows are numbered from the first one that preparation leaves.
            origin += lost
            forecast = session.run(None, {"window": values[None, origin + 1 - rows : origin + 1]})[0]
            return forecast[0, -1] if form == "every-step" else forecast[0]

        worst = differences(run, by_onnx, form, 1, ["sales", "price"])
        print(f"preparation {run.parent.name}: onnxruntime {worst:.1e}, a window has {rows} rows")
        assert worst < MOST, run


def all_kinds():
    """The snippets run as printed for what the table does not have; where a graph exists it says the same."""
    random = np.random.default_rng(5)
    words = random.choice(["alpha", "beta", "gamma"], 200)
    pd.DataFrame({"t": range(200), "x": np.sin(np.arange(200) * 0.4), "word": words}).to_csv(HERE / "words.csv", index=False)
    texts = [" ".join(random.choice(["good", "bad", "not", "very"], 3)) for _ in range(80)]
    pd.DataFrame({"text": texts, "answer": ["yes" if "good" in text else "no" for text in texts]}).to_csv(HERE / "texts.csv", index=False)
    short = "[training]\nsteps = 10\n[model]\nhidden = 4\n"
    kinds = {
        "quantiles": '[data]\nsource = "table.csv"\ntargets = ["sales", "price"]\n[data.window]\noutput = "last-step"\nhorizon = 3\n[loss]\nkind = "quantile"\n',
        "quantiles at every step": '[data]\nsource = "table.csv"\ntargets = ["sales"]\n[loss]\nkind = "quantile"\n',
        "embedding": '[data]\nsource = "words.csv"\ntargets = ["x"]\nfeatures = ["word"]\nprepare = [{ step = "encode", method = "embedding" }]\n',
        "tokens": '[data]\nsource = "texts.csv"\ntask = "classify"\ntargets = ["answer"]\nprepare = [{ step = "tokenize", column = "text" }, { step = "encode", method = "embedding" }]\n',
        "differences": '[data]\nsource = "table.csv"\ntargets = ["sales"]\nprepare = [{ step = "difference", columns = ["sales"] }]\n',
        "classes": '[data]\nsource = "generate:temporal-order"\n[data.generate]\nlength = 20\ncount = 100\n',
        "adding": '[data]\nsource = "generate:adding"\n[data.generate]\nlength = 20\ncount = 100\n',
    }
    for nonlinearity in ["relu", "sigmoid", "identity"]:
        kinds[nonlinearity] = f'[data]\nsource = "table.csv"\ntargets = ["sales"]\n[model]\ncell = "rnn"\nnonlinearity = "{nonlinearity}"\nhidden = 4\n[training]\nsteps = 10\n'
    for name, toml in kinds.items():
        run = train(toml if "[model]" in toml else toml + short, name.replace(" ", "-"))[0]
        code = printed(run, "safetensors", "kind.safetensors").replace('"kind.safetensors"', repr(str(HERE / "kind.safetensors")))
        _, by_torch = run_snippet(code)
        said = subprocess.run([PROGRAM, "export", run, "--format", "onnx", "-o", "kind.onnx", "--force"], cwd=HERE, capture_output=True, text=True)
        if said.returncode == 0:
            code = said.stdout[said.stdout.index("\n\nWith ") :].split("\n\n", 2)[2]
            _, by_onnx = run_snippet(code.replace('"kind.onnx"', repr(str(HERE / "kind.onnx"))))
            read = lambda text: np.array(list(v.values()) if isinstance(v := eval(text), dict) else v)  # noqa: S307
            ours, theirs = read(by_torch), read(by_onnx)
            # With preparation besides scaling, PyTorch's window is of prepared rows, another one.
            apart = "on another window" if name == "differences" else f"{np.abs(ours - theirs).max() / np.abs(theirs).max():.1e} apart"
            assert ours.shape == theirs.shape and (name == "differences" or float(apart.split()[0]) < MOST), (name, ours, theirs)
        else:
            assert "cannot be part of an ONNX graph" in said.stderr, said.stderr
            apart = "no graph: " + said.stderr.split(": ", 1)[1].strip()
        print(f"snippets of {name}: both run as printed, {apart}" if said.returncode == 0 else f"snippet of {name}: PyTorch's runs as printed; {apart}")


def imported():
    """A model trained by PyTorch gives the same forecast here, and trains on alike in both."""
    series = pd.read_csv(HERE / "table.csv")["sales"].to_numpy()
    rows = math.floor(0.7 * len(series))
    offset, factor = series[:rows].mean(), series[:rows].std()
    scaled = ((series - offset) / factor).astype(np.float32)
    starts = range(0, rows - LOOKBACK)
    inputs = torch.tensor(np.stack([scaled[k : k + LOOKBACK] for k in starts]))[..., None]
    targets = torch.tensor(np.stack([scaled[k + 1 : k + 1 + LOOKBACK] for k in starts]))[..., None]
    for cell in ["LSTM", "GRU", "RNN"]:
        torch.manual_seed(5)
        network = torch.nn.ModuleDict({"rnn": getattr(torch.nn, cell)(1, 16, 2, batch_first=True), "head": torch.nn.Linear(16, 1)})

        def train_torch(steps, optimizer):
            losses, place = [], 0
            for _ in range(steps):
                x, y = inputs[place : place + 32], targets[place : place + 32]
                place = place + 32 if place + 32 < len(inputs) else 0
                optimizer.zero_grad()
                loss = torch.nn.functional.mse_loss(network["head"](network["rnn"](x)[0]), y)
                loss.backward()
                optimizer.step()
                losses.append(loss.item())
            return losses

        train_torch(150, torch.optim.Adam(network.parameters(), lr=1e-2))
        file = HERE / f"{cell}.safetensors"
        save_file({name: value.contiguous() for name, value in network.state_dict().items()}, file)
        base = (
            f'[data]\nsource = "table.csv"\ntargets = ["sales"]\n[data.window]\nlookback = {LOOKBACK}\n'
            f'[model]\ncell = "{cell.lower()}"\nhidden = 16\nlayers = 2\n[training]\nshuffle = false\n'
        )
        (HERE / "imported.toml").write_text(base)
        out = f"imported-{cell}"
        # With a rate of (as good as) 0 the model stays what it was.
        program("train", "imported.toml", "--out", out, "--quiet", "--force", "--init", file, "--steps", 1, "--set", "optimizer.kind=sgd", "--set", "schedule.learning_rate=1e-30")
        own = forecasts(next((HERE / out).glob("*/seed-7")))
        with torch.no_grad():
            def by_torch(origin):
                x = torch.tensor(scaled[origin + 1 - LOOKBACK : origin + 1])[None, :, None]
                return network["head"](network["rnn"](x)[0])[0, -1].double().numpy() * factor + offset

            worst = differences(next((HERE / out).glob("*/seed-7")), by_torch, "every-step", 1, ["sales"])
        assert own and worst < MOST, (cell, worst)
        out += "-on"
        program("train", "imported.toml", "--out", out, "--quiet", "--force", "--init", file, "--steps", 100, "--set", "schedule.learning_rate=1e-3")
        history = pd.read_csv(next((HERE / out).glob("*/seed-7")) / "history.csv")["train_loss"].to_numpy()
        losses = np.array(train_torch(100, torch.optim.Adam(network.parameters(), lr=1e-3)))
        apart = float(np.abs(history - losses).max())
        print(f"{cell} trained by PyTorch: forecast here {worst:.1e}; 100 steps further in both: losses differ by {apart:.1e} at most")
        assert apart < 1e-4, (cell, apart)


def netron():
    """Netron's own reader opens both files."""
    import netron as viewer

    for name in ["model.onnx", "model.safetensors"]:
        address = viewer.start(str(HERE / name), address=("127.0.0.1", 0), browse=False)
        try:
            import urllib.request

            page = urllib.request.urlopen(f"http://{address[0]}:{address[1]}/", timeout=30).read()
            assert b"netron" in page.lower()
            data = urllib.request.urlopen(f"http://{address[0]}:{address[1]}/data/{name}", timeout=30).read()
            assert data == (HERE / name).read_bytes()
        finally:
            viewer.stop(address)
    from netron import onnx as reader

    with redirect_stdout(io.StringIO()):
        model = reader.ModelFactory().open(onnx.load(HERE / "model.onnx"))
        described = json.dumps(model.to_json())
    assert "forecast" in described and "window" in described
    print("Netron serves both files and its Python reader describes the graph")


def tensorboard():
    """TensorBoard's own reader finds every step of every run."""
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    toml = '[data]\nsource = "table.csv"\ntargets = ["sales"]\n[training]\nsteps = 60\n[[contender]]\nname = "adam"\n[[contender]]\nname = "sgd"\noptimizer = { kind = "sgd" }\n'
    runs = train(toml, "board")
    program("export", HERE / "board", "--format", "tensorboard", "-o", HERE / "events", "--force")
    for run in runs:
        events = EventAccumulator(str(HERE / "events" / f"{run.parent.name}-seed-7"))
        events.Reload()
        history = pd.read_csv(run / "history.csv")
        for tag, column in [("loss/training", "train_loss"), ("norm/gradient", "grad_norm"), ("learning_rate", "learning_rate"), ("norm/weights", "weight_norm")]:
            scalars = events.Scalars(tag)
            assert [s.step for s in scalars] == history["step"].tolist(), tag
            assert np.allclose([s.value for s in scalars], history[column], rtol=1e-6), tag
        validated = history.dropna(subset=["validation_loss"])
        assert [s.step for s in events.Scalars("loss/validation")] == validated["step"].tolist()
        seconds = np.diff([s.wall_time for s in events.Scalars("loss/training")])
        assert np.allclose(seconds, np.diff(history["seconds"]), atol=1e-4)
        print(f"TensorBoard reads {len(history)} steps of {run.parent.name} with {len(events.Tags()['scalars'])} tags")


tables()
matrix()
sequences()
prepared()
all_kinds()
imported()
for part in [tensorboard, netron]:
    try:
        part()
    except ModuleNotFoundError as missing:
        print(f"skipped: {missing}")
print(f"all is well; the files are in {HERE}")
