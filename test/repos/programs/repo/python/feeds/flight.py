import pyarrow.flight as flight
from minio import Minio

from feeds.tables import TABLES

flight.FlightServerBase("grpc://0.0.0.0:8815").serve()
