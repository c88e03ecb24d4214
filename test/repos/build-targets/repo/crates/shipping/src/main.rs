use poem::Server;
fn main() {}
