/** Measures the engine; run with {@code bin/adjoint bench}. */
module dev.adjoint.benchmarks {
  requires com.fasterxml.jackson.core;
  requires dev.adjoint.autograd;
  requires dev.adjoint.nn;
  requires info.picocli;
  requires java.management;
  requires jdk.incubator.vector;
  requires jmh.core;
  requires org.bytedeco.javacpp;
  requires org.bytedeco.pytorch;
  requires static org.jspecify;

  opens dev.adjoint.benchmarks to
      dev.adjoint.nn,
      info.picocli;
}
