package dev.adjoint.ops;

import dev.adjoint.DType;
import dev.adjoint.Scope;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.Variable;
import dev.adjoint.graph.Axes;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.OpError;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Normalisations: f16 and bf16 are computed in f32 and rounded at the end. */
public final class Normalizations {
  private Normalizations() {}

  public static Tensor batch(
      String op,
      Tensor x,
      @Nullable Variable runningMean,
      @Nullable Variable runningVar,
      @Nullable Tensor weight,
      @Nullable Tensor bias,
      boolean training,
      double momentum,
      double eps) {
    Operands.requireFloat(op, x);
    if (x.rank() < 2) {
      throw OpError.of(op, "needs [n, channels, ...], not " + x.shape());
    }
    int channels = x.dim(1);
    Shape each = Shape.of(channels);
    requireShape(op, "weight", x, weight, each);
    requireShape(op, "bias", x, bias, each);
    requireShape(op, "running mean", x, value(runningMean), each);
    requireShape(op, "running variance", x, value(runningVar), each);
    if ((runningMean == null) != (runningVar == null)) {
      throw OpError.of(op, "the running mean and variance must both be given, or none");
    }
    long count = channels == 0 ? 0 : x.size() / channels;
    if (training && count == 1) {
      throw OpError.of(
          op, "training needs more than one value per channel, the input is " + x.shape());
    }
    Tensor values = x.to(x.dtype().register());
    Shape along = along(x.rank(), channels);
    Tensor centered;
    Tensor variance;
    if (training) {
      int[] axes = IntStream.range(0, x.rank()).filter(axis -> axis != 1).toArray();
      Tensor mean = values.mean(axes, true);
      centered = values.sub(mean);
      variance = centered.square().mean(axes, true);
      if (runningMean != null && runningVar != null) {
        Tensor batch = variance;
        Scope.noGrad(
            () -> {
              move(runningMean, mean.detach(), momentum);
              move(runningVar, batch.detach().mul(count / (count - 1.0)), momentum);
            });
      }
    } else if (runningMean == null || runningVar == null) {
      throw OpError.of(op, "evaluation needs a running mean and variance");
    } else {
      centered = values.sub(wide(runningMean.value()).reshape(along));
      variance = wide(runningVar.value()).reshape(along);
    }
    Tensor scale = variance.add(eps).rsqrt();
    Tensor weighted = weight == null ? scale : scale.mul(wide(weight).reshape(along));
    Tensor y = centered.mul(weighted);
    return (bias == null ? y : y.add(wide(bias).reshape(along))).to(x.dtype());
  }

  private static @Nullable Tensor value(@Nullable Variable running) {
    return running == null ? null : running.value();
  }

  private static void move(Variable running, Tensor batch, double momentum) {
    Tensor old = running.value();
    Tensor now = batch.reshape(old.shape()).to(old.dtype());
    running.set(old.add(now.sub(old).mul(momentum)));
  }

  public static Tensor layer(
      Tensor x, int[] normalized, @Nullable Tensor weight, @Nullable Tensor bias, double eps) {
    Operands.requireFloat("layerNorm", x);
    int[] axes = last("layerNorm", x, normalized);
    requireShape("layerNorm", "weight", x, weight, Shape.of(normalized));
    requireShape("layerNorm", "bias", x, bias, Shape.of(normalized));
    Tensor y = normal(x.to(x.dtype().register()), axes, eps);
    return scaled(y, weight, bias).to(x.dtype());
  }

  public static Tensor rms(Tensor x, int[] normalized, @Nullable Tensor weight, double eps) {
    Operands.requireFloat("rmsNorm", x);
    int[] axes = last("rmsNorm", x, normalized);
    requireShape("rmsNorm", "weight", x, weight, Shape.of(normalized));
    Tensor values = x.to(x.dtype().register());
    Tensor y = values.mul(values.square().mean(axes, true).add(eps).rsqrt());
    return scaled(y, weight, null).to(x.dtype());
  }

  public static Tensor group(
      Tensor x, int groups, @Nullable Tensor weight, @Nullable Tensor bias, double eps) {
    Operands.requireFloat("groupNorm", x);
    if (x.rank() < 2 || groups < 1 || x.dim(1) % groups != 0) {
      throw OpError.of(
          "groupNorm",
          groups
              + " groups do not divide the channels of [n, channels, ...], which is "
              + x.shape());
    }
    int channels = x.dim(1);
    requireShape("groupNorm", "weight", x, weight, Shape.of(channels));
    requireShape("groupNorm", "bias", x, bias, Shape.of(channels));
    Tensor values = x.to(x.dtype().register()).unflatten(1, groups, channels / groups);
    int[] axes = IntStream.range(2, values.rank()).toArray();
    Shape along = along(x.rank(), channels);
    return scaled(
            normal(values, axes, eps).reshape(x.shape()),
            turned(weight, along),
            turned(bias, along))
        .to(x.dtype());
  }

  public static Tensor instance(
      Tensor x,
      @Nullable Variable runningMean,
      @Nullable Variable runningVar,
      @Nullable Tensor weight,
      @Nullable Tensor bias,
      boolean useInputStats,
      double momentum,
      double eps) {
    String op = "instanceNorm";
    if (!useInputStats) {
      return batch(op, x, runningMean, runningVar, weight, bias, false, momentum, eps);
    }
    Operands.requireFloat(op, x);
    if (x.rank() < 3 || Axes.product(Arrays.copyOfRange(x.shape().dims(), 2, x.rank())) == 1) {
      throw OpError.of(
          op, "needs [n, channels, ...] with several values of each channel, not " + x.shape());
    }
    int channels = x.dim(1);
    Shape along = along(x.rank(), channels);
    requireShape(op, "weight", x, weight, Shape.of(channels));
    requireShape(op, "bias", x, bias, Shape.of(channels));
    int[] axes = IntStream.range(2, x.rank()).toArray();
    Tensor values = x.to(x.dtype().register());
    Scope.noGrad(
        () -> {
          if (runningMean != null) {
            move(runningMean, values.detach().mean(axes, false).mean(0), momentum);
          }
          if (runningVar != null) {
            move(runningVar, values.detach().var(axes, false).mean(0), momentum);
          }
        });
    return scaled(normal(values, axes, eps), turned(weight, along), turned(bias, along))
        .to(x.dtype());
  }

  public static Tensor localResponse(Tensor x, int size, double alpha, double beta, double k) {
    Operands.requireFloat("localResponseNorm", x);
    if (x.rank() < 3 || size < 1) {
      throw OpError.of(
          "localResponseNorm",
          "needs [n, channels, ...] of at least 3 axes and a positive size, not "
              + x.shape()
              + " and "
              + size);
    }
    Tensor values = x.to(x.dtype().register());
    int[] sizes = new int[2 * (x.rank() - 1)];
    sizes[sizes.length - 2] = size / 2;
    sizes[sizes.length - 1] = (size - 1) / 2;
    Tensor means = values.square().pad(sizes).unfold(1, size, 1).mean(-1);
    return values.div(means.mul(alpha).add(k).pow(beta)).to(x.dtype());
  }

  /** The values with mean 0 and variance 1 along axes. */
  private static Tensor normal(Tensor values, int[] axes, double eps) {
    Tensor centered = values.sub(values.mean(axes, true));
    return centered.mul(centered.square().mean(axes, true).add(eps).rsqrt());
  }

  private static Tensor scaled(Tensor y, @Nullable Tensor weight, @Nullable Tensor bias) {
    Tensor weighted = weight == null ? y : y.mul(wide(weight));
    return bias == null ? weighted : weighted.add(wide(bias));
  }

  private static Tensor wide(Tensor parameter) {
    return parameter.to(parameter.dtype().register());
  }

  private static @Nullable Tensor turned(@Nullable Tensor parameter, Shape along) {
    return parameter == null ? null : parameter.reshape(along);
  }

  private static Shape along(int rank, int channels) {
    return Graph.ones(rank).with(1, channels);
  }

  /** The last axes, which must have given sizes. */
  private static int[] last(String op, Tensor x, int[] normalized) {
    int count = normalized.length;
    int[] dims = x.shape().dims();
    int first = dims.length - count;
    if (count == 0
        || first < 0
        || !Arrays.equals(Arrays.copyOfRange(dims, first, dims.length), normalized)) {
      throw OpError.of(
          op, "normalises over " + Arrays.toString(normalized) + ", the input is " + x.shape());
    }
    return IntStream.range(first, dims.length).toArray();
  }

  private static void requireShape(
      String op, String name, Tensor x, @Nullable Tensor parameter, Shape shape) {
    if (parameter == null) {
      return;
    }
    DType dtype = parameter.dtype();
    boolean fits = dtype == x.dtype() || dtype == x.dtype().register();
    if (!fits || !parameter.shape().equals(shape)) {
      throw OpError.of(
          op,
          name
              + " is "
              + dtype
              + parameter.shape()
              + ", input "
              + x.dtype()
              + x.shape()
              + " needs "
              + x.dtype()
              + shape);
    }
  }
}
