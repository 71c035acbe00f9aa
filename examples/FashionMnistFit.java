import dev.adjoint.Random;
import dev.adjoint.nn.Activation;
import dev.adjoint.nn.Dropout;
import dev.adjoint.nn.Linear;
import dev.adjoint.nn.Losses;
import dev.adjoint.nn.Sequential;
import dev.adjoint.nn.data.DataLoader;
import dev.adjoint.nn.data.Dataset;
import dev.adjoint.nn.data.Splits;
import dev.adjoint.nn.datasets.FashionMnist;
import dev.adjoint.nn.io.ModelFiles;
import dev.adjoint.nn.metrics.Accuracy;
import dev.adjoint.nn.optim.Adam;
import dev.adjoint.nn.train.EarlyStopping;
import dev.adjoint.nn.train.Trainer;

/** Does what FashionMnist.java does with a ready-made loop: bin/adjoint examples/FashionMnistFit.java [EPOCHS [FILE]] */
void main(String[] args) throws IOException {
  String given = String.join(" ", args);
  if (args.length > 2 || !given.matches("|[1-9][0-9]{0,5}( [^-].*)?")) {
    printUsageAndExit(given);
  }
  int epochs = given.isEmpty() ? 20 : Integer.parseInt(args[0]);
  Random.seed(42);
  List<Dataset> parts = Splits.random(FashionMnist.train(), 42, 0.9, 0.1);
  var train = new DataLoader(parts.get(0), 64).shuffle(42);
  var validation = new DataLoader(parts.get(1), 500);
  var test = new DataLoader(FashionMnist.test(), 500);

  var model =
      Sequential.of(new Linear(784, 128), Activation.RELU, new Dropout(0.2), new Linear(128, 10));
  IO.println(model.summary(1, 784));
  var trainer =
      new Trainer(model, new Adam(model.parameters(), 1e-3), Losses::crossEntropy)
          .metrics(new Accuracy())
          .validation(validation)
          .callbacks(new EarlyStopping(3));
  trainer.fit(train, epochs);

  IO.println("test accuracy %.4f".formatted(trainer.evaluate(test).get("accuracy")));
  if (args.length > 1) {
    ModelFiles.save(model, Path.of(args[1]));
    IO.println("saved as " + args[1]);
  }
}

/** On the standard output if it was asked for, else after what is wrong. */
void printUsageAndExit(String given) {
  boolean asked = given.matches("-h|--help");
  if (!asked) {
    System.err.println("FashionMnistFit: not a number of epochs and a file: " + given);
  }
  (asked ? System.out : System.err)
      .print(
          """
          usage: bin/adjoint examples/FashionMnistFit.java [EPOCHS [FILE]]

          EPOCHS   how often each training image is seen at most, from 1 to 999999; default: 20
          FILE     where the trained model is saved; default: nowhere
          """);
  System.exit(asked ? 0 : 2);
}
