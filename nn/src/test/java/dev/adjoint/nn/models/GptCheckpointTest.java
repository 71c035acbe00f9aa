package dev.adjoint.nn.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adjoint.DType;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.nn.io.ModelFiles;
import dev.adjoint.nn.io.SafeTensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** States of GPT-2 that nanoGPT and Hugging Face write. */
class GptCheckpointTest {
  private static final GptConfig SMALL =
      GptConfig.DEFAULT.blockSize(6).vocabSize(11).nLayer(2).width(2, 8);

  private final GPT model = Scope.withDType(DType.F64, () -> new GPT(SMALL));

  @Test
  void filesOfNanoGptLoadStrictly(@TempDir Path folder) throws IOException {
    Map<String, Tensor> nano = new LinkedHashMap<>();
    model.state().forEach((name, value) -> nano.put("_orig_mod." + name, value.detach()));
    nano.put(
        "_orig_mod.lm_head.weight", model.state().get("transformer.wte.weight").mul(1).detach());
    Path file = folder.resolve("nano.safetensors");
    SafeTensors.save(file, nano);
    var other = Scope.withDType(DType.F64, () -> new GPT(SMALL));
    assertThatThrownBy(() -> ModelFiles.load(other, file)).hasMessageContaining("lm_head.weight");
    other.load(GPT.stateOf(SafeTensors.load(file).tensors()));
    model
        .state()
        .forEach(
            (name, value) -> assertThat(other.state().get(name).allEqual(value)).as(name).isTrue());
  }

  @Test
  void statesOfOthersAreRead() {
    var nano = new LinkedHashMap<String, Tensor>(model.state());
    nano.put("lm_head.weight", model.state().get("transformer.wte.weight"));
    Map<String, Tensor> state = GPT.stateOf(nano);
    assertThat(state.keySet()).containsExactlyElementsOf(model.state().keySet());
    var huggingFace = new LinkedHashMap<String, Tensor>();
    model
        .state()
        .forEach(
            (name, value) ->
                huggingFace.put(
                    name.substring("transformer.".length()),
                    name.contains(".c_") && name.endsWith("weight") ? value.t() : value));
    huggingFace.put("h.0.attn.bias", Tensors.ones(1, 1, 6, 6));
    Tensor x = Tensors.of(new int[] {1, 2, 3}, 1, 3);
    var other = Scope.withDType(DType.F64, () -> new GPT(SMALL));
    other.load(GPT.stateOf(huggingFace));
    assertThat(other.apply(x).allEqual(model.apply(x))).isTrue();
    nano.put("lm_head.weight", Tensors.zerosLike(model.state().get("transformer.wte.weight")));
    assertThatThrownBy(() -> GPT.stateOf(nano))
        .hasMessageContaining("gpt: lm_head.weight [11, 8] must equal wte.weight [11, 8]");
  }
}
