import litserve

litserve.LitServer(api).run(port=9390)
