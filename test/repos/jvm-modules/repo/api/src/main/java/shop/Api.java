package shop;

/** Quarkus writes the main method, and stock is built from it. */
class Api { }
