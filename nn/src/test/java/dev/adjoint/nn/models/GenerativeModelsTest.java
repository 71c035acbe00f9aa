package dev.adjoint.nn.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adjoint.Random;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.nn.Losses;
import dev.adjoint.nn.Module;
import dev.adjoint.nn.optim.Adam;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Autoencoders and DCGAN: shapes, losses by their definitions, gradients, training and errors. */
class GenerativeModelsTest {
  @BeforeEach
  void seed() {
    Random.seed(9);
  }

  @Test
  void theLossOfTheVaeIsItsDefinition() {
    var model = new VAE(6, 5, 2);
    Tensor x = Tensors.rand(3, 1, 2, 3).realize();
    VAE.Result result = model.run(x);
    double[] p = result.reconstruction().toDoubles();
    double[] t = x.toDoubles();
    double[] mu = result.mu().toDoubles();
    double[] logvar = result.logvar().toDoubles();
    double expected = 0;
    for (int i = 0; i < t.length; i++) {
      expected -= t[i] * Math.log(p[i]) + (1 - t[i]) * Math.log(1 - p[i]);
    }
    for (int i = 0; i < mu.length; i++) {
      expected -= 0.5 * (1 + logvar[i] - mu[i] * mu[i] - Math.exp(logvar[i]));
    }
    double loss = VAE.loss(result, x).item();
    assertThat(loss).isBetween(expected - 1e-4, expected + 1e-4);
    assertThat(Trained.withoutGradient(model, VAE.loss(result, x))).isEmpty();
  }

  private static Tensor linear(Module model, String name, Tensor x) {
    return x.linear(model.state().get(name + ".weight"), model.state().get(name + ".bias"));
  }

  @Test
  void codesAndVectorsAreThoseOfTheDefinition() {
    var model = new VAE(6, 5, 2);
    Tensor x = Tensors.rand(3, 1, 2, 3).realize();
    Tensor h = linear(model, "fc1", x.reshape(3, 6)).relu();
    assertThat(model.encode(x).mu().allClose(linear(model, "fc21", h))).isTrue();
    assertThat(model.encode(x).logvar().allClose(linear(model, "fc22", h))).isTrue();
    Tensor code = Tensors.randn(3, 2).realize();
    Tensor y = linear(model, "fc4", linear(model, "fc3", code).relu()).sigmoid();
    assertThat(model.decode(code).allClose(y)).isTrue();
    var auto = new Autoencoder(6, 5, 2);
    Tensor small = linear(auto, "encoder.2", linear(auto, "encoder.0", x.reshape(3, 6)).relu());
    assertThat(auto.encode(x).allClose(small)).isTrue();
    Tensor z = linear(auto, "decoder.2", linear(auto, "decoder.0", small).relu()).sigmoid();
    assertThat(auto.apply(x).allClose(z)).isTrue();
  }

  @Test
  void codesAreDrawnFromTheirDistributions() {
    var model = new VAE(4, 8, 3);
    Tensor x = Tensors.rand(1, 4).realize();
    VAE.Code code = model.encode(x);
    assertThat(code.mu().shape().dims()).containsExactly(1, 3);
    assertThat(model.decode(code.mu()).shape().dims()).containsExactly(1, 4);
    Tensor first = model.apply(x).realize();
    assertThat(model.apply(x).allEqual(first)).isFalse();
    // Without variance the mean is drawn.
    model.state().get("fc22.weight").copyFrom(Tensors.of(0f));
    model.state().get("fc22.bias").copyFrom(Tensors.of(-200f));
    assertThat(model.apply(x).allClose(model.decode(code.mu()))).isTrue();
    assertThatThrownBy(() -> model.apply(Tensors.zeros(2, 5)))
        .hasMessageContaining("vae: needs [n, ...] of 4 elements, not [2, 5]");
  }

  @Test
  void autoencodersLearn() {
    Tensor x = Tensors.rand(8, 1, 4, 4).round().realize();
    var model = new Autoencoder(16, 12, 6);
    assertThat(model.state().keySet())
        .containsExactly(
            "encoder.0.weight",
            "encoder.0.bias",
            "encoder.2.weight",
            "encoder.2.bias",
            "decoder.0.weight",
            "decoder.0.bias",
            "decoder.2.weight",
            "decoder.2.bias");
    assertThat(model.encode(x).shape().dims()).containsExactly(8, 6);
    assertThat(Trained.withoutGradient(model, Losses.mse(model.apply(x), x.flatten(1)))).isEmpty();
    Trained.learns(model, 80, 0.02, 0.5, () -> Losses.mse(model.apply(x), x.flatten(1)));
    var vae = new VAE(16, 20, 4);
    Trained.learns(vae, 80, 0.02, 0.9, () -> VAE.loss(vae.run(x), x));
    assertThatThrownBy(() -> new Autoencoder(3))
        .hasMessageContaining("autoencoder: needs the sizes of input and code, not [3]");
    assertThatThrownBy(() -> model.apply(Tensors.zeros(2, 3)))
        .hasMessageContaining("autoencoder: needs [n, ...] of 16 elements, not [2, 3]");
  }

  @Test
  void dcganHasItsShapesAndFirstValues() {
    var generator = new DCGAN.Generator();
    var discriminator = new DCGAN.Discriminator();
    Tensor images = generator.apply(Tensors.randn(2, 100, 1, 1));
    assertThat(images.shape().dims()).containsExactly(2, 1, 28, 28);
    Tensor real = discriminator.apply(images);
    assertThat(real.shape().dims()).containsExactly(2);
    Tensor loss = Losses.binaryCrossEntropy(real, Tensors.ones(2));
    assertThat(Trained.withoutGradient(generator, loss)).isEmpty();
    assertThat(Trained.withoutGradient(discriminator, loss)).isEmpty();
    assertThat(generator.state().keySet())
        .startsWith("main.0.weight", "main.1.weight", "main.1.bias", "main.1.running_mean")
        .contains("main.3.weight", "main.4.weight", "main.6.weight");
    assertThat(discriminator.state().keySet())
        .contains("main.0.weight", "main.2.weight", "main.3.bias", "main.5.weight");
    double deviation = generator.state().get("main.0.weight").square().mean().sqrt().item();
    assertThat(deviation).isBetween(0.0198, 0.0202);
    Tensor norm = generator.state().get("main.1.weight");
    assertThat(norm.mean().item()).isBetween(0.99, 1.01);
    assertThat(norm.sub(1).square().mean().sqrt().item()).isBetween(0.015, 0.025);
    var large = new DCGAN.Generator(8, 4, 3, 64);
    assertThat(large.apply(Tensors.randn(2, 8, 1, 1)).shape().dims()).containsExactly(2, 3, 64, 64);
  }

  @Test
  void eachOfTheTwoLearnsAgainstTheOther() {
    var generator = new DCGAN.Generator(8, 4, 1, 12);
    var discriminator = new DCGAN.Discriminator(1, 4, 12);
    Tensor noise = Tensors.randn(4, 8, 1, 1).realize();
    Tensor real = Tensors.ones(4, 1, 12, 12).realize();
    Trained.learns(
        discriminator,
        10,
        0.01,
        0.5,
        () ->
            Losses.binaryCrossEntropy(discriminator.apply(real), Tensors.ones(4))
                .add(
                    Losses.binaryCrossEntropy(
                        discriminator.apply(generator.apply(noise).detach()), Tensors.zeros(4))));
    var optimizer = new Adam(generator.parameters(), 0.02);
    double first = Double.NaN;
    double last = Double.NaN;
    for (int i = 0; i < 15; i++) {
      Tensor loss =
          Losses.binaryCrossEntropy(discriminator.apply(generator.apply(noise)), Tensors.ones(4));
      optimizer.step(loss.backward());
      last = loss.item();
      first = i == 0 ? last : first;
    }
    assertThat(last).isLessThan(0.5 * first);
  }

  @Test
  void errorsNameTheRule() {
    assertThatThrownBy(() -> new DCGAN.Generator(8, 4, 1, 27))
        .hasMessageContaining("dcgan: image size 27 must be a number up to 7 that is doubled");
    assertThatThrownBy(() -> new DCGAN.Discriminator().apply(Tensors.zeros(1, 1, 32, 32)))
        .hasMessageContaining("dcgan: needs images [n, 1, 28, 28], the input is [1, 1, 32, 32]");
    assertThatThrownBy(() -> new DCGAN.Generator().apply(Tensors.zeros(1, 100)))
        .hasMessageContaining("dcgan: needs images [n, 100, 1, 1], the input is [1, 100]");
  }
}
