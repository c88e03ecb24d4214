package shop;

@SpringBootApplication
class Web {
  public static void main(String[] args) {
    SpringApplication.run(Web.class, args);
  }
}
