package dev.adjoint.cuda;

import dev.adjoint.device.Backend;
import dev.adjoint.device.DeviceProvider;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Offers many devices {@code cuda-emulated:0}, {@code cuda-emulated:1}..., in tests only: two devices of the {@link Emulator} in
 * turn, each with a stream and memory of its own, and with no kernel that is kept on disk.
 */
public final class EmulatedProvider implements DeviceProvider {
  static final String KIND = "cuda-emulated";
  private static final int DEVICES = 16;

  /** The device whose driver is called by {@code java.lang.foreign}. */
  static final int FOREIGN = DEVICES - 1;

  /** The device that has cuBLASLt. */
  static final int PRODUCTS = DEVICES - 2;

  /** The device that has cuDNN. */
  static final int CONVOLUTIONS = DEVICES - 3;

  /** The device that has both. */
  static final int LIBRARIES = DEVICES - 4;

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public List<String> describe() {
    return Emulator.whyNot() == null
        ? Collections.nCopies(DEVICES, "the CUDA device on an emulated driver")
        : List.of();
  }

  @Override
  public Optional<String> whyNot() {
    return Optional.ofNullable(Emulator.whyNot());
  }

  @Override
  public Backend open(int ordinal) {
    Emulator emulator = Emulator.needed();
    int number = ordinal % (Emulator.DEVICES - 1);
    CudaDriver driver = ordinal == FOREIGN ? emulator.foreign() : emulator.driver();
    CudaInfo info = emulator.info(number);
    String name = KIND + ":" + ordinal;
    boolean products = ordinal == PRODUCTS || ordinal == LIBRARIES;
    boolean convolutions = ordinal == CONVOLUTIONS || ordinal == LIBRARIES;
    return open(driver, number, info, name, products, convolutions);
  }

  private static CudaBackend open(
      CudaDriver driver,
      int number,
      CudaInfo info,
      String name,
      boolean products,
      boolean convolutions) {
    Emulator emulator = Emulator.needed();
    var session = new CudaSession(driver, number, info, name);
    return new CudaBackend(
        session,
        emulator.compiler(info),
        null,
        products ? OptionalLibrary.cublasLt(session, emulator.products()) : null,
        convolutions ? OptionalLibrary.cudnn(session, emulator.convolutions()) : null);
  }

  /** A device of a name that has cuBLASLt. */
  static CudaBackend openWithProducts(CudaDriver driver, int number, CudaInfo info, String name) {
    return open(driver, number, info, name, true, false);
  }

  /** A device of a name. */
  static CudaBackend open(CudaDriver driver, int number, CudaInfo info, String name) {
    return open(driver, number, info, name, false, false);
  }
}
