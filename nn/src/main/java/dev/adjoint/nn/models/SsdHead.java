package dev.adjoint.nn.models;

import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.nn.Conv2d;
import dev.adjoint.nn.Init;
import dev.adjoint.nn.Module;
import dev.adjoint.nn.ModuleList;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Convolutions of 3 x 3 that say of each default box of a map what class it has, and how an object differs from it. */
final class SsdHead extends Module {
  private final Branch classificationHead;
  private final Branch regressionHead;

  SsdHead(int numClasses, int... channels) {
    classificationHead = new Branch(numClasses, channels);
    regressionHead = new Branch(4, channels);
  }

  SSD.Output run(List<Tensor> maps) {
    return call(maps, () -> new SSD.Output(classificationHead.run(maps), regressionHead.run(maps)));
  }

  private static final class Branch extends Module {
    private final int columns;
    private final ModuleList<Conv2d> moduleList = new ModuleList<>();

    Branch(int columns, int... channels) {
      this.columns = columns;
      for (int in : channels) {
        var conv = new Conv2d(in, DefaultBoxes.PER_CELL * columns, 3, 1, 1);
        Init.xavierUniform().fill(conv.weight());
        Init.zeros().fill(Objects.requireNonNull(conv.bias()));
        moduleList.append(conv);
      }
    }

    /** [n, boxes, columns] of all maps, in the order of the default boxes. */
    Tensor run(List<Tensor> maps) {
      var parts = new ArrayList<Tensor>();
      for (int i = 0; i < maps.size(); i++) {
        Tensor y = moduleList.get(i).apply(maps.get(i));
        parts.add(
            y.unflatten(1, DefaultBoxes.PER_CELL, columns).permute(0, 3, 4, 1, 2).flatten(1, 3));
      }
      return Tensors.cat(parts, 1);
    }
  }
}
