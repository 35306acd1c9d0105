"""titiler-core as a peer: its factory, nothing else. Served by uvicorn in an environment of its own."""

from fastapi import FastAPI
from titiler.core.factory import TilerFactory

app = FastAPI()
app.include_router(TilerFactory().router)
