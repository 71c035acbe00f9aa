package dev.adjoint.opencl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adjoint.device.SignalHandlers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jocl.cl_context;
import org.jocl.cl_kernel;
import org.jocl.cl_program;
import org.junit.jupiter.api.Test;

class SignalHandlersTest {
  @Test
  void theHandlersOfTheJvmAreInPlaceAfterACompilation() {
    OpenClDriver driver = JoclLibrary.driver();
    OpenClInfo device = driver.devices().getFirst();
    cl_context context = driver.createContext(device);
    var queue = driver.createQueue(context, device, false);
    var memory = driver.createBuffer(context, Integer.BYTES);
    // A number that no earlier process had, so that the driver has no binary of the kernel.
    int number = (int) System.nanoTime();
    String text = "kernel void f(global int* x) { x[0] = " + number + "; }";
    cl_program program = driver.createProgram(context, text);
    driver.build(program, device, "");
    assertThat(SignalHandlers.restore()).isFalse();
    cl_kernel kernel = driver.createKernel(program, "f");
    driver.setArgument(kernel, 0, memory);
    driver.launch(queue, kernel, new long[] {1}, new long[] {1}, null);
    driver.finish(queue);
    assertThat(SignalHandlers.restore()).isFalse();
    ByteBuffer result = ByteBuffer.allocateDirect(Integer.BYTES).order(ByteOrder.nativeOrder());
    driver.read(queue, memory, 0, result);
    assertThat(result.getInt(0)).isEqualTo(number);
    driver.release(kernel);
    driver.release(program);
    driver.release(memory);
    driver.release(queue);
    driver.release(context);
  }
}
