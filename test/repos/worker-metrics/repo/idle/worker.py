from kafka import KafkaConsumer

for message in KafkaConsumer("orders"):
    print(message)
