"""Opening a file in the window beside `pandas.read_csv` of it, in turns: seconds from the press of Enter in the field
of its path until its line is on the screen, and seconds of one call in a process of its own that has pandas loaded.

    python tests/bench/open.py target/release/optimizer-explorer [FILE [PAIRS]]

Without a file, a million rows by five columns are made. Needs Linux, Xvfb, xdotool, libXtst, and a Python with numpy and
pandas. The screen is software's; its memory is looked at once a millisecond.
"""
import ctypes
import mmap
import os
import pathlib
import statistics
import struct
import subprocess
import sys
import tempfile
import time

import numpy as np

BINARY = os.path.abspath(sys.argv[1])
PAIRS = int(sys.argv[3]) if len(sys.argv) > 3 else 12
WIDTH, HEIGHT = 1280, 800
# Where the series is drawn: columns and rows of the screen.
PLOT = (slice(110, 330), slice(420, 940))
# The time that everything after the press may take.
MOST = 3.0


def made(folder):
    """A million minutes with four noisy columns."""
    import pandas as pd

    path = folder / "million.csv"
    rows = 1_000_000
    noise = np.random.default_rng(7).normal(size=(rows, 4)) * [1, 10, 100, 1000]
    frame = pd.DataFrame(noise.round(3), columns=["a", "b", "c", "d"])
    frame.insert(0, "time", pd.date_range("2001-01-01", periods=rows, freq="min"))
    frame.to_csv(path, index=False)
    return path


def screen(folder):
    """A virtual screen, its number and its memory."""
    for number in range(40, 90):
        if pathlib.Path(f"/tmp/.X{number}-lock").exists():
            continue
        server = subprocess.Popen(
            ["Xvfb", f":{number}", "-screen", "0", f"{WIDTH}x{HEIGHT}x24", "-fbdir", folder],
            stderr=subprocess.DEVNULL)
        time.sleep(1)
        if server.poll() is None:
            break
    with open(f"{folder}/Xvfb_screen0", "rb") as file:
        memory = mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ)
    words = struct.unpack(">25I", memory[:100])
    start, line = words[0] + 12 * words[19], words[12]
    pixels = np.frombuffer(memory, np.uint32, HEIGHT * line // 4, start)
    return server, number, pixels.reshape(HEIGHT, line // 4)[:, :WIDTH]


class Keys:
    """Keys pressed without a process between."""

    def __init__(self, display):
        self.x, self.test = ctypes.CDLL("libX11.so.6"), ctypes.CDLL("libXtst.so.6")
        self.x.XOpenDisplay.restype = ctypes.c_void_p
        self.x.XKeysymToKeycode.argtypes = [ctypes.c_void_p, ctypes.c_ulong]
        self.x.XFlush.argtypes = [ctypes.c_void_p]
        self.test.XTestFakeKeyEvent.argtypes = [ctypes.c_void_p, ctypes.c_uint, ctypes.c_int, ctypes.c_ulong]
        self.display = self.x.XOpenDisplay(display.encode())
        self.enter = self.x.XKeysymToKeycode(self.display, 0xFF0D)

    def press_enter(self, down):
        self.test.XTestFakeKeyEvent(self.display, self.enter, down, 0)
        self.x.XFlush(self.display)


def opened(path, keys, pixels, environment):
    """Seconds from Enter to the drawn line."""
    home = tempfile.mkdtemp()
    environment = environment | {"HOME": home, "XDG_CONFIG_HOME": home + "/config"}

    def tool(*arguments):
        return subprocess.run(["xdotool", *arguments], env=environment, capture_output=True).returncode

    window = subprocess.Popen([BINARY], env=environment, cwd=home)
    while tool("search", "--onlyvisible", "--name", "Optimizer Explorer", "windowfocus"):
        time.sleep(0.2)
    tool("mousemove", "640", "790")
    time.sleep(2)
    tool("key", "ctrl+o")
    time.sleep(0.8)
    tool("type", "--delay", "8", str(path))
    time.sleep(1)
    plot = pixels[PLOT]
    states = [(0.0, plot.copy())]
    begin = time.perf_counter()
    keys.press_enter(1)
    released = False
    while (now := time.perf_counter() - begin) < MOST:
        # As long as a finger takes.
        if not released and now > 0.06:
            keys.press_enter(0)
            released = True
        if not np.array_equal(plot[::7], states[-1][1][::7]):
            states.append((now, plot.copy()))
        time.sleep(0.001)
    if os.environ.get("SHOT"):
        subprocess.run(["import", "-window", "root", os.environ["SHOT"]], env=environment)
    window.kill()
    window.wait()
    like = [(state == states[-1][1]).mean() for _, state in states]
    before = max(share for (at, _), share in zip(states, like) if at < 0.02)
    return next(at for (at, _), share in zip(states, like) if share > (before + 1) / 2)


READ = """
import sys, time, pandas
start = time.perf_counter()
pandas.read_csv(sys.argv[1])
print(time.perf_counter() - start)
"""


def main():
    folder = pathlib.Path(tempfile.mkdtemp())
    path = pathlib.Path(sys.argv[2]).absolute() if len(sys.argv) > 2 else made(folder)
    server, number, pixels = screen(str(folder))
    display = f":{number}"
    environment = os.environ | {"DISPLAY": display, "LC_ALL": "C", "LIBGL_ALWAYS_SOFTWARE": "1"}
    try:
        keys = Keys(display)
        ours, theirs = [], []
        for pair in range(PAIRS):
            ours.append(opened(path, keys, pixels, environment) * 1e3)
            # Each after the same rest: a machine that has just worked is another.
            time.sleep(2)
            read = subprocess.run([sys.executable, "-c", READ, str(path)], capture_output=True, text=True, check=True)
            theirs.append(float(read.stdout) * 1e3)
            print(f"{pair + 1:3}: from Enter to the line {ours[-1]:6.1f} ms, pandas.read_csv {theirs[-1]:6.1f} ms", flush=True)
        print(f"medians: {statistics.median(ours):.1f} and {statistics.median(theirs):.1f} ms, "
              f"ours faster in {sum(a < b for a, b in zip(ours, theirs))} of {PAIRS}")
    finally:
        server.kill()


main()
