"""Makes the reference numbers that `tests/bins.rs` reads: edges and bins of scikit-learn's KBinsDiscretizer, fitted
on the first 70 % of each column; pandas' cut and qcut are asked for the same edges.

    /tmp/venv/bin/python tests/reference/bins.py
"""
import json
import pathlib
import warnings

import numpy as np
import pandas as pd
from sklearn.preprocessing import KBinsDiscretizer

data = pathlib.Path(__file__).parents[2] / "assets" / "data"


def column(file, name):
    return pd.read_csv(data / file)[name].astype(float).to_numpy()


generator = np.random.default_rng(3)
columns = {
    "airline": column("airline.csv", "Passengers"),
    "sunspots": column("sunspots.csv", "SUNACTIVITY"),
    "nile": column("nile.csv", "volume"),
    "heavy tails": generator.standard_cauchy(200),
    "ties": generator.poisson(1.0, 200).astype(float),
    "two values": np.tile([0.0, 0.0, 0.0, 10.0, 10.0, 10.0], 20),
}
cases = []
for name, values in columns.items():
    train = values[: int(0.7 * len(values))]
    for count in (2, 3, 5, 10):
        for method, strategy in (("equal-width", "uniform"), ("equal-frequency", "quantile")):
            discretizer = KBinsDiscretizer(count, encode="ordinal", strategy=strategy, quantile_method="linear", subsample=None)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                discretizer.fit(train[:, None])
            edges = discretizer.bin_edges_[0]
            codes = discretizer.transform(values[:, None])[:, 0].astype(int)
            # pandas closes intervals above instead of below; its edges are the same.
            if method == "equal-width":
                _, theirs = pd.cut(train, count, retbins=True)
                assert np.allclose(theirs[1:], edges[1:])
            else:
                _, theirs = pd.qcut(train, count, retbins=True, duplicates="drop")
                assert np.allclose(theirs, np.unique(edges))
            cases.append({"column": name, "count": count, "method": method, "edges": edges.tolist(), "codes": codes.tolist()})
out = pathlib.Path(__file__).with_name("bins.json")
out.write_text(json.dumps({"columns": {k: v.tolist() for k, v in columns.items()}, "cases": cases}))
