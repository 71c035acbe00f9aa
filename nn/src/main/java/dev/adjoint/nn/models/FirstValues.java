package dev.adjoint.nn.models;

import dev.adjoint.nn.Activation;
import dev.adjoint.nn.BatchNorm2d;
import dev.adjoint.nn.Conv2d;
import dev.adjoint.nn.ConvTranspose2d;
import dev.adjoint.nn.Init;
import dev.adjoint.nn.Linear;
import dev.adjoint.nn.Module;
import java.util.Objects;

/** First values that several models share. */
final class FirstValues {
  private FirstValues() {}

  /** Weights of convolutions as torchvision has them: He's normal rule by the fan-out; biases are zeros. */
  static void ofTorchvision(Module model) {
    convolutions(model, Init.kaimingNormal(Activation.RELU.gain(), "fan_out"));
  }

  /** Weights of convolutions and linear layers by He's normal rule by the fan-in. */
  static void byFanIn(Module model) {
    Init init = Init.kaimingNormal();
    for (Module module : model.modules()) {
      switch (module) {
        case Conv2d conv -> init.fill(conv.weight());
        case Linear linear -> init.fill(linear.weight());
        default -> {}
      }
    }
  }

  /** As DCGAN has them: convolutions normal with deviation 0.02, weights of batch norms the same around 1. */
  static void ofDcgan(Module model) {
    convolutions(model, Init.normal(0, 0.02));
    for (Module module : model.modules()) {
      if (module instanceof BatchNorm2d norm) {
        Init.normal(1, 0.02).fill(Objects.requireNonNull(norm.state().get("weight")));
      }
    }
  }

  private static void convolutions(Module model, Init weight) {
    for (Module module : model.modules()) {
      switch (module) {
        case Conv2d conv -> {
          weight.fill(conv.weight());
          if (conv.bias() != null) {
            Init.zeros().fill(conv.bias());
          }
        }
        case ConvTranspose2d conv -> weight.fill(conv.weight());
        default -> {}
      }
    }
  }
}
