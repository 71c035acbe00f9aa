package dev.adjoint.benchmarks;

import java.util.SplittableRandom;

/**
 * An episode of a game, as a policy is trained on it: what was seen at each step, which action was taken there, and how much that
 * step weighs in the loss.
 */
record Episode(float[][] seen, int[] actions, float[] weights) {
  /** The numbers that are seen at a step. */
  static final int SEEN = 4;

  /** The number of actions to choose from. */
  static final int ACTIONS = 2;

  private static final float DISCOUNT = 0.99f;

  /** An episode of some steps, whose actions are drawn. */
  static Episode drawn(SplittableRandom random, int length) {
    int[] actions = new int[length];
    for (int i = 0; i < length; i++) {
      actions[i] = random.nextInt(ACTIONS);
    }
    return new Episode(seen(random, length), actions, weights(length));
  }

  /** What is seen at each of some steps. */
  static float[][] seen(SplittableRandom random, int length) {
    float[][] seen = new float[length][];
    for (int i = 0; i < length; i++) {
      seen[i] = Inputs.uniform(random.nextLong(), SEEN);
    }
    return seen;
  }

  /** The weights of steps with a reward of 1 each: the discounted rewards from there on, negative and scaled to 1 at most. */
  static float[] weights(int length) {
    float[] weights = new float[length];
    float rewards = 0;
    for (int i = length - 1; i >= 0; i--) {
      rewards = 1 + DISCOUNT * rewards;
      weights[i] = -rewards * (1 - DISCOUNT);
    }
    return weights;
  }

  /** The number of steps. */
  int length() {
    return actions.length;
  }
}
