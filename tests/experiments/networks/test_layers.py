"""NumPy computes what torch computes."""

from __future__ import annotations

import numpy as np
import torch

from memebot.experiments.making.classifiers import SmallConvNet, SmallPerceptron
from memebot.experiments.making.sequences import SmallRecurrentNet
from memebot.experiments.networks import layers


def weights(network: torch.nn.Module) -> layers.Weights:
    return {name: values.detach().numpy() for name, values in network.state_dict().items()}


def test_a_perceptron_and_a_convolutional_network_say_what_they_say_in_torch() -> None:
    torch.manual_seed(0)
    pictures = np.random.default_rng(0).random((3, 1, 16, 16), np.float32)
    for network, run in ((SmallPerceptron(256, 8, 5), layers.mlp), (SmallConvNet((1, 4, 6), 16, 8, 5), layers.cnn)):
        with torch.no_grad():
            wanted = torch.softmax(network(torch.from_numpy(pictures)), 1).numpy()
        assert np.allclose(run(weights(network), pictures), wanted, atol=1e-5)


def test_a_recurrent_network_reads_as_it_does_in_torch() -> None:
    torch.manual_seed(0)
    network = SmallRecurrentNet(4, 6)
    read = [[0, 3, 1], [2, 2, 0]]
    with torch.no_grad():
        wanted, _ = network(torch.tensor(read))
    state = np.zeros((2, 6), np.float32)
    for step in range(3):
        state = layers.gru_step(
            weights(network), "gru", np.eye(4, dtype=np.float32)[[row[step] for row in read]], state
        )
    assert np.allclose(layers.dense(weights(network), "out", state), wanted[:, -1].numpy(), atol=1e-5)
