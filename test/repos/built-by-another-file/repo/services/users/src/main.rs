use actix_web::HttpServer;

fn main() {}
