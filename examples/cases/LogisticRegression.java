import dev.adjoint.DType;
import dev.adjoint.Gradients;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.nn.Linear;
import dev.adjoint.nn.Losses;
import dev.adjoint.nn.Reduction;
import dev.adjoint.nn.data.Batch;
import dev.adjoint.nn.data.Dataset;
import dev.adjoint.nn.data.Splits;
import dev.adjoint.nn.data.TensorDataset;
import dev.adjoint.nn.datasets.BreastCancer;
import dev.adjoint.nn.optim.Clipping;
import dev.adjoint.nn.optim.LBFGS;
import dev.adjoint.nn.preprocessing.StandardScaler;

/**
 * Malignant or benign, by logistic regression with an L2 penalty: bin/adjoint examples/cases/LogisticRegression.java
 *
 * <p>The loss is that of LogisticRegression(C=1) in scikit-learn: the sum of the cross-entropies, and |w|^2 / 2 without the bias.
 * It is strictly convex: where its gradient is 0 are the coefficients that scikit-learn looks for, and there are no others.
 */
void main() throws IOException {
  TensorDataset data = BreastCancer.load();
  List<Dataset> parts = Splits.stratified(data, data.y().toInts(), 1, 0.8, 0.2);
  Batch train = parts.get(0).batch();
  Batch test = parts.get(1).batch();
  var scaler = new StandardScaler();
  Tensor x = scaler.fitTransform(train.x().toDouble()).realize();
  Tensor y = train.y().toDouble().unsqueeze(1).realize();

  var model = new Linear(30, 1);
  model.to(DType.F64);
  var optimizer =
      new LBFGS(model.parameters(), 1)
          .strongWolfe(true)
          .maxIter(500)
          .toleranceGrad(1e-10)
          .toleranceChange(0);
  optimizer.step(() -> penalised(model, x, y));

  Tensor right =
      model.predict(scaler.transform(test.x().toDouble())).squeeze(1).gt(0).eq(test.y().gt(0));
  IO.println("test accuracy %.4f".formatted(right.toFloat().mean().item()));
  IO.println("largest derivative after L-BFGS %.1e".formatted(steepest(model, x, y)));

  Tensor found = Tensors.cat(1, model.weight(), model.bias().unsqueeze(0)).realize();
  Tensor exact = newton(x, y).t();
  model.weight().set(exact.narrow(1, 0, 30));
  model.bias().set(exact.select(1, 30));
  IO.println("largest derivative after Newton's method %.1e".formatted(steepest(model, x, y)));
  IO.println("largest difference %.1e".formatted(found.sub(exact).abs().max().item()));
}

/** The largest derivative of the loss by a coefficient. */
double steepest(Linear model, Tensor x, Tensor y) {
  Gradients gradients = penalised(model, x, y).backward();
  return Clipping.globalNorm(gradients, Double.POSITIVE_INFINITY).item();
}

Tensor penalised(Linear model, Tensor x, Tensor y) {
  Tensor cross = Losses.binaryCrossEntropyWithLogits(model.apply(x), y, Reduction.SUM);
  return cross.add(Losses.l2Penalty(List.of(model.weight())).mul(0.5));
}

/** The same coefficients, with the bias last, from the derivatives of the loss written down. */
Tensor newton(Tensor x, Tensor y) {
  Tensor design = Tensors.cat(1, x, Tensors.ones(x.dim(0), 1).toDouble());
  Tensor penalty = Tensors.cat(List.of(Tensors.ones(30), Tensors.zeros(1))).toDouble().diag();
  Tensor w = Tensors.zeros(31, 1).toDouble();
  for (int i = 0; i < 20; i++) {
    Tensor p = design.matmul(w).sigmoid();
    Tensor gradient = design.t().matmul(p.sub(y)).add(penalty.matmul(w));
    Tensor curvature = design.mul(p.mul(p.rsub(1))).t().matmul(design).add(penalty);
    w = w.sub(curvature.solve(gradient)).realize();
  }
  return w;
}
