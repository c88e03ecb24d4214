let listener = TcpListener::bind("0.0.0.0:3100").await;
