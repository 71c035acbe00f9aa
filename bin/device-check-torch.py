"""Measures PyTorch on what bin/device-check measures, the most valuable first.

The argument is the number of seconds that it may take. It writes a line per result, with tabs between who, what, value and unit,
and a line per figure that was left out. The status is 3 where there is no PyTorch.
"""
import functools
import gc
import sys
import time

deadline = time.monotonic() + float(sys.argv[1])
try:
    import torch
    from torch import nn
    from torch.nn import functional
except ImportError as e:
    print(f"no PyTorch: {e}", file=sys.stderr)
    sys.exit(3)

cuda = torch.cuda.is_available()
device = torch.device("cuda" if cuda else "cpu")
torch.backends.cuda.matmul.allow_tf32 = False
torch.backends.cudnn.allow_tf32 = False

EAGER = "torch"
COMPILED = "torch.compile"
LONG = 0.3
figures = []
budget = LONG


def figure(who, what, unit, measure):
    """Adds what is measured when its turn comes."""
    figures.append((who, what, unit, measure))


def synchronize():
    if cuda:
        torch.cuda.synchronize()


def seconds(action):
    """The seconds of a run, when it is started many times before it is waited for."""
    end = time.perf_counter() + budget
    best, repeats, count = float("inf"), 1, 0
    while count < 4 or time.perf_counter() < end:
        start = time.perf_counter()
        for _ in range(repeats):
            action()
        synchronize()
        best = min(best, (time.perf_counter() - start) / repeats)
        repeats = min(2000, max(1, int(0.05 / best)))
        count += 1
    return best


def host_seconds(action):
    """The seconds that a run takes the thread that starts it, when the device has nothing else to do."""
    end = time.perf_counter() + budget
    best, count = float("inf"), 0
    while count < 4 or time.perf_counter() < end:
        synchronize()
        start = time.perf_counter()
        action()
        best = min(best, time.perf_counter() - start)
        count += 1
    synchronize()
    return best


def microseconds(action):
    return seconds(action) * 1e6


def wrapped(who, function):
    if who == EAGER:
        return function
    torch._dynamo.reset()
    return torch.compile(function, mode="reduce-overhead" if cuda else "default", dynamic=False)


def normal(*shape):
    return torch.randn(shape, device=device)


def bandwidth(what, n, size, setup):
    figure(EAGER, what, "GB/s", lambda: size * n / seconds(setup()) * 1e-9)


def memory():
    n = 1 << 26 if cuda else 1 << 22

    def half():
        return torch.full((n,), 0.5, device=device)

    def copy():
        x, y = half(), half()
        return lambda: y.copy_(x)

    def chain():
        x, y, z = half(), half(), half()

        def run():
            torch.mul(x, y, out=x)
            torch.add(x, z, out=x)
            torch.relu_(x)
        return run

    def total():
        x = half()
        return lambda: torch.sum(x)

    def to_device():
        host, there = torch.ones(n), half()
        return lambda: there.copy_(host)

    def from_device():
        host, there = torch.ones(n), half()
        return lambda: host.copy_(there)

    bandwidth("y = x", n, 8, copy)
    bandwidth("x = relu(x * y + z)", n, 16, chain)
    bandwidth("sum", n, 4, total)
    bandwidth("copy to the device", n, 4, to_device)
    bandwidth("copy from the device", n, 4, from_device)


def compiled_memory():
    n = 1 << 26 if cuda else 1 << 22

    def chain():
        x, y, z = (torch.full((n,), 0.5, device=device) for _ in range(3))
        fast = wrapped(COMPILED, lambda x, y, z: torch.relu(x * y + z))
        fast(x, y, z)
        return 16 * n / seconds(lambda: fast(x, y, z)) * 1e-9

    def total():
        x = torch.full((n,), 0.5, device=device)
        fast = wrapped(COMPILED, lambda x: x.sum())
        fast(x)
        return 4 * n / seconds(lambda: fast(x)) * 1e-9

    figure(COMPILED, "x = relu(x * y + z)", "GB/s", chain)
    figure(COMPILED, "sum", "GB/s", total)


def products(what, dtype, tf32=False):
    def measure(n):
        a, b = (torch.full((n, n), 0.5, device=device, dtype=dtype) for _ in range(2))
        c = torch.empty_like(a)
        torch.backends.cuda.matmul.allow_tf32 = tf32
        try:
            return 2 * n**3 / seconds(lambda: torch.mm(a, b, out=c)) * 1e-12
        finally:
            torch.backends.cuda.matmul.allow_tf32 = False

    for n in (512, 1024, 2048, 4096) if cuda else (512, 1024):
        figure(EAGER, what.format(n), "TFLOP/s", lambda n=n: measure(n))


def rounded_products():
    if cuda and torch.cuda.get_device_capability() >= (8, 0):
        products("tf32 product {}", torch.float32, tf32=True)
    # PyTorch rounds no f32 tensors to bf16 here; the tensors are narrow themselves, which moves half the bytes.
    products("product {} of bf16 tensors", torch.bfloat16)
    products("product {} of f16 tensors", torch.float16)


def launches():
    def small():
        x = torch.zeros(1000, device=device)

        def run():
            x.mul_(0.5)
            x.add_(1)
        return run

    def waited():
        run = small()

        def wait():
            run()
            synchronize()
        return wait

    def graph():
        x = torch.zeros(1000, device=device)
        y = torch.empty_like(x)
        y.copy_(x)
        synchronize()
        captured = torch.cuda.CUDAGraph()
        with torch.cuda.graph(captured):
            for _ in range(32):
                torch.mul(x, 0.5, out=y)
        return captured.replay

    figure(EAGER, "small kernel, started", "us", lambda: microseconds(small()))
    figure(EAGER, "small kernel, waited for", "us", lambda: microseconds(waited()))
    if cuda:
        figure(EAGER, "launch, in a graph", "us", lambda: microseconds(graph()) / 32)
        figure(EAGER, "graph of 32 kernels, host", "us", lambda: host_seconds(graph()) * 1e6)


def step_of(model, loss_of):
    """A step of training, as it is measured."""
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, fused=cuda, capturable=cuda)

    def step():
        optimizer.zero_grad(set_to_none=True)
        loss_of().backward()
        optimizer.step()

    for _ in range(20):
        step()
    return step


@functools.lru_cache
def perceptron(who, batch):
    model = nn.Sequential(
        nn.Linear(784, 512), nn.ReLU(), nn.Linear(512, 256), nn.ReLU(), nn.Linear(256, 10)
    ).to(device)
    x = torch.rand(batch, 784, device=device)
    y = torch.randint(0, 10, (batch,), device=device)
    forward = wrapped(who, lambda x, y: functional.cross_entropy(model(x), y))
    return step_of(model, lambda: forward(x, y))


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
        attended = functional.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self.projection(attended.transpose(1, 2).reshape(batch, tokens, width))
        return x + self.perceptron(self.before_perceptron(x))


@functools.lru_cache
def gpt_block(who):
    model = GptBlock(128, 4).to(device)
    x = torch.rand(12, 64, 128, device=device)
    forward = wrapped(who, lambda x: model(x).square().mean())
    return step_of(model, lambda: forward(x))


def steps(who):
    gpt = "GPT block step, 128 wide, batch 12 x 64"
    for batch in (32, 128, 512):
        figure(who, f"MLP 784-512-256-10 step, batch {batch}", "us",
               lambda batch=batch: microseconds(perceptron(who, batch)))
    figure(who, gpt, "us", lambda: microseconds(gpt_block(who)))
    figure(who, "MLP 784-512-256-10 step, batch 128, host", "us", lambda: host_seconds(perceptron(who, 128)) * 1e6)
    figure(who, gpt + ", host", "us", lambda: host_seconds(gpt_block(who)) * 1e6)


def alone(what, operands, function):
    def measure():
        of = operands()
        return microseconds(lambda: function(*of))

    figure(EAGER, what, "us", measure)


def both(what, operands, function):
    """A function, and the function together with the gradients of its operands."""
    alone(what, operands, function)

    def measure():
        tracked = [x.detach().requires_grad_() for x in operands()]
        upstream = torch.randn_like(function(*tracked))
        return microseconds(lambda: torch.autograd.grad(function(*tracked), tracked, upstream))

    figure(EAGER, what + ", both ways", "us", measure)


def convolutions():
    def images():
        return normal(32, 64, 56, 56)

    both("conv2d 3x3, 64 to 64, 32 x 56 x 56", lambda: (images(), normal(64, 64, 3, 3)),
         lambda x, w: functional.conv2d(x, w, None, 1, 1))
    both("conv2d 3x3, 256 to 256, 32 x 14 x 14", lambda: (normal(32, 256, 14, 14), normal(256, 256, 3, 3)),
         lambda x, w: functional.conv2d(x, w, None, 1, 1))
    both("conv2d 3x3, depthwise 64, 32 x 56 x 56", lambda: (images(), normal(64, 1, 3, 3)),
         lambda x, w: functional.conv2d(x, w, None, 1, 1, 1, 64))


def attention():
    for tokens in (256, 1024, 4096):
        both(f"causal attention 4 x 8 x {tokens} x 64",
             lambda tokens=tokens: [normal(4, 8, tokens, 64) for _ in range(3)],
             lambda q, k, v: functional.scaled_dot_product_attention(q, k, v, None, 0.0, True))


def functions():
    def matrix():
        return (normal(4096, 1024),)

    def line():
        return (normal(1 << 20),)

    def images():
        return (normal(32, 64, 56, 56),)

    both("softmax 4096 x 1024", matrix, lambda x: x.softmax(1))
    both("layer norm 4096 x 1024",
         lambda: (normal(4096, 1024), torch.ones(1024, device=device), torch.zeros(1024, device=device)),
         lambda x, w, b: functional.layer_norm(x, (1024,), w, b))
    alone("sum of rows 4096 x 1024", matrix, lambda x: x.sum(1))
    alone("sum of columns 4096 x 1024", matrix, lambda x: x.sum(0))
    alone("transposed copy 4096 x 1024", matrix, lambda x: x.transpose(0, 1).contiguous())
    alone("cumsum of rows 4096 x 1024", matrix, lambda x: x.cumsum(1))
    alone("sort of rows 4096 x 1024", matrix, lambda x: x.sort(1).values)
    alone("topk 32 of rows 4096 x 1024", matrix, lambda x: x.topk(32, 1).values)
    alone("cumsum 1M", line, lambda x: x.cumsum(0))
    alone("sort 1M", line, lambda x: x.sort(0).values)

    both("max pool 2x2, 32 x 64 x 56 x 56", images, lambda x: functional.max_pool2d(x, 2))
    both("average pool 2x2, 32 x 64 x 56 x 56", images, lambda x: functional.avg_pool2d(x, 2))
    alone("bilinear to 112 x 112, 32 x 64 x 56 x 56", images,
          lambda x: functional.interpolate(x, (112, 112), mode="bilinear"))

    tokens = torch.randint(0, 50_000, (64, 512), device=device)
    both("embedding 50,000 x 256, 64 x 512", lambda: (normal(50_000, 256),), lambda w: functional.embedding(tokens, w))
    columns = torch.randint(0, 1024, (4096, 1024), device=device)
    both("gather 4096 x 1024", matrix, lambda x: x.gather(1, columns))
    alone("scatterReduce sum 4096 x 1024", matrix, lambda x: x.scatter_reduce(1, columns, x, "sum"))

    def positive():
        factor = normal(64, 32, 32)
        return factor @ factor.mT + torch.eye(32, device=device)

    alone("cdist 2048 x 2048 x 64", lambda: (normal(2048, 64),), lambda x: torch.cdist(x, x))
    alone("cholesky 64 x 32 x 32", lambda: (positive(),), torch.linalg.cholesky)
    alone("solve 64 x 32 x 32, 4 sides", lambda: (positive(), normal(64, 32, 4)), torch.linalg.solve)
    alone("rfft of rows 1024 x 1024", lambda: (normal(1024, 1024),), torch.fft.rfft)


def left_out(text):
    print("left out", " ".join(text.split()), sep="\t", flush=True)


def run():
    global budget
    for i, (who, what, unit, measure) in enumerate(figures):
        left = deadline - time.monotonic()
        if left <= 0:
            left_out("PyTorch: " + "; ".join(f"{who}: {what}" for who, what, _, _ in figures[i:]))
            return
        budget = min(LONG, left / (len(figures) - i))
        try:
            print(who, what, measure(), unit, sep="\t", flush=True)
        except Exception as e:  # what is broken must not hide what the others measure
            left_out(f"{who}: {what}: {e}")
        gc.collect()


memory()
products("f32 product {}", torch.float32)
steps(EAGER)
convolutions()
attention()
launches()
rounded_products()
# Each of these takes a while to compile.
steps(COMPILED)
compiled_memory()
functions()
run()
