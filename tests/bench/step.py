"""Milliseconds of one whole training step in PyTorch, the shapes of step.rs: median (best)."""

import sys
import time

import torch

threads = int(sys.argv[1]) if len(sys.argv) > 1 else 2
cells = sys.argv[2].split(",") if len(sys.argv) > 2 else ["lstm", "gru", "rnn"]
torch.set_num_threads(threads)
SHAPES = [(32, 50, 1, 128), (32, 50, 1, 32), (16, 24, 1, 16), (64, 100, 8, 256), (1, 50, 1, 64)]
KINDS = {"lstm": torch.nn.LSTM, "gru": torch.nn.GRU, "rnn": torch.nn.RNN}
for cell in cells:
    for batch, steps, inputs, hidden in SHAPES:
        recurrent = KINDS[cell](inputs, hidden, batch_first=True)
        head = torch.nn.Linear(hidden, 1)
        parameters = [*recurrent.parameters(), *head.parameters()]
        optimizer = torch.optim.Adam(parameters, lr=1e-3)
        x = torch.rand(batch, steps, inputs)
        y = torch.rand(batch, steps, 1)
        times = []
        begin = time.perf_counter()
        while len(times) < 20 or time.perf_counter() - begin < 2.0:
            start = time.perf_counter()
            optimizer.zero_grad()
            loss = torch.nn.functional.mse_loss(head(recurrent(x)[0]), y)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(parameters, 1.0)
            optimizer.step()
            loss.item()
            times.append(1e3 * (time.perf_counter() - start))
        times.sort()
        print(f"{cell} {batch}x{steps}x{inputs}x{hidden}: "
              f"{times[len(times) // 2]:.3f} ({times[0]:.3f})", flush=True)
