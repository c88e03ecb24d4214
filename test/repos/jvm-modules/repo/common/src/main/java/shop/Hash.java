package shop;

/** A tool in a library, which others are built from. */
class Hash {
  public static void main(String[] args) {
    System.out.println(args[0].hashCode());
  }
}
