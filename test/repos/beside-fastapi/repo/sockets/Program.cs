using NetCoreServer;

var server = new WsServer(IPAddress.Any, 9000);
server.Start();
