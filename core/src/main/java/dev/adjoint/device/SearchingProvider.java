package dev.adjoint.device;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A provider that looks for its devices once, when it is first asked.
 *
 * @param <D> what is known of a device before it is opened
 */
public abstract class SearchingProvider<D> implements DeviceProvider {
  private @Nullable Found<D> found;

  /** A search that has not begun. */
  protected SearchingProvider() {}

  /**
   * What a search found.
   *
   * @param usable the devices that can be used
   * @param whyNot why there is none, if there is none
   */
  public record Found<D>(List<D> usable, String whyNot) {
    /** No device. */
    public static <D> Found<D> nothing(String why) {
      return new Found<>(List.of(), why);
    }
  }

  /** Looks for devices; what fails is a reason. */
  protected abstract Found<D> look();

  /** One line about a device. */
  protected abstract String describe(D device);

  /** Opens a device under a name, such as {@code cuda:0}. */
  protected abstract Backend open(D device, String name);

  /** What there is. */
  protected final synchronized Found<D> found() {
    if (found == null) {
      found = look();
    }
    return found;
  }

  @Override
  public final List<String> describe() {
    return found().usable.stream().map(this::describe).toList();
  }

  @Override
  public final Optional<String> whyNot() {
    return found().usable.isEmpty() ? Optional.of(found().whyNot) : Optional.empty();
  }

  @Override
  public final Backend open(int ordinal) {
    List<D> usable = found().usable;
    String name = kind() + ":" + ordinal;
    if (ordinal >= usable.size()) {
      String why = usable.isEmpty() ? found().whyNot : "there are " + usable.size() + " devices";
      throw new IllegalArgumentException(name + ": " + why);
    }
    return open(usable.get(ordinal), name);
  }
}
