import json

from kafka import KafkaConsumer

for message in KafkaConsumer("prices", bootstrap_servers="kafka:9092"):
    print(json.loads(message.value))
