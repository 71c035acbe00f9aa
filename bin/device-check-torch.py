"""Measures PyTorch on what bin/device-check measures: a line per result, with tabs between who, what, value and unit.

The argument is the part: speed or functions.
"""
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


def both(what, function, *operands):
    add("torch", what, seconds(lambda: function(*operands)) * 1e6, "us")
    tracked = [x.detach().requires_grad_() for x in operands]
    upstream = torch.randn_like(function(*operands))
    add("torch", what + ", both ways", seconds(
        lambda: torch.autograd.grad(function(*tracked), tracked, upstream)) * 1e6, "us")


def alone(what, function):
    add("torch", what, seconds(function) * 1e6, "us")


def normal(*shape):
    return torch.randn(shape, device=device)


def functions():
    functional = nn.functional
    x = normal(4096, 1024)
    both("softmax 4096 x 1024", lambda x: x.softmax(1), x)
    both("layer norm 4096 x 1024", lambda x, w, b: functional.layer_norm(x, (1024,), w, b),
         x, torch.ones(1024, device=device), torch.zeros(1024, device=device))
    alone("sum of rows 4096 x 1024", lambda: x.sum(1))
    alone("sum of columns 4096 x 1024", lambda: x.sum(0))
    alone("transposed copy 4096 x 1024", lambda: x.transpose(0, 1).contiguous())
    alone("cumsum of rows 4096 x 1024", lambda: x.cumsum(1))
    alone("sort of rows 4096 x 1024", lambda: x.sort(1).values)
    alone("topk 32 of rows 4096 x 1024", lambda: x.topk(32, 1).values)
    line = normal(1 << 20)
    alone("cumsum 1M", lambda: line.cumsum(0))
    alone("sort 1M", lambda: line.sort(0).values)

    images = normal(32, 64, 56, 56)
    both("conv2d 3x3, 64 to 64, 32 x 56 x 56", lambda x, w: functional.conv2d(x, w, None, 1, 1), images, normal(64, 64, 3, 3))
    both("conv2d 3x3, depthwise 64, 32 x 56 x 56", lambda x, w: functional.conv2d(x, w, None, 1, 1, 1, 64),
         images, normal(64, 1, 3, 3))
    both("max pool 2x2, 32 x 64 x 56 x 56", lambda x: functional.max_pool2d(x, 2), images)
    both("average pool 2x2, 32 x 64 x 56 x 56", lambda x: functional.avg_pool2d(x, 2), images)
    alone("bilinear to 112 x 112, 32 x 64 x 56 x 56",
          lambda: functional.interpolate(images, (112, 112), mode="bilinear"))

    for tokens in (256, 1024, 4096):
        both(f"causal attention 4 x 8 x {tokens} x 64",
             lambda q, k, v: functional.scaled_dot_product_attention(q, k, v, None, 0.0, True),
             *(normal(4, 8, tokens, 64) for _ in range(3)))

    tokens = torch.randint(0, 50_000, (64, 512), device=device)
    both("embedding 50,000 x 256, 64 x 512", lambda w: functional.embedding(tokens, w), normal(50_000, 256))
    columns = torch.randint(0, 1024, (4096, 1024), device=device)
    both("gather 4096 x 1024", lambda x: x.gather(1, columns), x)
    alone("scatterReduce sum 4096 x 1024", lambda: x.scatter_reduce(1, columns, x, "sum"))

    points = normal(2048, 64)
    alone("cdist 2048 x 2048 x 64", lambda: torch.cdist(points, points))
    factor = normal(64, 32, 32)
    positive = factor @ factor.mT + torch.eye(32, device=device)
    sides = normal(64, 32, 4)
    alone("cholesky 64 x 32 x 32", lambda: torch.linalg.cholesky(positive))
    alone("solve 64 x 32 x 32, 4 sides", lambda: torch.linalg.solve(positive, sides))
    signal = normal(1024, 1024)
    alone("rfft of rows 1024 x 1024", lambda: torch.fft.rfft(signal))


def speed():
    copies()
    products()
    overhead()
    for name, wrapper in (("torch", lambda f: f), ("torch.compile", compiled)):
        for part in (memory, training, attention):
            try:
                part(name, wrapper)
            except Exception as e:  # a broken compiler must not hide what eager PyTorch measured
                print(f"{name}: {part.__name__}: {e}", file=sys.stderr)


{"speed": speed, "functions": functions}[sys.argv[1]]()
