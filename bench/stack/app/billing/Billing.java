public class Billing {
    public static void main(String[] arguments) throws InterruptedException {
        for (long invoice = 0; ; invoice++) {
            String.valueOf(invoice).repeat(1000).hashCode();
            Thread.sleep(1);
        }
    }
}
