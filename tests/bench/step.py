"""PyTorch's side of compare.py: prints the median milliseconds of one whole training step.

    step.py THREADS CELL BATCH STEPS INPUTS HIDDEN SECONDS     CELL None: the product of 1024×1024 matrices
"""

import statistics
import sys
import time

import torch

threads, cell = int(sys.argv[1]), sys.argv[2]
batch, steps, inputs, hidden = map(int, sys.argv[3:7])
seconds = float(sys.argv[7])
torch.set_num_threads(threads)

if cell == "None":
    a, b = torch.rand(1024, 1024), torch.rand(1024, 1024)

    def step():
        torch.mm(a, b)
else:
    kind = {"lstm": torch.nn.LSTM, "gru": torch.nn.GRU, "rnn": torch.nn.RNN}[cell]
    recurrent = kind(inputs, hidden, batch_first=True)
    head = torch.nn.Linear(hidden, 1)
    parameters = [*recurrent.parameters(), *head.parameters()]
    optimizer = torch.optim.Adam(parameters, lr=1e-3)
    x, y = torch.rand(batch, steps, inputs), torch.rand(batch, steps, 1)

    def step():
        optimizer.zero_grad()
        loss = torch.nn.functional.mse_loss(head(recurrent(x)[0]), y)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        loss.item()


times = []
begin = time.perf_counter()
while len(times) < 20 or time.perf_counter() - begin < seconds:
    start = time.perf_counter()
    step()
    times.append(1e3 * (time.perf_counter() - start))
print(statistics.median(times[3:]))
