var proxy_pass = 1;
