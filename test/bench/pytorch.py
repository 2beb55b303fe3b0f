"""The benchmark's network in PyTorch, for machines that have it: the same shapes, the same batch, images a second.

Like the benchmark's plain tfjs network it trains on the mean of the tasks' cross-entropies, without the weight unit.
Float32 throughout; on CUDA once with TF32 off and once with it on. Prints one JSON object.

    python3 pytorch.py                                   the paper's sizes, batch 32
    python3 pytorch.py --size 96 --width 0.25 --batch 8  the case of `npm run bench`
    python3 pytorch.py --network tiny --size 32 --batch 48

With --serve it measures when it is told to, so that something else can be measured in turns with it: for each line of
standard input, for example "channels_last 5", it makes that many steps in that memory layout, and answers with a line
of JSON, the milliseconds of each.
"""
import argparse
import json
import math
import statistics
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn

CLASSES = (24, 7)


class Conv(nn.Module):
    """Convolution without bias, batch norm with beta only (decay .995, epsilon 1e-3), ReLU."""

    def __init__(self, inputs, outputs, size, stride=1, same=True):
        super().__init__()
        height, width = size if isinstance(size, tuple) else (size, size)
        self.kernel = nn.Parameter(torch.empty(outputs, inputs, height, width))
        nn.init.xavier_uniform_(self.kernel)
        self.beta = nn.Parameter(torch.zeros(outputs))
        self.register_buffer("mean", torch.zeros(outputs))
        self.register_buffer("variance", torch.ones(outputs))
        self.stride, self.padding = stride, (height // 2, width // 2) if same else 0

    def forward(self, x):
        y = F.conv2d(x, self.kernel, None, self.stride, self.padding)
        return F.relu(F.batch_norm(y, self.mean, self.variance, None, self.beta, True, 0.005, 1e-3))


def chain(inputs, *layers):
    """Layers as (size, channels[, stride, same])."""
    parts = []
    for size, channels, *rest in layers:
        parts.append(Conv(inputs, channels, size, *rest))
        inputs = channels
    return nn.Sequential(*parts)


class Block(nn.Module):
    """x + scale * up(chains side by side), ReLU unless it is a branch's last."""

    def __init__(self, inputs, scale, *chains, relu=True):
        super().__init__()
        self.chains = nn.ModuleList(chain(inputs, *layers) for layers in chains)
        self.up = nn.Conv2d(sum(layers[-1][1] for layers in chains), inputs, 1)
        self.scale, self.relu = scale, relu

    def forward(self, x):
        y = x + self.scale * self.up(torch.cat([part(x) for part in self.chains], 1))
        return F.relu(y) if self.relu else y


class Reduction(nn.Module):
    """Chains and a max pool side by side."""

    def __init__(self, inputs, *chains):
        super().__init__()
        self.chains = nn.ModuleList(chain(inputs, *layers) for layers in chains)

    def forward(self, x):
        return torch.cat([*(part(x) for part in self.chains), F.max_pool2d(x, 3, 2)], 1)


def scaled(width):
    return lambda channels: max(4, 4 * math.floor(channels * width / 4 + 0.5))


class MultiTask(nn.Module):
    """A trunk, and one branch and one head a task."""

    def __init__(self, trunk, branch, features, dropout):
        super().__init__()
        self.trunk, self.dropout = trunk, dropout
        self.branches = nn.ModuleList(branch() for _ in CLASSES)
        self.heads = nn.ModuleList(nn.Linear(features, classes) for classes in CLASSES)

    def forward(self, x):
        z = self.trunk(x)
        features = [F.dropout(branch(z).mean((2, 3)), self.dropout) for branch in self.branches]
        return [head(feature) for head, feature in zip(self.heads, features)]


class Tiny(MultiTask):
    """Three convolutions, and one more in each branch."""

    def __init__(self, width):
        c = scaled(width)
        trunk = chain(3, (3, c(8), 2), (3, c(16), 2), (3, c(32), 2))
        super().__init__(trunk, lambda: Conv(c(32), c(48), 3), c(48), 0.25)

    def optimizer(self):
        return torch.optim.SGD(self.parameters(), lr=0.1, momentum=0.9)


class Inception(MultiTask):
    """The papers' reduced Inception-ResNet."""

    def __init__(self, width):
        c = scaled(width)
        after_a = c(384) + c(256) + c(256)
        z = c(384) + c(256) + c(256) + after_a
        n, m, k = c(32), c(128), c(256)
        trunk = nn.Sequential(
            *chain(3, (3, c(32), 2, False), (3, c(32), 1, False), (3, c(64))),
            nn.MaxPool2d(3, 2),
            *chain(c(64), (1, c(80)), (3, c(192), 1, False), (3, k, 2, False)),
            Block(k, 0.17, [(1, n)], [(1, n), (3, n)], [(1, n), (3, n), (3, n)]),
            Reduction(k, [(3, c(384), 2, False)], [(1, c(192)), (3, c(192)), (3, k, 2, False)]),
            Block(after_a, 0.1, [(1, m)], [(1, m), ((1, 7), m), ((7, 1), m)]),
            Reduction(
                after_a,
                [(1, k), (3, c(384), 2, False)],
                [(1, k), (3, k, 2, False)],
                [(1, k), (3, k), (3, k, 2, False)],
            ),
        )
        o = c(192)
        mixed = ([(1, o)], [(1, o), ((1, 3), o), ((3, 1), o)])

        def branch():
            return nn.Sequential(Block(z, 0.2, *mixed), Block(z, 1.0, *mixed, relu=False))

        super().__init__(trunk, branch, z, 0.5)

    def optimizer(self):
        return torch.optim.RMSprop(self.parameters(), lr=0.1, alpha=0.9, eps=1.0, momentum=0.9)


NETWORKS = dict(inception=Inception, tiny=Tiny)


def count(*modules):
    return sum(p.numel() for module in modules for p in module.parameters())


def trainer(arguments, device, channels_last):
    """A function that makes one step and returns its milliseconds."""
    torch.manual_seed(1)
    network = NETWORKS[arguments.network](arguments.width).to(device)
    optimizer = network.optimizer()
    images = torch.randn(arguments.batch, 3, arguments.size, arguments.size, device=device)
    labels = [torch.arange(arguments.batch, device=device) % classes for classes in CLASSES]
    if channels_last:
        network = network.to(memory_format=torch.channels_last)
        images = images.to(memory_format=torch.channels_last)

    def step():
        start = time.perf_counter()
        optimizer.zero_grad(set_to_none=True)
        logits = network(images)
        loss = sum(F.cross_entropy(*pair) for pair in zip(logits, labels)) / len(CLASSES)
        loss.backward()
        optimizer.step()
        value = loss.item()  # waits for the device, as the page does to draw the loss
        assert math.isfinite(value), "the loss is %r" % value
        return 1000 * (time.perf_counter() - start)

    for _ in range(3):
        step()
    return step


def measure(arguments, device):
    step = trainer(arguments, device, arguments.channels_last)
    times = []
    until = time.perf_counter() + arguments.seconds
    while len(times) < 3 or time.perf_counter() < until:
        times.append(step())
    ms = statistics.median(times)
    return dict(stepMs=ms, imagesPerSecond=1000 * arguments.batch / ms, steps=len(times))


def serve(arguments, device):
    steps = {}
    for line in sys.stdin:
        layout, count = line.split()
        if layout not in steps:
            steps[layout] = trainer(arguments, device, layout == "channels_last")
        print(json.dumps([steps[layout]() for _ in range(int(count))]), flush=True)


def allow_tf32(allowed):
    torch.backends.cuda.matmul.allow_tf32 = allowed
    torch.backends.cudnn.allow_tf32 = allowed
    torch.backends.cudnn.benchmark = True


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--network", choices=NETWORKS, default="inception")
    parser.add_argument("--size", type=int, default=160, help="pixels a side, 75 or more for inception")
    parser.add_argument("--width", type=float, default=1.0)
    parser.add_argument("--seconds", type=float, default=10.0, help="how long each variant is measured")
    parser.add_argument("--channels-last", action="store_true")
    parser.add_argument("--cpu", action="store_true", help="even where there is a GPU")
    parser.add_argument("--threads", type=int, help="of the CPU; PyTorch's own default is one for each core")
    parser.add_argument("--serve", action="store_true", help="measure when standard input says so")
    arguments = parser.parse_args()
    if arguments.threads:
        torch.set_num_threads(arguments.threads)
    if arguments.network == "inception" and arguments.size < 75:
        parser.error("--size %d: below 75 px the last map vanishes" % arguments.size)

    # Without heads; the numbers that Seesaw's own tests and its plans have.
    for name, parameters in dict(inception=12_834_992, tiny=33_776).items():
        network = NETWORKS[name](1.0)
        assert count(network.trunk, network.branches) == parameters, (name, count(network.trunk, network.branches))
    network = NETWORKS[arguments.network](arguments.width)
    cuda = torch.cuda.is_available() and not arguments.cpu
    device = torch.device("cuda" if cuda else "cpu")
    report = dict(
        torch=torch.__version__,
        device=torch.cuda.get_device_name() if cuda else "cpu, %d threads" % torch.get_num_threads(),
        sizes=dict(
            network=arguments.network,
            batch=arguments.batch,
            inputSize=arguments.size,
            width=arguments.width,
            parameters=count(network.trunk, network.branches),
        ),
    )
    if arguments.serve:
        allow_tf32(False)
        print(json.dumps(report), flush=True)
        serve(arguments, device)
        return
    for tf32 in (False, True) if cuda else (False,):
        allow_tf32(tf32)
        report["tf32" if tf32 else "fp32"] = measure(arguments, device)
    print(json.dumps(report))


main()
