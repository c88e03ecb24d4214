import os

import uvicorn
from fastapi import FastAPI

app = FastAPI()
uvicorn.run(app, host="0.0.0.0", port=int(os.environ.get("STATS_PORT", "8000")))
