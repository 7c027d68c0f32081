"""Makes the reference numbers that `tests/cross_entropy.rs` reads: PyTorch's cross-entropy, its weighted
mean and its gradients, in 64 bits; the focal loss of Lin et al. 2017 by automatic differentiation.

    /tmp/venv/bin/python tests/reference/cross_entropy.py
"""
import itertools
import json
import pathlib

import torch

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
COUNTS = [70, 20, 9, 1]  # training sequences of each class
CLASSES = len(COUNTS)
balanced = torch.tensor([sum(COUNTS) / (CLASSES * n) for n in COUNTS])


def focal(logits, classes, weight, smoothing, gamma):
    """PyTorch's sum under label smoothing, each term times (1 - p)^gamma."""
    log = torch.log_softmax(logits, 1)
    share = (1 - smoothing) * torch.nn.functional.one_hot(classes, CLASSES) + smoothing / CLASSES
    terms = share * weight * (1 - log.exp()) ** gamma * -log
    return terms.sum() / weight[classes].sum()


cases = []
for scale, smoothing, weights, gamma in itertools.product(
        (1.0, 12.0), (0.0, 0.1, 0.5, 1.0), ("none", "balanced"), (0.0, 0.5, 1.0, 2.0, 5.0)):
    logits = (scale * torch.randn(7, CLASSES)).requires_grad_()
    classes = torch.randint(0, CLASSES, (7,))
    weight = balanced if weights == "balanced" else torch.ones(CLASSES)
    value = focal(logits, classes, weight, smoothing, gamma)
    if gamma == 0:
        own = torch.nn.CrossEntropyLoss(weight=weight, label_smoothing=smoothing)(logits, classes)
        assert abs(own - value) < 1e-12 * abs(own)
        value = own
    value.backward()
    cases.append({
        "loss": {"kind": "cross-entropy", "label_smoothing": smoothing, "class_weights": weights,
                 "focal_gamma": gamma},
        "logits": logits.flatten().tolist(), "classes": classes.tolist(),
        "value": value.item(), "gradient": logits.grad.flatten().tolist(),
    })

reference = {"torch": torch.__version__, "counts": COUNTS, "cases": cases}
path = pathlib.Path(__file__).parent / "cross_entropy.json"
path.write_text(json.dumps(reference, separators=(",", ":")) + "\n")
print(len(cases), "cases,", path.stat().st_size, "bytes")
