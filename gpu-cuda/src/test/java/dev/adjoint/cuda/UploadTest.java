package dev.adjoint.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adjoint.device.Backend;
import dev.adjoint.device.Buffer;
import dev.adjoint.device.Program;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/** Uploads go past the kernels that are waiting, and arrive where and when they must all the same. */
class UploadTest {
  private static final int PIECE = 4 << 20;

  private static byte[] random(int seed, int bytes) {
    byte[] data = new byte[bytes];
    new Random(seed).nextBytes(data);
    return data;
  }

  private static byte[] read(Backend device, Buffer buffer, int bytes) {
    byte[] back = new byte[bytes];
    device.read(buffer, 0, MemorySegment.ofArray(back));
    return back;
  }

  /** Twice around the ring and more: what waits in the way is not overwritten before it was copied on. */
  @Test
  void piecesDoNotOverwriteEachOther() {
    Backend device = CudaDevices.emulated(4).backend();
    for (int pieces : new int[] {1, 4, 5, 9, 14}) {
      int bytes = pieces * PIECE - 17;
      Buffer buffer = device.allocate(bytes);
      byte[] data = random(pieces, bytes);
      device.write(buffer, 0, MemorySegment.ofArray(data));
      assertThat(read(device, buffer, bytes)).isEqualTo(data);
      device.free(buffer);
    }
  }

  private static float[] filled(float value) {
    float[] values = new float[Chain.LENGTH];
    Arrays.fill(values, value);
    return values;
  }

  /** Data come after the kernels that read what was there, and before those behind. */
  @Test
  void kernelsBeforeReadTheOldDataAndThoseBehindTheNew() {
    Backend device = CudaDevices.emulated(4).backend();
    Program.Launch add = device.compile(Chain.ADD).prepare(Chain.geometry());
    int bytes = Chain.LENGTH * Float.BYTES;
    Buffer data = device.allocate(bytes);
    Buffer[] results = new Buffer[12];
    for (int i = 0; i < results.length; i++) {
      results[i] = device.allocate(bytes);
      device.write(data, 0, MemorySegment.ofArray(filled(i)));
      add.run(
          new Buffer[] {data, results[i]}, new long[2], new long[] {Float.floatToRawIntBits(100)});
    }
    for (int i = 0; i < results.length; i++) {
      float[] back = new float[Chain.LENGTH];
      device.read(results[i], 0, MemorySegment.ofArray(back));
      assertThat(back).containsOnly(100 + i);
      device.free(results[i]);
    }
    device.free(data);
  }

  /** While kernels are waiting, nobody who uploads waits for them, until the places on the way are full. */
  @Test
  void anUploadDoesNotWaitForKernels() {
    Backend device = CudaDevices.emulated(4).backend();
    Program.Launch add = device.compile(Chain.ADD).prepare(Chain.geometry());
    int bytes = Chain.LENGTH * Float.BYTES;
    Buffer data = device.allocate(bytes);
    Buffer result = device.allocate(bytes);
    Buffer other = device.allocate(bytes);
    device.write(data, 0, MemorySegment.ofArray(filled(1)));
    device.synchronize();
    var driver = new EmulatedDriver();
    add.run(new Buffer[] {data, result}, new long[2], new long[] {Float.floatToRawIntBits(1)});
    int waiting = Emulator.needed().pending();
    for (int i = 0; i < 8; i++) {
      device.write(other, 0, MemorySegment.ofArray(filled(i)));
    }
    // Each leaves a wait, a copy and an event behind the kernel, in whose stream nothing ran yet.
    assertThat(Emulator.needed().pending()).isGreaterThanOrEqualTo(waiting + 8 * 3);
    assertThat(driver.calls).doesNotContain("cuStreamSynchronize");
    Emulator.failBy(_ -> 0);
    float[] back = new float[Chain.LENGTH];
    device.read(result, 0, MemorySegment.ofArray(back));
    assertThat(back).containsOnly(2);
    device.read(other, 0, MemorySegment.ofArray(back));
    assertThat(back).containsOnly(7);
  }

  /** A thread that waits for a result holds up no other that uploads or launches. */
  @Test
  void othersUploadAndLaunchWhileOneReads() throws Exception {
    var driver = new FakeDriver();
    CudaBackend device = Chain.open(driver);
    Chain chain = Chain.of(1, device, driver);
    Buffer[] memory = chain.memory();
    var reads = new CountDownLatch(1);
    var goesOn = new CountDownLatch(1);
    try (var threads = Executors.newSingleThreadExecutor()) {
      var reading =
          threads.submit(
              () -> {
                driver.onWait(
                    () -> {
                      reads.countDown();
                      goesOn.await();
                    });
                float[] back = new float[Chain.LENGTH];
                device.read(memory[0], 64, MemorySegment.ofArray(back));
                return back;
              });
      reads.await();
      device.write(memory[1], 0, MemorySegment.ofArray(filled(5)));
      Chain.add(device).run(new Buffer[] {memory[1], memory[1]}, new long[2], new long[1]);
      assertThat(reading.isDone()).isFalse();
      goesOn.countDown();
      assertThat(reading.get()).containsOnly(0);
    }
  }
}
