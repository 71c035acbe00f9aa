package dev.adjoint.benchmarks;

import dev.adjoint.Tensor;
import dev.adjoint.nn.Linear;
import dev.adjoint.nn.ModuleList;
import dev.adjoint.nn.io.ModelFiles;
import dev.adjoint.nn.io.SafeTensors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Reading a file of parameters, which the system has in its cache, beside the same bytes read into one buffer. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class CheckpointBench {
  private static final int LAYERS = 64;
  private static final int WIDTH = 1024;

  /** What is made of the file. */
  public enum Loading implements Work {
    TENSORS("tensors of a safetensors file of 256 MiB"),
    MODEL("a safetensors file of 256 MiB into a model");

    private final String title;

    Loading(String title) {
      this.title = title;
    }

    @Override
    public String title() {
      return title;
    }

    /** Of the weights; biases and names are a thousandth of that. */
    @Override
    public long bytesRead() {
      return (long) LAYERS * WIDTH * WIDTH * Float.BYTES;
    }

    @Override
    public boolean quick() {
      return this == TENSORS;
    }
  }

  /** A model and its file. */
  @State(Scope.Benchmark)
  public static class Saved {
    @Param Loading work;
    private ModuleList<Linear> model;
    private Path path;

    /** Saves the model. */
    @Setup
    public void make() throws IOException {
      model =
          Adjoint.onDevice(
              () -> {
                var layers = new ArrayList<Linear>();
                for (int i = 0; i < LAYERS; i++) {
                  layers.add(new Linear(WIDTH, WIDTH));
                }
                return new ModuleList<>(layers);
              });
      path = Files.createTempFile("adjoint", ".safetensors");
      ModelFiles.save(model, path);
    }

    /** Deletes the file. */
    @TearDown
    public void delete() throws IOException {
      Files.delete(path);
    }

    /** All parameters as they are in the file. */
    List<Tensor> load() throws IOException {
      if (work == Loading.MODEL) {
        ModelFiles.load(model, path);
        return List.copyOf(model.parameters());
      }
      return List.copyOf(SafeTensors.load(path).tensors().values());
    }
  }

  /** A buffer for all of the file. */
  @State(Scope.Benchmark)
  public static class Plain {
    private ByteBuffer buffer;

    /** Takes memory. */
    @Setup
    public void make(Saved saved) throws IOException {
      buffer = ByteBuffer.allocateDirect(Math.toIntExact(Files.size(saved.path)));
    }

    /** Reads all; returns the number of bytes. */
    int read(Saved saved) throws IOException {
      buffer.clear();
      try (FileChannel file = FileChannel.open(saved.path, StandardOpenOption.READ)) {
        while (buffer.hasRemaining() && file.read(buffer) >= 0) {
          // The rest comes with the next call.
        }
      }
      return buffer.position();
    }
  }

  /** The parameters from the file. */
  @Benchmark
  public List<Tensor> adjoint(Saved s) throws IOException {
    List<Tensor> tensors = s.load();
    Adjoint.compute(tensors.toArray(Tensor[]::new));
    return tensors;
  }

  /** The bytes of the file. */
  @Benchmark
  public int limit(Plain plain, Saved saved) throws IOException {
    return plain.read(saved);
  }
}
