/** A program that trains a network. */
module org.example.consumer {
  requires dev.adjoint.nn;
}
