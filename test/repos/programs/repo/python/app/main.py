from fastapi import FastAPI

from . import tables

api = FastAPI()
