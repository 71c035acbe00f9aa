package dev.adjoint.cuda;

import dev.adjoint.device.Backend;
import dev.adjoint.device.BinaryCache;
import dev.adjoint.device.SearchingProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The provider of CUDA devices. It needs the driver and NVRTC; matrix products are faster with cuBLASLt, which
 * {@code ADJOINT_CUDA_PRODUCTS=own} in the environment leaves out. Convolutions are given to cuDNN where it is installed, unless
 * {@code ADJOINT_CUDA_CONVOLUTIONS=own} leaves that out.
 *
 * <p>The driver is called by JCuda on x86-64, the only architecture for which that has a native part, and by
 * {@code java.lang.foreign} on others, unless the property {@code adjoint.cuda.binding} or the environment variable
 * {@code ADJOINT_CUDA_BINDING} is {@code jcuda} or {@code foreign}. If JCuda cannot be loaded there is no device: the other
 * binding is not tried. Kernels are launched by {@code java.lang.foreign} in any case, as NVRTC, cuBLASLt and cuDNN are called.
 */
public final class CudaProvider extends SearchingProvider<CudaProvider.Usable> {
  private final Supplier<@Nullable CudaDriver> driver;
  private final Toolkit toolkit;

  /** For {@link java.util.ServiceLoader}. */
  public CudaProvider() {
    this(CudaProvider::ofThisMachine, Toolkit.ofThisMachine());
  }

  CudaProvider(Supplier<@Nullable CudaDriver> driver, Toolkit toolkit) {
    this.driver = driver;
    this.toolkit = toolkit;
  }

  /** The driver of this machine, or null if it has none. */
  private static @Nullable CudaDriver ofThisMachine() {
    NativeLibrary library = NativeLibrary.open("libcuda.so.1");
    return library == null ? null : byJcuda() ? jcuda(library) : new NativeDriver(library);
  }

  /** The driver by JCuda, whose library takes the same {@code libcuda.so.1}. */
  static CudaDriver jcuda(NativeLibrary library) {
    JcudaLibrary.load();
    return new JcudaDriver(library);
  }

  /** Which binding is used. */
  static boolean byJcuda() {
    String wanted =
        System.getProperty("adjoint.cuda.binding", System.getenv("ADJOINT_CUDA_BINDING"));
    return switch (wanted) {
      case null -> System.getProperty("os.arch").equals("amd64");
      case "jcuda" -> true;
      case "foreign" -> false;
      default ->
          throw new IllegalArgumentException(
              "ADJOINT_CUDA_BINDING: jcuda or foreign is needed, not '" + wanted + "'");
    };
  }

  /** A device that can be used: its number among those of the driver, and what compiles for it. */
  record Usable(
      CudaDriver driver, int number, CudaInfo info, Nvrtc nvrtc, KernelCompiler compiler) {}

  @Override
  protected Found<Usable> look() {
    try {
      return search();
    } catch (CudaException e) {
      return Found.nothing("the NVIDIA driver does not answer: " + e.getMessage());
    } catch (UnsupportedOperationException e) {
      return Found.nothing(
          "JCuda, which calls the NVIDIA driver, cannot be loaded: " + e.getMessage());
    } catch (IllegalCallerException e) {
      return Found.nothing(
          "native libraries are forbidden; start java with --enable-native-access=ALL-UNNAMED");
    }
  }

  private Found<Usable> search() {
    CudaDriver present = driver.get();
    if (present == null) {
      return Found.nothing("there is no NVIDIA driver: libcuda.so.1 cannot be loaded");
    }
    present.initialize();
    int count = present.devices();
    if (count == 0) {
      return Found.nothing("the NVIDIA driver has no device");
    }
    CudaInfo first = present.info(0);
    NativeLibrary library = toolkit.find("nvrtc", first.driverMajor());
    if (library == null) {
      return Found.nothing(
          "there is "
              + first.name()
              + ", but no NVRTC, which compiles kernels, for CUDA "
              + first.driverMajor()
              + " or older; install it with: "
              + Toolkit.command(first.driverMajor())
              + "; looked in "
              + toolkit.searched()
              + "; OpenCL works without it");
    }
    var nvrtc = new Nvrtc(library);
    var usable = new ArrayList<Usable>();
    var reasons = new ArrayList<String>();
    for (int i = 0; i < count; i++) {
      CudaInfo info = present.info(i);
      try {
        usable.add(new Usable(present, i, info, nvrtc, nvrtc.on(info)));
      } catch (CudaException e) {
        reasons.add(info.name() + ": " + e.getMessage());
      }
    }
    return new Found<>(usable, String.join("; ", reasons));
  }

  @Override
  public String kind() {
    return "cuda";
  }

  @Override
  protected String describe(Usable device) {
    return device.info.line();
  }

  @Override
  public List<String> parts() {
    List<Usable> usable = found().usable();
    if (usable.isEmpty()) {
      return List.of();
    }
    Usable first = usable.getFirst();
    int major = first.info.driverMajor();
    NativeLibrary products = toolkit.find("cublasLt", major);
    NativeLibrary convolutions = toolkit.findCudnn(major);
    return List.of(
        first.nvrtc.toString(),
        products == null
            ? "no cuBLASLt, which makes matrix products faster; install it with: "
                + Toolkit.command(major)
            : "cuBLASLt (" + products.name() + ")",
        convolutions == null
            ? "no cuDNN, which convolutions are given to; install it with: "
                + Toolkit.cudnnCommand(major)
            : "cuDNN (" + convolutions.name() + ")");
  }

  @Override
  protected Backend open(Usable device, String name) {
    var session = new CudaSession(device.driver, device.number, device.info, name);
    var cache =
        new BinaryCache(
            BinaryCache.folder(System.getenv(), System.getProperty("user.home"), "cuda"));
    return new CudaBackend(
        session,
        device.compiler,
        cache,
        isOwn("ADJOINT_CUDA_PRODUCTS") ? null : OptionalLibrary.cublasLt(session, toolkit),
        isOwn("ADJOINT_CUDA_CONVOLUTIONS") ? null : OptionalLibrary.cudnn(session, toolkit));
  }

  private static boolean isOwn(String variable) {
    return "own".equals(System.getenv(variable));
  }
}
