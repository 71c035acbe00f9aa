/**
 * A pole on a cart, which is pushed left or right (Barto, Sutton and Anderson 1983), with the equations, constants and limits of
 * CartPole-v1 in Gymnasium: 0.02 s a step by Euler's method, at most 500 steps, a reward of 1 for each.
 */
final class CartPole {
  /** The numbers of a state: position and velocity of the cart, angle and angular velocity of the pole. */
  static final int SEEN = 4;

  static final int ACTIONS = 2;
  static final int MOST_STEPS = 500;

  private static final double GRAVITY = 9.8;
  private static final double POLE_MASS = 0.1;
  private static final double TOTAL_MASS = 1 + POLE_MASS;
  private static final double HALF_LENGTH = 0.5;
  private static final double FORCE = 10;
  private static final double SECONDS = 0.02;
  private static final double FARTHEST = 2.4;
  private static final double WIDEST = Math.toRadians(12);

  private final java.util.random.RandomGenerator random;
  private double x;
  private double velocity;
  private double angle;
  private double turning;
  private int steps;

  CartPole(long seed) {
    random = new java.util.SplittableRandom(seed);
  }

  /** Begins an episode near the middle; returns the state. */
  float[] reset() {
    x = random.nextDouble(-0.05, 0.05);
    velocity = random.nextDouble(-0.05, 0.05);
    angle = random.nextDouble(-0.05, 0.05);
    turning = random.nextDouble(-0.05, 0.05);
    steps = 0;
    return seen();
  }

  /** Pushes to the left with 0 and to the right with 1; returns the state. */
  float[] step(int action) {
    double force = action == 1 ? FORCE : -FORCE;
    double cos = Math.cos(angle);
    double sin = Math.sin(angle);
    double pull = (force + POLE_MASS * HALF_LENGTH * turning * turning * sin) / TOTAL_MASS;
    double bending =
        (GRAVITY * sin - cos * pull)
            / (HALF_LENGTH * (4.0 / 3 - POLE_MASS * cos * cos / TOTAL_MASS));
    double acceleration = pull - POLE_MASS * HALF_LENGTH * bending * cos / TOTAL_MASS;
    x += SECONDS * velocity;
    velocity += SECONDS * acceleration;
    angle += SECONDS * turning;
    turning += SECONDS * bending;
    steps++;
    return seen();
  }

  /** Whether the cart or the pole has left its limits, or the time is up. */
  boolean isOver() {
    return Math.abs(x) > FARTHEST || Math.abs(angle) > WIDEST || steps == MOST_STEPS;
  }

  private float[] seen() {
    return new float[] {(float) x, (float) velocity, (float) angle, (float) turning};
  }
}
