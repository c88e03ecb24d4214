import redis
from fastapi import FastAPI
from pydantic import BaseModel

app = FastAPI()
