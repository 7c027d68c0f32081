"""Measures the window's own work: frame cost and training speed, beside an empty window and `train`.

    LP_NUM_THREADS=1 xvfb-run -a -s "-screen 0 1280x800x24" \
        python3 tests/bench/window.py target/release/optimizer-explorer [CONTENDERS [STEPS]]

Two contenders train, Adam and SGD, on the airline series, or as many as are asked for, which take turns at the
optimizers; each makes 130,000 steps, or as many as are asked for. Frame cost is eframe's `cpu_usage`, taken from the
frames drawn while all train and hold more than three quarters of their steps. Training speed is in steps per
CPU second of the threads that train, so that neither other processes nor the software renderer of a virtual
screen count. `cpu_usage` is time by the clock, so on a busy machine it says more of the machine than of
the window: the CPU time of the drawing thread, OpenGL calls included, stands beside it. The rate of frames also
has the time that the renderer takes after the drawing thread, which is long where it is software. Needs xdotool.
"""
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

CONTENDERS = int(sys.argv[2]) if len(sys.argv) > 2 else 2
STEPS = int(sys.argv[3]) if len(sys.argv) > 3 else 130_000
HELD = STEPS * 3 // 4
KINDS = ["adam", "sgd", "rmsprop", "adamw", "adagrad", "lion", "adan", "lamb"]
NAMES = [f"{KINDS[index % len(KINDS)]}-{index}" for index in range(CONTENDERS)]
EXPERIMENT = f"""
[data.window]
lookback = 12
[model]
hidden = 8
[training]
steps = {STEPS}
"""
for name in NAMES:
    EXPERIMENT += f'[[contender]]\nname = "{name}"\noptimizer = {{ kind = "{name.split("-")[0]}" }}\n'
TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds(process, belongs):
    """CPU time of the living threads for which `belongs(thread's id, thread's name)`."""
    total = 0
    for task in pathlib.Path(f"/proc/{process.pid}/task").glob("*"):
        try:
            name, rest = (task / "stat").read_text().split("(", 1)[1].rsplit(")", 1)
        except OSError:
            continue  # it has just ended
        if belongs(int(task.name), name):
            fields = rest.split()
            total += int(fields[11]) + int(fields[12])
    return total / TICKS


def training(process):
    return cpu_seconds(process, lambda _, name: name.startswith(tuple(f"{one} seed" for one in NAMES)))


def drawing(process):
    return cpu_seconds(process, lambda thread, _: thread == process.pid)


def resident(process):
    """MiB of memory that the process holds."""
    status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
    return int(status.split("VmRSS:", 1)[1].split()[0]) / 1024


def frames(log):
    """(milliseconds, steps held by all together) of each frame."""
    # What follows the last line break is still being written.
    lines = log.read_text().split("\n")[:-1] if log.exists() else []
    pairs = [line.split() for line in lines]
    return [(1e3 * float(cost), int(steps)) for cost, steps in pairs]


def percentiles(costs):
    costs = sorted(costs)
    at = lambda share: costs[min(len(costs) - 1, int(share * len(costs)))]
    return f"median {at(0.5):.2f} ms, p95 {at(0.95):.2f} ms, p99 {at(0.99):.2f} ms, largest {costs[-1]:.2f} ms ({len(costs)} frames)"


def per_frame(seconds, count):
    return f"; CPU of the drawing thread {1e3 * seconds / max(count, 1):.2f} ms a frame"


def in_the_window(binary, experiment, log):
    environment = {
        **os.environ,
        "OPTIMIZER_EXPLORER_FRAME_LOG": str(log),
        "XDG_CONFIG_HOME": str(log.parent),
        "LC_ALL": "C",
    }
    began = time.monotonic()
    window = subprocess.Popen([binary, experiment], env=environment)
    try:
        find = ["xdotool", "search", "--onlyvisible", "--name", "Optimizer Explorer", "windowfocus"]
        while subprocess.run(find, capture_output=True).returncode:
            if window.poll() is not None or time.monotonic() - began > 60:
                sys.exit("the window did not open")
            time.sleep(0.05)
        while not frames(log):
            time.sleep(0.02)
        print(f"first frame after {time.monotonic() - began:.2f} s")
        # Moving the pointer makes an empty window draw.
        before, first = drawing(window), len(frames(log))
        for step in range(300):
            subprocess.run(["xdotool", "mousemove", str(400 + step), "300"])
        empty = [cost for cost, _ in frames(log)[first:]]
        print("empty window:", percentiles(empty), per_frame(drawing(window) - before, len(empty)))
        subprocess.run(["xdotool", "mousemove", "640", "790", "key", "space"])
        samples = []
        drawn = []
        while not frames(log)[-1][1] >= CONTENDERS * STEPS:
            if CONTENDERS * HELD <= frames(log)[-1][1]:
                drawn.append((drawing(window), len(frames(log)), time.monotonic()))
            cpu, steps = training(window), frames(log)[-1][1]
            samples.append((cpu, steps))
            time.sleep(0.2)
            if window.poll() is not None or time.monotonic() - began > 3600:
                sys.exit("the runs did not end")
        full = [cost for cost, steps in frames(log) if CONTENDERS * HELD <= steps < CONTENDERS * STEPS]
        (before, first, began_at), (after, last, ended_at) = drawn[0], drawn[-1]
        rate = (last - first) / max(ended_at - began_at, 1e-9)
        own = per_frame(after - before, last - first) + f"; {rate:.1f} frames a second"
        print(f"more than {HELD} steps held by each:", percentiles(full), own)
        print(f"resident at the end: {resident(window):.0f} MiB")
        # Only while all train: a thread's time is gone with it.
        samples = [sample for sample in samples if 2_000 < sample[1] < 0.95 * CONTENDERS * STEPS]
        (first_cpu, first), (last_cpu, last) = samples[0], samples[-1]
        return (last - first) / (last_cpu - first_cpu)
    finally:
        window.send_signal(signal.SIGTERM)
        window.wait()


def without(binary, experiment, folder):
    out = folder / "out"
    command = [binary, "train", experiment, "--out", out, "--quiet", "--threads", "2"]
    runs = subprocess.Popen(command)
    histories = [out / name / "seed-7" / "history.csv" for name in NAMES]
    # Rows have about the same length: bytes tell the steps.
    samples = []
    while runs.poll() is None:
        if all(history.exists() for history in histories):
            size = sum(history.stat().st_size for history in histories)
            samples.append((training(runs), size))
        time.sleep(0.2)
    final = sum(history.stat().st_size for history in histories)
    per_step = final / (CONTENDERS * STEPS)
    samples = [(cpu, size / per_step) for cpu, size in samples if 2_000 < size / per_step < 0.95 * CONTENDERS * STEPS]
    (first_cpu, first), (last_cpu, last) = samples[0], samples[-1]
    return (last - first) / (last_cpu - first_cpu)


def main():
    binary = pathlib.Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        experiment = folder / "experiment.toml"
        experiment.write_text(EXPERIMENT)
        window = in_the_window(binary, experiment, folder / "frames.txt")
        alone = without(binary, experiment, folder)
        print(f"steps per CPU second: {window:.0f} in the window, {alone:.0f} without: {window / alone:.0%}")


main()
