"""Makes the reference numbers that `tests/pytorch.rs` reads: losses of PyTorch itself.

    python -m venv /tmp/venv && /tmp/venv/bin/pip install torch numpy safetensors
    /tmp/venv/bin/python tests/reference/make.py

Every case trains 200 steps on the airline series: lookback 24, every step's target is the next value,
batches of 16 windows in order, the last one of an epoch smaller, as the program does with
`shuffle = false`. The initial weights are written as model files for `--init`.

Training can be chaotic: with other settings PyTorch's own losses in 32 and in 64 bits are tens of percent
apart after 200 steps, and a comparison says nothing. So every case also runs in 64 bits, and the script
refuses cases in which PyTorch does not agree with itself.
"""
import itertools
import json
import pathlib

import numpy
import safetensors.torch
import torch

HERE = pathlib.Path(__file__).parent
LOOKBACK, BATCH, STEPS, HIDDEN = 24, 16, 200, 7  # 7: no multiple of any SIMD width

torch.set_num_threads(1)
torch.manual_seed(0)

rows = (HERE / "../../assets/data/airline.csv").read_text().split()[1:]
values = numpy.array([float(row.split(",")[1]) for row in rows])
train = values[: int(0.7 * len(values))]
scaled = ((train - train.mean()) / train.std()).astype(numpy.float32)
starts = range(len(scaled) - LOOKBACK)
inputs = torch.tensor(numpy.stack([scaled[i : i + LOOKBACK] for i in starts]))[..., None]
targets = torch.tensor(numpy.stack([scaled[i + 1 : i + 1 + LOOKBACK] for i in starts]))[..., None]

CELLS = {"lstm": torch.nn.LSTM, "gru": torch.nn.GRU, "rnn": torch.nn.RNN}


class Network(torch.nn.Module):
    def __init__(self, cell, layers, nonlinearity):
        super().__init__()
        extra = {"nonlinearity": nonlinearity} if cell == "rnn" else {}
        self.rnn = CELLS[cell](1, HIDDEN, layers, batch_first=True, **extra)
        self.head = torch.nn.Linear(HIDDEN, 1)

    def forward(self, x):
        return self.head(self.rnn(x)[0])


OPTIMIZERS = {
    "gd": ({"kind": "gd", "weight_decay": 0.01}, 0.05,
           lambda p, lr: torch.optim.SGD(p, lr, weight_decay=0.01)),
    "sgd": ({"kind": "sgd"}, 0.1, lambda p, lr: torch.optim.SGD(p, lr)),
    "sgd-momentum": (
        {"kind": "sgd", "momentum": 0.9, "dampening": 0.1, "weight_decay": 0.001}, 0.02,
        lambda p, lr: torch.optim.SGD(p, lr, momentum=0.9, dampening=0.1, weight_decay=0.001)),
    "sgd-nesterov": ({"kind": "sgd", "momentum": 0.9, "nesterov": True}, 0.02,
                     lambda p, lr: torch.optim.SGD(p, lr, momentum=0.9, nesterov=True)),
    "adam": ({"kind": "adam"}, 0.01, lambda p, lr: torch.optim.Adam(p, lr)),
    "adam-slow": ({"kind": "adam"}, 0.001, lambda p, lr: torch.optim.Adam(p, lr)),
    "adam-amsgrad": (
        {"kind": "adam", "amsgrad": True, "weight_decay": 0.01, "beta1": 0.8, "beta2": 0.95}, 0.01,
        lambda p, lr: torch.optim.Adam(p, lr, betas=(0.8, 0.95), weight_decay=0.01, amsgrad=True)),
}


def clip_tensors(parameters, limit):
    for p in parameters:
        torch.nn.utils.clip_grad_norm_([p], limit)


CLIPPINGS = {
    "none": ({"kind": "none"}, lambda p: None),
    "value": ({"kind": "value", "limit": 0.02},
              lambda p: torch.nn.utils.clip_grad_value_(p, 0.02)),
    "tensor-norm": ({"kind": "tensor-norm", "limit": 0.05}, lambda p: clip_tensors(p, 0.05)),
    "global-norm": ({"kind": "global-norm", "limit": 0.1},
                    lambda p: torch.nn.utils.clip_grad_norm_(p, 0.1)),
}

LOSSES = {
    "mse": ({"kind": "mse"}, torch.nn.MSELoss()),
    "mae": ({"kind": "mae"}, torch.nn.L1Loss()),
    "huber": ({"kind": "huber", "delta": 0.3}, torch.nn.HuberLoss(delta=0.3)),
}

SCHEDULES = {
    "constant": ({"kind": "constant"}, lambda o: None),
    "linear": ({"kind": "linear", "final_factor": 0.1, "over": 150},
               lambda o: torch.optim.lr_scheduler.LinearLR(o, 1.0, 0.1, 150)),
    "exponential": ({"kind": "exponential", "factor": 0.5, "every": 40},
                    lambda o: torch.optim.lr_scheduler.ExponentialLR(o, 0.5 ** (1 / 40))),
    "step": ({"kind": "step", "factor": 0.5, "every": 40},
             lambda o: torch.optim.lr_scheduler.StepLR(o, 40, 0.5)),
}


def train(dtype, cell, layers, nonlinearity, optimizer, clipping, loss, schedule):
    network = Network(cell, layers, nonlinearity)
    network.load_state_dict(safetensors.torch.load_file(HERE / f"{cell}-{layers}.safetensors"))
    network.to(dtype)
    settings, rate, make = OPTIMIZERS[optimizer]
    parameters = list(network.parameters())
    optimizer_ = make(parameters, rate)
    scheduler = SCHEDULES[schedule][1](optimizer_)
    batch = len(inputs) if settings["kind"] == "gd" else BATCH
    losses, rates, norms = [], [], None
    position = 0
    for _ in range(STEPS):
        x = inputs[position : position + batch].to(dtype)
        y = targets[position : position + batch].to(dtype)
        position = position + batch if position + batch < len(inputs) else 0
        optimizer_.zero_grad()
        value = LOSSES[loss][1](network(x), y)
        value.backward()
        if norms is None:
            norms = {name: p.grad.norm().item() for name, p in network.named_parameters()}
        CLIPPINGS[clipping][1](parameters)
        rates.append(optimizer_.param_groups[0]["lr"])
        optimizer_.step()
        if scheduler:
            scheduler.step()
        losses.append(value.item())
    return losses, rates, norms


def run(cell, layers, nonlinearity, optimizer, clipping, loss, schedule):
    case = (cell, layers, nonlinearity, optimizer, clipping, loss, schedule)
    losses, rates, norms = train(torch.float32, *case)
    exact, _, _ = train(torch.float64, *case)
    off = max(abs(a / b - 1) for a, b in zip(losses, exact))
    assert off < (2e-4 if loss == "mae" else 2e-5), f"{case}: PyTorch is {off:.1e} off itself"
    settings, rate, _ = OPTIMIZERS[optimizer]
    return {
        "name": " ".join(map(str, case)),
        "off_itself": float(f"{off:.2g}"),
        "model": {"cell": cell, "layers": layers, "nonlinearity": nonlinearity, "hidden": HIDDEN},
        "optimizer": settings, "clipping": CLIPPINGS[clipping][0], "loss": LOSSES[loss][0],
        "schedule": {**SCHEDULES[schedule][0], "learning_rate": rate},
        "losses": [float(f"{x:.9g}") for x in losses],
        "rates": rates if schedule != "constant" else [],
        "first_gradient_norms": norms,
    }


for cell, layers in itertools.product(CELLS, (1, 2)):
    state = Network(cell, layers, "tanh").state_dict()
    safetensors.torch.save_file(state, HERE / f"{cell}-{layers}.safetensors")

cases = [run(cell, 1, "tanh", o, c, "mse", "constant")
         for cell, o, c in itertools.product(CELLS, OPTIMIZERS, CLIPPINGS) if o != "adam-slow"]
cases += [run(cell, 2, "tanh", o, "global-norm", loss, "constant")
          for cell, o, loss in itertools.product(CELLS, ("adam-slow", "sgd-momentum"), LOSSES)]
cases += [run("rnn", 1, "relu", "adam", "none", "mse", "constant")]
cases += [run("lstm", 1, "tanh", "sgd", "none", "mse", s) for s in SCHEDULES if s != "constant"]

reference = {"torch": torch.__version__, "numpy": numpy.__version__, "lookback": LOOKBACK,
             "batch_size": BATCH, "steps": STEPS, "cases": cases}
(HERE / "parity.json").write_text(json.dumps(reference, separators=(",", ":")) + "\n")
print(len(cases), "cases,", (HERE / "parity.json").stat().st_size, "bytes")
