fn main() { tonic::transport::Server::builder(); }
