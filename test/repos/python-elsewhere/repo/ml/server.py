import numpy
from fastapi import FastAPI

app = FastAPI()
