"""Makes the reference numbers that `tests/pytorch.rs` reads: losses of PyTorch itself.

    python -m venv /tmp/venv && /tmp/venv/bin/pip install torch numpy safetensors
    /tmp/venv/bin/python tests/reference/make.py

Every case trains 200 steps on the airline series: lookback 24, every step's target is the next value,
batches of 16 windows in order, the last one of an epoch smaller, as the program does with
`shuffle = false`; gradient descent and L-BFGS take all windows at once. The initial weights are written as
model files for `--init`.

What torch.optim has is taken from there. Lion, Adan and LAMB, which it has not, are written down here from
their papers, and so is AutoClip with numpy's percentile. Muon is torch's but for one thing: its iteration
rounds to bfloat16, whose products differ between machines, and here it keeps the weights' own type.

Training can be chaotic: with other settings PyTorch's own losses in 32 and in 64 bits are tens of percent
apart after 200 steps, and a comparison says nothing. So every case also runs in 64 bits, and the script
refuses cases in which PyTorch does not agree with itself. What parity.json holds already is kept, unless
`--fresh` is given; words after that choose cases.
"""
import itertools
import json
import math
import multiprocessing
import pathlib
import sys

import numpy
import safetensors.torch
import torch
import torch.optim._muon

HERE = pathlib.Path(__file__).parent
LOOKBACK, BATCH, STEPS, HIDDEN = 24, 16, 200, 7  # 7: no multiple of any SIMD width
QUANTILES = [0.1, 0.5, 0.9]

torch.set_num_threads(1)
torch.manual_seed(0)

rows = (HERE / "../../assets/data/airline.csv").read_text().split()[1:]
values = numpy.array([float(row.split(",")[1]) for row in rows])
train_rows = int(0.7 * len(values))
validation_rows = int(0.15 * len(values))
train_part = values[:train_rows]
scaled = ((values - train_part.mean()) / train_part.std()).astype(numpy.float32)
starts = range(train_rows - LOOKBACK)
inputs = torch.tensor(numpy.stack([scaled[i : i + LOOKBACK] for i in starts]))[..., None]
targets = torch.tensor(numpy.stack([scaled[i + 1 : i + 1 + LOOKBACK] for i in starts]))[..., None]
# A validation window's last target lies in the part; only targets inside it count.
ends = range(train_rows, train_rows + validation_rows)
seen = torch.tensor(numpy.stack([scaled[i - LOOKBACK : i] for i in ends]))[..., None]
wanted = torch.tensor(numpy.stack([scaled[i - LOOKBACK + 1 : i + 1] for i in ends]))[..., None]
inside = torch.tensor(numpy.stack([numpy.arange(i - LOOKBACK + 1, i + 1) >= train_rows for i in ends]))

CELLS = {"lstm": torch.nn.LSTM, "gru": torch.nn.GRU, "rnn": torch.nn.RNN}


class Network(torch.nn.Module):
    def __init__(self, cell, layers, nonlinearity, outputs=1):
        super().__init__()
        extra = {"nonlinearity": nonlinearity} if cell == "rnn" else {}
        self.rnn = CELLS[cell](1, HIDDEN, layers, batch_first=True, **extra)
        self.head = torch.nn.Linear(HIDDEN, outputs)

    def forward(self, x):
        return self.head(self.rnn(x)[0])


class Own(torch.optim.Optimizer):
    """An optimizer whose rule for one tensor is `rule(p, g, state, t, lr)`, t from 1."""

    def __init__(self, parameters, lr, rule):
        super().__init__(parameters, {"lr": lr})
        self.rule = rule

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                state = self.state[p]
                state["t"] = state.get("t", 0) + 1
                self.rule(p, p.grad, state, state["t"], group["lr"])


def lion(beta1, beta2, decay):
    """Chen et al. 2023, algorithm 2."""
    def rule(p, g, state, t, lr):
        m = state.setdefault("m", torch.zeros_like(p))
        update = torch.sign(beta1 * m + (1 - beta1) * g)
        p -= lr * (update + decay * p)
        m.copy_(beta2 * m + (1 - beta2) * g)
    return lambda p, lr: Own(p, lr, rule)


def adan(beta1, beta2, beta3, epsilon, decay):
    """Xie et al. 2022, algorithm 1, with betas for one minus betas and bias correction, as its authors run it."""
    def rule(p, g, state, t, lr):
        last = state.setdefault("last", g.clone())
        m, v, n = (state.setdefault(name, torch.zeros_like(p)) for name in "mvn")
        d = g - last
        m.copy_(beta1 * m + (1 - beta1) * g)
        v.copy_(beta2 * v + (1 - beta2) * d)
        n.copy_(beta3 * n + (1 - beta3) * (g + beta2 * d) ** 2)
        eta = lr / (torch.sqrt(n / (1 - beta3**t)) + epsilon)
        p.copy_((p - eta * (m / (1 - beta1**t) + beta2 * v / (1 - beta2**t))) / (1 + lr * decay))
        last.copy_(g)
    return lambda p, lr: Own(p, lr, rule)


def lamb(beta1, beta2, epsilon, decay):
    """You et al. 2020, algorithm 2, the identity for its phi."""
    def rule(p, g, state, t, lr):
        m, v = (state.setdefault(name, torch.zeros_like(p)) for name in "mv")
        m.copy_(beta1 * m + (1 - beta1) * g)
        v.copy_(beta2 * v + (1 - beta2) * g * g)
        r = (m / (1 - beta1**t)) / (torch.sqrt(v / (1 - beta2**t)) + epsilon) + decay * p
        ratio = p.norm() / r.norm() if p.norm() > 0 and r.norm() > 0 else 1.0
        p -= lr * ratio * r
    return lambda p, lr: Own(p, lr, rule)


def newton_schulz(grad, coefficients, steps, eps):
    """torch.optim._muon._zeropower_via_newtonschulz without its rounding to bfloat16."""
    a, b, c = coefficients
    x = grad.T if grad.size(0) > grad.size(1) else grad
    x = x / x.norm().clamp(min=eps)
    for _ in range(steps):
        gram = x @ x.T
        x = a * x + (b * gram + c * gram @ gram) @ x
    return x.T if grad.size(0) > grad.size(1) else x


torch.optim._muon._zeropower_via_newtonschulz = newton_schulz


class Both:
    """Muon for the matrices, AdamW for the rest."""

    def __init__(self, parameters, lr, decay, adjust=None):
        self.each = [
            torch.optim.Muon([p for p in parameters if p.dim() == 2], lr, weight_decay=decay,
                             adjust_lr_fn=adjust),
            torch.optim.AdamW([p for p in parameters if p.dim() != 2], lr),
        ]
        self.param_groups = self.each[0].param_groups

    def zero_grad(self):
        [each.zero_grad() for each in self.each]

    def step(self):
        [each.step() for each in self.each]


o = torch.optim
OPTIMIZERS = {
    "gd": ({"kind": "gd", "weight_decay": 0.01}, 0.05, lambda p, lr: o.SGD(p, lr, weight_decay=0.01)),
    "sgd": ({"kind": "sgd"}, 0.1, lambda p, lr: o.SGD(p, lr)),
    "sgd-momentum": (
        {"kind": "sgd", "momentum": 0.9, "dampening": 0.1, "weight_decay": 0.001}, 0.02,
        lambda p, lr: o.SGD(p, lr, momentum=0.9, dampening=0.1, weight_decay=0.001)),
    "sgd-nesterov": ({"kind": "sgd", "momentum": 0.9, "nesterov": True}, 0.02,
                     lambda p, lr: o.SGD(p, lr, momentum=0.9, nesterov=True)),
    "adagrad": ({"kind": "adagrad", "lr_decay": 0.01, "weight_decay": 0.001}, 0.01,
                lambda p, lr: o.Adagrad(p, lr, lr_decay=0.01, weight_decay=0.001)),
    "rmsprop": ({"kind": "rmsprop", "weight_decay": 0.001}, 0.001,
                lambda p, lr: o.RMSprop(p, lr, weight_decay=0.001)),
    "rmsprop-centered": (
        {"kind": "rmsprop", "alpha": 0.9, "momentum": 0.5, "centered": True, "epsilon": 0.01}, 0.001,
        lambda p, lr: o.RMSprop(p, lr, alpha=0.9, momentum=0.5, centered=True, eps=0.01)),
    "adam": ({"kind": "adam"}, 0.01, lambda p, lr: o.Adam(p, lr)),
    "adam-slow": ({"kind": "adam"}, 0.001, lambda p, lr: o.Adam(p, lr)),
    "adam-amsgrad": (
        {"kind": "adam", "amsgrad": True, "weight_decay": 0.01, "beta1": 0.8, "beta2": 0.95}, 0.01,
        lambda p, lr: o.Adam(p, lr, betas=(0.8, 0.95), weight_decay=0.01, amsgrad=True)),
    "adamw": ({"kind": "adamw"}, 0.005, lambda p, lr: o.AdamW(p, lr)),
    "adamw-amsgrad": ({"kind": "adamw", "amsgrad": True, "weight_decay": 0.1}, 0.005,
                      lambda p, lr: o.AdamW(p, lr, weight_decay=0.1, amsgrad=True)),
    "lion": ({"kind": "lion", "weight_decay": 0.1}, 0.0003, lion(0.9, 0.99, 0.1)),
    "adan": ({"kind": "adan", "weight_decay": 0.02}, 0.001, adan(0.98, 0.92, 0.99, 1e-8, 0.02)),
    "lamb": ({"kind": "lamb"}, 0.005, lamb(0.9, 0.999, 1e-6, 0.01)),
    "adafactor": ({"kind": "adafactor", "weight_decay": 0.01}, 0.01,
                  lambda p, lr: o.Adafactor(p, lr, weight_decay=0.01)),
    "muon": ({"kind": "muon"}, 0.002, lambda p, lr: Both(p, lr, 0.1)),
    "muon-matched": ({"kind": "muon", "match_rms_adamw": True, "weight_decay": 0.0}, 0.002,
                     lambda p, lr: Both(p, lr, 0.0, "match_rms_adamw")),
    "lbfgs": ({"kind": "lbfgs", "max_iter": 2, "history_size": 5}, 0.1,
              lambda p, lr: o.LBFGS(p, lr, max_iter=2, history_size=5, line_search_fn="strong_wolfe")),
}
FULL = ("gd", "lbfgs")
# Variants that are not crossed with everything.
VARIANTS = ("adam-slow", "adamw-amsgrad", "muon-matched")


class Clip:
    """One of the clippings, with what it remembers."""

    def __init__(self, name):
        self.name, self.norms = name, []

    def __call__(self, parameters):
        clip = torch.nn.utils
        if self.name == "value":
            clip.clip_grad_value_(parameters, 0.02)
        elif self.name == "tensor-norm":
            for p in parameters:
                clip.clip_grad_norm_([p], 0.05)
        elif self.name == "global-norm":
            clip.clip_grad_norm_(parameters, 0.1)
        elif self.name == "percentile":
            norms = [p.grad.double().norm() for p in parameters]
            self.norms.append(torch.stack(norms).norm().item())
            clip.clip_grad_norm_(parameters, numpy.percentile(self.norms, 25.0))


CLIPPINGS = {
    "none": {"kind": "none"},
    "value": {"kind": "value", "limit": 0.02},
    "tensor-norm": {"kind": "tensor-norm", "limit": 0.05},
    "global-norm": {"kind": "global-norm", "limit": 0.1},
    "percentile": {"kind": "percentile", "percent": 25.0},
}


def pinball(prediction, target):
    q = torch.tensor(QUANTILES, dtype=prediction.dtype)
    u = target - prediction
    return torch.maximum(q * u, (q - 1) * u).mean()


def log_cosh(prediction, target):
    e = prediction - target
    return (e + torch.nn.functional.softplus(-2 * e) - math.log(2)).mean()


LOSSES = {
    "mse": ({"kind": "mse"}, torch.nn.MSELoss()),
    "mae": ({"kind": "mae"}, torch.nn.L1Loss()),
    "huber": ({"kind": "huber", "delta": 0.3}, torch.nn.HuberLoss(delta=0.3)),
    "log-cosh": ({"kind": "log-cosh"}, log_cosh),
    "quantile": ({"kind": "quantile", "quantiles": QUANTILES}, pinball),
}
SIGNS = ("mae", "quantile", "lion")

s = torch.optim.lr_scheduler
SCHEDULES = {
    "constant": ({"kind": "constant"}, lambda o: None),
    "linear": ({"kind": "linear", "final_factor": 0.1, "over": 150}, lambda o: s.LinearLR(o, 1.0, 0.1, 150)),
    "exponential": ({"kind": "exponential", "factor": 0.5, "every": 40},
                    lambda o: s.ExponentialLR(o, 0.5 ** (1 / 40))),
    "step": ({"kind": "step", "factor": 0.5, "every": 40}, lambda o: s.StepLR(o, 40, 0.5)),
    "polynomial": ({"kind": "polynomial", "power": 2, "final_factor": 0, "over": 250},
                   lambda o: s.PolynomialLR(o, 250, 2.0)),
    "inverse-sqrt": ({"kind": "inverse-sqrt", "after": 30},
                     lambda o: s.LambdaLR(o, lambda step: math.sqrt(30 / max(step, 30)))),
    "cosine": ({"kind": "cosine", "final_factor": 0.1, "over": 200},
               lambda o: s.CosineAnnealingLR(o, 200, 0.1 * o.param_groups[0]["lr"])),
    "cosine-restarts": ({"kind": "cosine-restarts", "first": 30, "multiply": 2, "final_factor": 0.05},
                        lambda o: s.CosineAnnealingWarmRestarts(o, 30, 2, 0.05 * o.param_groups[0]["lr"])),
    "one-cycle": ({"kind": "one-cycle"},
                  lambda o: s.OneCycleLR(o, o.param_groups[0]["lr"], STEPS, cycle_momentum=False)),
    "plateau": ({"kind": "plateau", "factor": 0.5, "patience": 1, "threshold": 0.05, "cooldown": 2},
                lambda o: s.ReduceLROnPlateau(o, factor=0.5, patience=1, threshold=0.05, cooldown=2)),
    "warm-up": ({"kind": "constant", "warmup_steps": 50},
                lambda o: s.LambdaLR(o, lambda step: min(1.0, (step + 1) / 50))),
}


class Polyak:
    """SPS_max (Loizou et al. 2021): the rate from the loss and the gradient."""

    SETTINGS = {"kind": "polyak", "c": 8.0, "maximum": 0.3}

    def __init__(self, optimizer, batches):
        self.optimizer, self.growth = optimizer, 2.0 ** (1 / batches)

    def before(self, loss, parameters):
        group = self.optimizer.param_groups[0]
        squares = sum(p.grad.double().square().sum().item() for p in parameters)
        group["lr"] = min(self.growth * group["lr"], loss / (8.0 * squares), 0.3)


def train(dtype, cell, layers, nonlinearity, optimizer, clipping, loss, schedule):
    network = Network(cell, layers, nonlinearity, len(QUANTILES) if loss == "quantile" else 1)
    network.load_state_dict(safetensors.torch.load_file(start_file(cell, layers, loss)))
    network.to(dtype)
    settings, _, make = OPTIMIZERS[optimizer]
    rate = rate_of(optimizer, loss, layers)
    parameters = list(network.parameters())
    maker = make(parameters, rate)
    batch = len(inputs) if settings["kind"] in FULL else BATCH
    scheduler = polyak = None
    if schedule == "polyak":
        polyak = Polyak(maker, -(-len(inputs) // batch))
    else:
        scheduler = SCHEDULES[schedule][1](maker)
    clip = Clip(clipping)
    losses, rates, norms = [], [], None
    position = 0
    for step in range(STEPS):
        x = inputs[position : position + batch].to(dtype)
        y = targets[position : position + batch].to(dtype)
        position = position + batch if position + batch < len(inputs) else 0

        def closure():
            maker.zero_grad()
            value = LOSSES[loss][1](network(x), y)
            value.backward()
            nonlocal norms
            if norms is None:
                norms = {name: p.grad.norm().item() for name, p in network.named_parameters()}
            if polyak:
                polyak.before(value.item(), parameters)
            clip(parameters)
            return value

        if settings["kind"] == "lbfgs":
            rates.append(maker.param_groups[0]["lr"])
            value = maker.step(closure)
        else:
            value = closure()
            rates.append(maker.param_groups[0]["lr"])
            maker.step()
        if schedule == "plateau":
            if position == 0:
                with torch.no_grad():
                    error = (network(seen.to(dtype)) - wanted.to(dtype))[inside]
                scheduler.step((error * error).mean().item())
        elif scheduler:
            scheduler.step()
        losses.append(value.item())
    return losses, rates, norms


def start_file(cell, layers, loss):
    return HERE / f"{cell}-{layers}{'-quantile' if loss == 'quantile' else ''}.safetensors"


def save(cases_done):
    """Writes what is done, and what was done before and still stands."""
    names = {case["name"] for case in cases_done}
    wanted_names = [" ".join(map(str, case)) for case in cases()]
    others = [case for name, case in known().items() if name in wanted_names and name not in names]
    reference = {"torch": torch.__version__, "numpy": numpy.__version__, "lookback": LOOKBACK,
                 "batch_size": BATCH, "steps": STEPS, "cases": cases_done + others}
    (HERE / "parity.json").write_text(json.dumps(reference, separators=(",", ":")) + "\n")


def cases():
    """Each schedule; each loss × optimizer; each cell × optimizer with two layers; each cell × loss; each
    cell × optimizer × clipping."""
    crossed = [name for name in OPTIMIZERS if name not in VARIANTS]
    for schedule in SCHEDULES:
        if schedule != "constant":
            yield "lstm", 1, "tanh", "sgd", "none", "mse", schedule
    yield "lstm", 1, "tanh", "sgd", "none", "mse", "polyak"
    yield "gru", 1, "tanh", "sgd", "global-norm", "mse", "polyak"
    yield "rnn", 1, "relu", "adam", "none", "mse", "constant"
    # Cells, layers and clippings in turn.
    for turn, (loss, optimizer) in enumerate(itertools.product(LOSSES, OPTIMIZERS)):
        # A line search stops at kinks, and on which side of one hangs on the last bit.
        if loss != "mse" and not (optimizer == "lbfgs" and loss in SIGNS):
            cell, clipping = list(CELLS)[turn % 3], list(CLIPPINGS)[turn % 5]
            yield cell, 1 + turn % 2, "tanh", optimizer, clipping, loss, "constant"
    for turn, (optimizer, cell) in enumerate(itertools.product(OPTIMIZERS, CELLS)):
        yield cell, 2, "tanh", optimizer, list(CLIPPINGS)[turn % 5], "mse", "constant"
    for cell, loss in itertools.product(CELLS, LOSSES):
        yield cell, 2, "tanh", "sgd-momentum", "global-norm", loss, "constant"
    for clipping, cell, optimizer in itertools.product(CLIPPINGS, CELLS, crossed):
        yield cell, 1, "tanh", optimizer, clipping, "mse", "constant"


def rate_of(optimizer, loss, layers):
    """Other losses and two layers get a smaller rate, at which PyTorch agrees with itself for all of them:
    where signs decide, a large one lets the errors' signs turn at random."""
    rate = OPTIMIZERS[optimizer][1]
    smaller = (loss != "mse" or layers == 2) and optimizer != "lbfgs"
    return round(0.2 * rate, 9) if smaller else rate


def known():
    """Cases that parity.json holds already, made with the same settings by the same PyTorch."""
    path = HERE / "parity.json"
    if "--fresh" in sys.argv or not path.exists():
        return {}
    reference = json.loads(path.read_text())
    if reference["torch"] != torch.__version__:
        return {}
    return {case["name"]: case for case in reference["cases"]}


def settings_of(cell, layers, nonlinearity, optimizer, clipping, loss, schedule):
    kind = SCHEDULES[schedule][0] if schedule != "polyak" else Polyak.SETTINGS
    return {
        "start": start_file(cell, layers, loss).name,
        "model": {"cell": cell, "layers": layers, "nonlinearity": nonlinearity, "hidden": HIDDEN},
        "optimizer": OPTIMIZERS[optimizer][0], "clipping": CLIPPINGS[clipping], "loss": LOSSES[loss][0],
        "schedule": {**kind, "learning_rate": rate_of(optimizer, loss, layers)},
    }


def run(case):
    """The case's numbers, or why there are none."""
    torch.set_num_threads(1)
    name = " ".join(map(str, case))
    settings = settings_of(*case)
    old = known().get(name, {})
    if all(old.get(key) == value for key, value in settings.items()):
        return old, None
    losses, rates, norms = train(torch.float32, *case)
    exact, _, _ = train(torch.float64, *case)
    limit = 2e-4 if any(word in SIGNS for word in case) else 2e-5
    apart = [abs(a / b - 1) for a, b in zip(losses, exact)]
    if settings["optimizer"]["kind"] == "lbfgs":
        # Which step a line search takes hangs on comparisons of nearly equal losses, so PyTorch soon goes
        # another way in 32 bits: what comes before that is compared.
        same = next((i for i, off in enumerate(apart) if not off < limit), STEPS)
        losses, apart = losses[:same], apart[:same] if same >= 2 else [math.inf]
    off = max(apart)
    if not off < limit:
        return None, f"{name}: PyTorch is {off:.1e} off itself"
    return {
        "name": name, "off_itself": float(f"{off:.2g}"), **settings,
        "losses": [float(f"{x:.7g}") for x in losses],
        # A Polyak rate comes from 32-bit numbers; the losses show whether it is right.
        "rates": rates if case[-1] not in ("constant", "polyak") else [],
        "first_gradient_norms": {name: float(f"{norm:.8g}") for name, norm in norms.items()},
    }, None


if __name__ == "__main__":
    for cell, layers in itertools.product(CELLS, (1, 2)):
        for loss, outputs in (("mse", 1), ("quantile", len(QUANTILES))):
            path = start_file(cell, layers, loss)
            if not path.exists():
                safetensors.torch.save_file(Network(cell, layers, "tanh", outputs).state_dict(), path)
    wanted_words = [word for word in sys.argv[1:] if not word.startswith("--")]
    chosen = [case for case in dict.fromkeys(cases()) if all(word in map(str, case) for word in wanted_words)]
    done, refused = [], []
    with multiprocessing.Pool(2) as pool:
        for result, reason in pool.imap(run, chosen):
            if reason:
                refused.append(reason)
                print(reason, flush=True)
            else:
                done.append(result)
                if len(done) % 20 == 0:
                    save(done)
    save(done)
    print(len(done), "cases,", len(refused), "refused,", (HERE / "parity.json").stat().st_size, "bytes")
    sys.exit(1 if refused else 0)
