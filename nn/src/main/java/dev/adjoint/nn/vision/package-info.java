/**
 * Images: files, folders of classes, and transforms of batches, as in torchvision.
 *
 * <p>A transform is a {@code UnaryOperator<Tensor>}, so it goes where inputs of batches are prepared: {@link
 * dev.adjoint.nn.data.DataLoader#prepare}, {@link dev.adjoint.nn.data.TensorDataset#prepare} and {@link ImageFolder#prepare}.
 *
 * {@snippet :
 * ImageFolder images = new ImageFolder(root).prepare(new Resize(64, 64));
 * DataLoader loader =
 *     new DataLoader(images, 32)
 *         .shuffle(0)
 *         .prefetch(2)
 *         .prepare(Compose.of(new RandomCrop(64, 4), new RandomHorizontalFlip()));
 * }
 */
@NullMarked
package dev.adjoint.nn.vision;

import org.jspecify.annotations.NullMarked;
