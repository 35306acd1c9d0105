"""The deployment file: makes the application from ``RDTR_…`` variables, nothing else. ``rdtr serve DIR`` needs it not.

For servers that are given an application, such as ``uvicorn server:app --http rdtr.service.protocol:TileProtocol``.
"""

from rdtr.service.worker import make

app = make()
