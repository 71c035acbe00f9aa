import dev.adjoint.cpu.CpuProvider;
import dev.adjoint.device.DeviceProvider;
import dev.adjoint.graph.Differentiation;
import dev.adjoint.graph.Evaluation;
import dev.adjoint.schedule.EngineEvaluation;

/** Tensors, the graph of operations, the compiler that turns it into kernels, and the CPU device. */
@SuppressWarnings("module") // dev.adjoint.nn is compiled later
module dev.adjoint.core {
  requires static org.jspecify;
  requires jdk.management;

  exports dev.adjoint;
  exports dev.adjoint.codegen;
  exports dev.adjoint.device;
  exports dev.adjoint.fft;
  exports dev.adjoint.graph;
  exports dev.adjoint.kernel;
  exports dev.adjoint.reference;
  exports dev.adjoint.schedule to
      dev.adjoint.nn;

  uses DeviceProvider;
  uses Differentiation;
  uses Evaluation;

  provides DeviceProvider with
      CpuProvider;
  provides Evaluation with
      EngineEvaluation;
}
