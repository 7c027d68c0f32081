"""Whole training steps of this program beside PyTorch's, in turn, in one call: milliseconds and ratios.

    python -m venv /tmp/venv && /tmp/venv/bin/pip install torch numpy
    cargo build --release && /tmp/venv/bin/python tests/bench/compare.py [--threads 1,2] [--cells lstm,gru,rnn]

Ours are read from the `seconds` of `history.csv`, so that data, batches, clipping, optimizer and records are
in them. PyTorch's are forward, mean squared error, backward, global-norm clip and Adam on tensors that are
already there. Both take the median step of a round; rounds alternate, and the middle one counts. Ratios mean
something on an otherwise idle machine only.

`--what` chooses the tables: `shapes` (the default), `time` (per time step, T from 50 to 2000), `hidden` (H from
8 to 512), `recording` (gradient norms and flow on and off). Peak is PyTorch's product of two 1024×1024 matrices.
"""

import argparse
import csv
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).parent
SHAPES = [(32, 50, 1, 128), (32, 50, 1, 32), (16, 24, 1, 16), (64, 100, 8, 256), (1, 50, 1, 64)]
GATES = {"lstm": 4, "gru": 3, "rnn": 1}


def operations(cell, batch, steps, inputs, hidden):
    """Floating-point operations of one step's matrix products: forward, back through time, weights."""
    gates = GATES[cell] * hidden
    return 2 * batch * steps * gates * (2 * inputs + 3 * hidden)


def ours(binary, folder, cell, shape, threads, seconds, settings=""):
    """Median milliseconds of a step of `train`."""
    batch, steps, inputs, hidden = shape
    names = [f"x{i}" for i in range(inputs)]
    data = folder / f"{inputs}.csv"
    if not data.exists():
        import numpy

        time = numpy.arange(20_000)[:, None] * 0.1 * numpy.arange(1, inputs + 1)
        numpy.savetxt(data, numpy.sin(time), delimiter=",", header=",".join(names), comments="", fmt="%.6g")
    guess = max(operations(cell, *shape) / 2e10, 3e-5 * steps / 24)
    count = int(min(max(seconds / guess, 40), 30_000))
    experiment = folder / "experiment.toml"
    experiment.write_text(
        f'[data]\nsource = "{data}"\ntargets = ["x0"]\nfeatures = {names[1:]}\n[data.window]\nlookback = {steps}\n'
        f'[model]\ncell = "{cell}"\nhidden = {hidden}\n[clipping]\nkind = "global-norm"\nlimit = 1.0\n'
        f"[training]\nsteps = {count}\nbatch_size = {batch}\nvalidate_every = 1000000\n{settings}"
    )
    out = folder / "out"
    subprocess.run(
        [binary, "train", experiment, "--out", out, "--threads", str(threads), "--quiet", "--force"], check=True
    )
    with open(next(out.glob("*/*/history.csv"))) as file:
        times = [float(row["seconds"]) for row in csv.DictReader(file)]
    # The last step waits for the last validation.
    return 1e3 * statistics.median(b - a for a, b in zip(times[5:-2], times[6:-1]))


def pytorch(cell, shape, threads, seconds):
    """Median milliseconds of a step in PyTorch; `cell` None: of the product of two 1024×1024 matrices."""
    command = [sys.executable, str(HERE / "step.py"), str(threads), str(cell), *map(str, shape), str(seconds)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def pair(arguments, cell, shape, threads):
    rounds = [
        (
            pytorch(cell, shape, threads, arguments.seconds),
            ours(arguments.binary, arguments.folder, cell, shape, threads, arguments.seconds),
        )
        for _ in range(arguments.rounds)
    ]
    theirs, own = (statistics.median(column) for column in zip(*rounds))
    return theirs, own


def row(arguments, cell, shape, threads, peak):
    theirs, own = pair(arguments, cell, shape, threads)
    share = operations(cell, *shape) / (own * 1e-3) / peak
    name = "×".join(map(str, shape))
    print(
        f"{cell:5} {name:16} {threads} threads: ours {own:9.3f} ms, PyTorch {theirs:9.3f} ms, "
        f"{theirs / own:5.1f} times faster; {100 * share:4.0f}% of the product's peak; "
        f"{1e3 * own / shape[1]:.2f} µs per time step",
        flush=True,
    )


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", default=HERE / "../../target/release/optimizer-explorer")
    parser.add_argument("--threads", default="1,2")
    parser.add_argument("--cells", default="lstm,gru,rnn")
    parser.add_argument("--what", default="shapes")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=2.0, help="of each measurement, about")
    parser.add_argument("--shape", help="one shape alone, such as 32x50x1x128")
    arguments = parser.parse_args()
    shapes = SHAPES
    if arguments.shape:
        shapes = [tuple(map(int, arguments.shape.split("x")))]
    # Another limit of the environment would bind both.
    os.environ.pop("OMP_NUM_THREADS", None)
    with tempfile.TemporaryDirectory() as folder:
        arguments.folder = pathlib.Path(folder)
        for threads in map(int, arguments.threads.split(",")):
            milliseconds = pytorch(None, (0, 0, 0, 0), threads, 1.0)
            peak = 2 * 1024**3 / (milliseconds * 1e-3)
            print(f"product of 1024×1024, {threads} threads: {peak / 1e9:.0f} GFLOP/s", flush=True)
            for cell in arguments.cells.split(","):
                if "shapes" in arguments.what:
                    for shape in shapes:
                        row(arguments, cell, shape, threads, peak)
                if "time" in arguments.what:
                    for steps in (50, 100, 200, 500, 1000, 2000):
                        row(arguments, cell, (32, steps, 1, 32), threads, peak)
                if "hidden" in arguments.what:
                    for hidden in (8, 16, 32, 64, 128, 256, 512):
                        row(arguments, cell, (32, 50, 1, hidden), threads, peak)
                if "recording" in arguments.what:
                    recording(arguments, cell, threads)


def recording(arguments, cell, threads):
    seldom = 1_000_000_000
    kinds = {
        "nothing": f"record_gradients_every = {seldom}\nrecord_flow_every = {seldom}\n",
        "norms by tensor": f"record_gradients_every = 1\nrecord_flow_every = {seldom}\n",
        "flow": f"record_gradients_every = {seldom}\nrecord_flow_every = 1\n",
        "both": "record_gradients_every = 1\nrecord_flow_every = 1\n",
    }
    for shape in ((16, 24, 1, 16), (32, 50, 1, 128)):
        times = {kind: [] for kind in kinds}
        for _ in range(2 * arguments.rounds):
            for kind, settings in kinds.items():
                own = ours(arguments.binary, arguments.folder, cell, shape, threads, arguments.seconds, settings)
                times[kind].append(own)
        best = {kind: min(values) for kind, values in times.items()}
        name = "×".join(map(str, shape))
        for kind, value in best.items():
            more = 100 * (value / best["nothing"] - 1)
            print(f"{cell:5} {name:16} {threads} threads: recording {kind}: {value:.4f} ms, {more:+.1f}%", flush=True)


main()
