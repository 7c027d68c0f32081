"""Makes `flow.json`: PyTorch's gradients of every hidden and cell state, which `tests/pytorch_flow.rs` reads.

    python -m venv /tmp/venv && /tmp/venv/bin/pip install torch numpy safetensors
    /tmp/venv/bin/python tests/reference/flow.py

Two layers of each cell with the weights of `make.py`, the first 16 windows of the airline series, mean squared
error over every step. The recurrence is written out step by step, as `torch.nn` keeps no state's gradient
(`retain_grad`); its outputs are held against `torch.nn`'s own.
"""

import json
import pathlib

import numpy
import safetensors.torch
import torch

HERE = pathlib.Path(__file__).parent
LOOKBACK, BATCH, HIDDEN, LAYERS = 24, 16, 7, 2

rows = (HERE / "../../assets/data/airline.csv").read_text().split()[1:]
values = numpy.array([float(row.split(",")[1]) for row in rows])
train = values[: int(0.7 * len(values))]
scaled = ((train - train.mean()) / train.std()).astype(numpy.float32)
inputs = torch.tensor(numpy.stack([scaled[i : i + LOOKBACK] for i in range(BATCH)]))[..., None].double()
targets = torch.tensor(numpy.stack([scaled[i + 1 : i + 1 + LOOKBACK] for i in range(BATCH)]))[..., None].double()


def step(cell, x, h, c, weight_ih, weight_hh, bias_ih, bias_hh):
    """The next h and c by the formulas of torch.nn's documentation."""
    from_input, from_state = x @ weight_ih.T + bias_ih, h @ weight_hh.T + bias_hh
    if cell == "rnn":
        return torch.tanh(from_input + from_state), None
    if cell == "gru":
        xr, xz, xn = from_input.chunk(3, 1)
        hr, hz, hn = from_state.chunk(3, 1)
        r, z = torch.sigmoid(xr + hr), torch.sigmoid(xz + hz)
        return (1 - z) * torch.tanh(xn + r * hn) + z * h, None
    i, f, g, o = (from_input + from_state).chunk(4, 1)
    c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
    c.retain_grad()
    return torch.sigmoid(o) * torch.tanh(c), c


def norms(states):
    return [state.grad.norm(dim=1).mean().item() for state in states]


cases = []
for cell, kind in {"lstm": torch.nn.LSTM, "gru": torch.nn.GRU, "rnn": torch.nn.RNN}.items():
    state = {k: v.double() for k, v in safetensors.torch.load_file(HERE / f"{cell}-{LAYERS}.safetensors").items()}
    sequence, layers = list(inputs.unbind(1)), []
    for layer in range(LAYERS):
        names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
        weights = [state[f"rnn.{name}_l{layer}"].requires_grad_() for name in names]
        h = c = torch.zeros(BATCH, HIDDEN, dtype=torch.float64)
        hidden, memory = [], []
        for x in sequence:
            h, c = step(cell, x, h, c, *weights)
            h.retain_grad()
            hidden.append(h)
            memory.append(c)
        layers.append((hidden, memory))
        sequence = hidden
    network = kind(1, HIDDEN, LAYERS, batch_first=True).double()
    network.load_state_dict({k.removeprefix("rnn."): v for k, v in state.items() if k.startswith("rnn.")})
    outputs = torch.stack(sequence, 1)
    assert (network(inputs)[0] - outputs).abs().max() < 1e-12
    predictions = outputs @ state["head.weight"].T + state["head.bias"]
    torch.nn.functional.mse_loss(predictions, targets).backward()
    cases.append({
        "cell": cell,
        "layers": [
            {"hidden": norms(hidden), "cell": norms(memory) if cell == "lstm" else []} for hidden, memory in layers
        ],
    })

reference = {"torch": torch.__version__, "lookback": LOOKBACK, "batch_size": BATCH, "cases": cases}
(HERE / "flow.json").write_text(json.dumps(reference, separators=(",", ":")) + "\n")
