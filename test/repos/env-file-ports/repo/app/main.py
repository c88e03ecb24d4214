import uvicorn
from fastapi import FastAPI

from config import PORT

app = FastAPI()
uvicorn.run(app, port=PORT)
