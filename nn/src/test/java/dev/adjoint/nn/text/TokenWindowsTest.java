package dev.adjoint.nn.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adjoint.DType;
import dev.adjoint.Devices;
import dev.adjoint.Tensors;
import dev.adjoint.nn.data.Batch;
import dev.adjoint.nn.data.DataLoader;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TokenWindowsTest {
  private static final int[] TEXT = IntStream.range(0, 11).map(i -> 100 + i).toArray();

  @Test
  void blocksFollowEachOther() {
    var windows = new TokenWindows(TEXT, 4);
    // The third block would need a token that follows its last one.
    assertThat(windows.size()).isEqualTo(2);
    Batch batch = windows.batch(new int[] {1, 0});
    assertThat(batch.x().dtype()).isEqualTo(DType.I32);
    assertThat(batch.x().shape().dims()).containsExactly(2, 4);
    assertThat(batch.x().toInts()).containsExactly(104, 105, 106, 107, 100, 101, 102, 103);
    assertThat(batch.y().toInts()).containsExactly(105, 106, 107, 108, 101, 102, 103, 104);
    assertThat(new TokenWindows(IntStream.range(0, 13).toArray(), 4).size()).isEqualTo(3);
  }

  @Test
  void everyTokenBeginsABlockWithAStrideOfOne() {
    TokenWindows windows = new TokenWindows(TEXT, 4).stride(1);
    // len(data) - block_size of nanoGPT.
    assertThat(windows.size()).isEqualTo(7);
    List<Integer> begins = new ArrayList<>();
    for (Batch batch : new DataLoader(windows, 3).shuffle(1)) {
      for (int i = 0; i < batch.size(); i++) {
        int[] x = batch.x().select(0, i).toInts();
        int[] y = batch.y().select(0, i).toInts();
        begins.add(x[0]);
        for (int j = 0; j < 4; j++) {
          assertThat(x[j]).isEqualTo(x[0] + j);
          assertThat(y[j]).isEqualTo(x[j] + 1);
        }
      }
    }
    assertThat(begins).containsExactlyInAnyOrder(100, 101, 102, 103, 104, 105, 106);
    assertThat(windows.to(Devices.current()).size()).isEqualTo(7);
  }

  @Test
  void refusesWhatIsNoText() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new TokenWindows(TEXT, 11))
        .withMessage("tokenWindows: a block of 11 needs one token more, the text has 11");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new TokenWindows(TEXT, 0))
        .withMessage("tokenWindows: block size and stride must be positive, not 0 and 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new TokenWindows(Tensors.ones(5), 2))
        .withMessage("tokenWindows: needs integers [length], not f32[5]");
    assertThatThrownBy(() -> new TokenWindows(TEXT, 4).batch(new int[] {2}))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }
}
