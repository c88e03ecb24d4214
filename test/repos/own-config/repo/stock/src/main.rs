use actix_web::{App, HttpServer};

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let settings = settings::load("config.toml");
    HttpServer::new(App::new).bind(settings.http.addr)?.run().await
}
