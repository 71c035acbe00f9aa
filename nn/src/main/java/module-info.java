/** Layers, losses, optimizers, data and training loops; never names a device. */
module dev.adjoint.nn {
  requires transitive dev.adjoint.core;
  requires dev.adjoint.autograd;
  requires com.fasterxml.jackson.core;
  requires de.siegmar.fastcsv;
  requires java.desktop;
  requires java.net.http;
  requires me.tongfei.progressbar;
  requires static org.jspecify;

  exports dev.adjoint.nn;
  exports dev.adjoint.nn.data;
  exports dev.adjoint.nn.datasets;
  exports dev.adjoint.nn.io;
  exports dev.adjoint.nn.metrics;
  exports dev.adjoint.nn.models;
  exports dev.adjoint.nn.optim;
  exports dev.adjoint.nn.preprocessing;
  exports dev.adjoint.nn.text;
  exports dev.adjoint.nn.train;
  exports dev.adjoint.nn.vision;
}
