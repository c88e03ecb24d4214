import visionserve

visionserve.Server(api).run(port=9390)
