from kafka import KafkaConsumer
from prometheus_client import start_http_server

start_http_server(8003)
for message in KafkaConsumer("orders"):
    print(message)
