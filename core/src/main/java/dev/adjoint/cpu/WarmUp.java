package dev.adjoint.cpu;
final class WarmUp { static void request(TieredCode c) {} }
