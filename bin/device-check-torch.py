"""Measures PyTorch on what bin/device-check measures: a line per result, with tabs between who, what, value and unit."""
import sys
import time

import torch
from torch import nn

cuda = torch.cuda.is_available()
device = torch.device("cuda" if cuda else "cpu")
torch.backends.cuda.matmul.allow_tf32 = False
torch.backends.cudnn.allow_tf32 = False


def synchronize():
    if cuda:
        torch.cuda.synchronize()


def seconds(action):
    best, spent, repeats = float("inf"), 0.0, 1
    count = 0
    while count < 5 or spent < 0.5:
        start = time.perf_counter()
        for _ in range(repeats):
            action()
        synchronize()
        elapsed = time.perf_counter() - start
        spent += elapsed
        count += 1
        best = min(best, elapsed / repeats)
        repeats = min(2000, max(1, int(0.05 / best)))
        if spent > 5:
            break
    return best


def add(who, what, value, unit):
    print(who, what, value, unit, sep="\t", flush=True)


def compiled(function):
    return torch.compile(function, mode="reduce-overhead" if cuda else "default")


def memory(who, wrap):
    n = 1 << 26 if cuda else 1 << 22
    x, y, z = (torch.full((n,), 0.5, device=device) for _ in range(3))
    out = torch.empty_like(x)

    def chain(x, y, z):
        return torch.relu(x * y + z)

    if who == "torch":
        def run():
            torch.mul(x, y, out=out)
            torch.add(out, z, out=out)
            torch.relu_(out)
        add(who, "x = relu(x * y + z)", 16.0 * n / seconds(run) * 1e-9, "GB/s")
    else:
        fast = wrap(chain)
        fast(x, y, z)
        add(who, "x = relu(x * y + z)", 16.0 * n / seconds(lambda: fast(x, y, z)) * 1e-9, "GB/s")
    total = wrap(torch.sum)
    total(x)
    add(who, "sum", 4.0 * n / seconds(lambda: total(x)) * 1e-9, "GB/s")


def copies():
    n = 1 << 26 if cuda else 1 << 22
    host = torch.ones(n)
    there = torch.empty(n, device=device)
    add("torch", "copy to the device", 4.0 * n / seconds(lambda: there.copy_(host)) * 1e-9, "GB/s")
    add("torch", "copy from the device", 4.0 * n / seconds(lambda: host.copy_(there)) * 1e-9, "GB/s")


def product(what, n, dtype):
    a, b = (torch.full((n, n), 0.5, device=device, dtype=dtype) for _ in range(2))
    c = torch.empty_like(a)
    add("torch", what, 2.0 * n**3 / seconds(lambda: torch.mm(a, b, out=c)) * 1e-12, "TFLOP/s")


def products():
    sizes = (512, 1024, 2048, 4096) if cuda else (512, 1024)
    for n in sizes:
        product(f"f32 product {n}", n, torch.float32)
    if cuda and torch.cuda.get_device_capability() >= (8, 0):
        torch.backends.cuda.matmul.allow_tf32 = True
        for n in sizes:
            product(f"tf32 product {n}", n, torch.float32)
        torch.backends.cuda.matmul.allow_tf32 = False
        # PyTorch rounds no f32 tensors to bf16 here; the tensors are bf16 themselves, which moves half the bytes.
        for n in sizes:
            product(f"product {n} of bf16 tensors", n, torch.bfloat16)


def overhead():
    x = torch.zeros(1000, device=device)

    def run():
        x.mul_(0.5)
        x.add_(1)

    def waited():
        run()
        synchronize()

    add("torch", "small kernel, started", seconds(run) * 1e6, "us")
    add("torch", "small kernel, waited for", seconds(waited) * 1e6, "us")


def training(who, wrap):
    for batch in (32, 128, 512):
        model = nn.Sequential(
            nn.Linear(784, 512), nn.ReLU(), nn.Linear(512, 256), nn.ReLU(), nn.Linear(256, 10)
        ).to(device)
        optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, fused=cuda, capturable=cuda)
        x = torch.rand(batch, 784, device=device)
        y = torch.randint(0, 10, (batch,), device=device)

        def forward(x, y):
            return nn.functional.cross_entropy(model(x), y)

        loss_of = wrap(forward)

        def step():
            optimizer.zero_grad(set_to_none=True)
            loss_of(x, y).backward()
            optimizer.step()

        for _ in range(20):
            step()
        add(who, f"MLP 784-512-256-10 step, batch {batch}", seconds(step) * 1e6, "us")


class GptBlock(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.before_attention = nn.LayerNorm(width)
        self.queries_keys_values = nn.Linear(width, 3 * width)
        self.projection = nn.Linear(width, width)
        self.before_perceptron = nn.LayerNorm(width)
        self.perceptron = nn.Sequential(nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width))

    def forward(self, x):
        batch, tokens, width = x.shape
        rows = self.queries_keys_values(self.before_attention(x))
        q, k, v = rows.view(batch, tokens, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        attended = nn.functional.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self.projection(attended.transpose(1, 2).reshape(batch, tokens, width))
        return x + self.perceptron(self.before_perceptron(x))


def attention(who, wrap):
    model = GptBlock(128, 4).to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, fused=cuda, capturable=cuda)
    x = torch.rand(12, 64, 128, device=device)
    loss_of = wrap(lambda x: model(x).square().mean())

    def step():
        optimizer.zero_grad(set_to_none=True)
        loss_of(x).backward()
        optimizer.step()

    for _ in range(20):
        step()
    add(who, "GPT block step, 128 wide, batch 12 x 64", seconds(step) * 1e6, "us")


copies()
products()
overhead()
for name, wrapper in (("torch", lambda f: f), ("torch.compile", compiled)):
    for part in (memory, training, attention):
        try:
            part(name, wrapper)
        except Exception as e:  # a broken compiler must not hide what eager PyTorch measured
            print(f"{name}: {part.__name__}: {e}", file=sys.stderr)
