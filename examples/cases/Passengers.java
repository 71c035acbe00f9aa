import dev.adjoint.Random;
import dev.adjoint.Tensor;
import dev.adjoint.nn.LSTM;
import dev.adjoint.nn.Linear;
import dev.adjoint.nn.Losses;
import dev.adjoint.nn.Module;
import dev.adjoint.nn.datasets.AirPassengers;
import dev.adjoint.nn.optim.Adam;
import dev.adjoint.nn.optim.Scheduler;
import dev.adjoint.nn.optim.Schedules;

/**
 * Passengers of the next month from those of the 24 months before, for the last three of twelve years, beside the forecast that a
 * month is as it was a year ago. bin/adjoint examples/cases/Passengers.java
 */
void main() {
  Random.seed(1);
  Tensor passengers = AirPassengers.load();
  Tensor windows = passengers.log().unfold(0, WINDOW + 1, 1);
  Tensor seen = windows.narrow(1, 0, WINDOW);
  Tensor last = seen.narrow(1, WINDOW - 1, 1);
  Tensor x = seen.sub(last).realize();
  Tensor y = windows.narrow(1, WINDOW, 1).sub(last).realize();
  int train = x.dim(0) - TESTED;

  var model = new Forecaster();
  var optimizer = new Adam(model.parameters(), 1e-2);
  var scheduler = new Scheduler(optimizer, Schedules.cosine(STEPS, 0));
  for (int step = 0; step < STEPS; step++) {
    Tensor predicted = model.apply(x.narrow(0, 0, train));
    optimizer.step(Losses.mse(predicted, y.narrow(0, 0, train)).backward());
    scheduler.step();
  }
  Tensor truth = passengers.narrow(0, passengers.dim(0) - TESTED, TESTED);
  Tensor change = model.predict(x.narrow(0, train, TESTED));
  Tensor forecast = change.add(last.narrow(0, train, TESTED)).exp().squeeze(1);
  Tensor yearAgo = passengers.narrow(0, passengers.dim(0) - TESTED - 12, TESTED);
  IO.println("rmse of the LSTM %.2f".formatted(rmse(forecast, truth)));
  IO.println("rmse of the year before %.2f".formatted(rmse(yearAgo, truth)));
}

static final int WINDOW = 24;
static final int TESTED = 36;
static final int STEPS = 400;

class Forecaster extends Module {
  final LSTM lstm = new LSTM(1, 32);
  final Linear next = new Linear(32, 1);

  /** Windows [n, length] become changes [n, 1]. */
  @Override
  protected Tensor forward(Tensor x) {
    return next.apply(lstm.apply(x.t().unsqueeze(2)).select(0, -1));
  }
}

double rmse(Tensor forecast, Tensor truth) {
  return Losses.mse(forecast, truth).sqrt().item();
}
