namespace Common;

public record Order(int Id);
