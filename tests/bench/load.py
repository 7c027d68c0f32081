"""Seconds that pandas.read_csv takes for a file, the best of five: `python tests/bench/load.py FILE`."""
import sys, time
import pandas

times = []
for _ in range(5):
    start = time.perf_counter()
    pandas.read_csv(sys.argv[1])
    times.append(time.perf_counter() - start)
print(min(times))
