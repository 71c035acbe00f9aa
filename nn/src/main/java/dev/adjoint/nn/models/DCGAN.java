package dev.adjoint.nn.models;

import dev.adjoint.Tensor;
import dev.adjoint.graph.OpError;
import dev.adjoint.nn.Activation;
import dev.adjoint.nn.BatchNorm2d;
import dev.adjoint.nn.Conv2d;
import dev.adjoint.nn.ConvOptions;
import dev.adjoint.nn.ConvTranspose2d;
import dev.adjoint.nn.ConvTransposeOptions;
import dev.adjoint.nn.LeakyReLU;
import dev.adjoint.nn.Module;
import dev.adjoint.nn.Sequential;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * The two networks of DCGAN (Radford et al. 2015), with the names and first values of PyTorch's example: all layers are in {@code
 * main}, and {@code main.0.weight} is the first convolution.
 *
 * <p>The size of images is halved as long as it is even and above 7: images of 64 pixels, as in the example, have 4 x 4 pixels
 * behind four convolutions, images of 28 have 7 x 7 behind two. Each half has twice the channels.
 */
public final class DCGAN {
  private static final String OP = "dcgan";

  private DCGAN() {}

  /** The sizes of images from the smallest to the largest. */
  private static List<Integer> sizes(int imageSize) {
    var sizes = new ArrayList<>(List.of(imageSize));
    while (sizes.getFirst() > 7 && sizes.getFirst() % 2 == 0) {
      sizes.addFirst(sizes.getFirst() / 2);
    }
    if (sizes.size() < 2 || sizes.getFirst() > 7) {
      throw OpError.of(
          OP, "image size " + imageSize + " must be a number up to 7 that is doubled, as 28 or 64");
    }
    return sizes;
  }

  /** Images in [-1, 1] from noise: [n, noise, 1, 1] becomes [n, channels, size, size]. */
  public static final class Generator extends Module {
    private final int noise;
    private final Sequential main;

    /** For grey images of 28 x 28 pixels, from 100 numbers, with 64 channels in the largest layer. */
    public Generator() {
      this(100, 64, 1, 28);
    }

    /**
     * A generator.
     *
     * @param nz how many numbers an image comes from
     * @param ngf the number of channels at half the size of images
     * @param nc the number of channels of images
     * @throws IllegalArgumentException if the size is none of those that {@link DCGAN} has
     */
    public Generator(int nz, int ngf, int nc, int imageSize) {
      noise = nz;
      List<Integer> sizes = sizes(imageSize);
      ConvTransposeOptions options = ConvTransposeOptions.DEFAULT.bias(false);
      var layers = new ArrayList<UnaryOperator<Tensor>>();
      int channels = ngf << (sizes.size() - 2);
      layers.add(new ConvTranspose2d(nz, channels, sizes.getFirst(), options));
      for (int i = 1; i < sizes.size(); i++) {
        layers.add(new BatchNorm2d(channels));
        layers.add(Activation.RELU);
        int out = i == sizes.size() - 1 ? nc : channels / 2;
        layers.add(new ConvTranspose2d(channels, out, 4, options.stride(2).padding(1)));
        channels = out;
      }
      layers.add(Activation.TANH);
      main = Sequential.of(layers);
      FirstValues.ofDcgan(main);
    }

    @Override
    protected Tensor forward(Tensor x) {
      Require.images(OP, x, noise, 1, 1);
      return main.apply(x);
    }
  }

  /** How likely images are real: [n, channels, size, size] becomes probabilities [n]. */
  public static final class Discriminator extends Module {
    private final int channels;
    private final int imageSize;
    private final Sequential main;

    /** For grey images of 28 x 28 pixels, with 64 channels in the largest layer. */
    public Discriminator() {
      this(1, 64, 28);
    }

    /**
     * A discriminator.
     *
     * @param nc the number of channels of images
     * @param ndf the number of channels at half the size of images
     * @throws IllegalArgumentException if the size is none of those that {@link DCGAN} has
     */
    public Discriminator(int nc, int ndf, int imageSize) {
      this.channels = nc;
      this.imageSize = imageSize;
      List<Integer> sizes = sizes(imageSize);
      ConvOptions options = ConvOptions.DEFAULT.bias(false);
      var layers = new ArrayList<UnaryOperator<Tensor>>();
      int in = nc;
      for (int i = 1; i < sizes.size(); i++) {
        int out = i == 1 ? ndf : 2 * in;
        layers.add(new Conv2d(in, out, 4, options.stride(2).padding(1)));
        if (i > 1) {
          layers.add(new BatchNorm2d(out));
        }
        layers.add(new LeakyReLU(0.2));
        in = out;
      }
      layers.add(new Conv2d(in, 1, sizes.getFirst(), options));
      layers.add(Activation.SIGMOID);
      main = Sequential.of(layers);
      FirstValues.ofDcgan(main);
    }

    @Override
    protected Tensor forward(Tensor x) {
      Require.images(OP, x, channels, imageSize, imageSize);
      return main.apply(x).flatten();
    }
  }
}
